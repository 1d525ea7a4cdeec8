"""`samb run`, `samb score`, `samb report`: call the pipeline, print what came of it."""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table

from samb import pipeline
from samb.cli.display import STDOUT, Display
from samb.cli.errors import DONE, SAID_NO
from samb.errors import RequestError
from samb.reports.material import Material
from samb.reports.study_notes import in_short
from samb.reports.terminal import terminal_table
from samb.results.folder import RunFolder


def run(
    arguments: Sequence[str], place: pipeline.Place, *, dry_run: bool, show_unverified: bool = False
) -> int:
    """Run and print; returns the exit status."""
    if dry_run:
        return _dry_run(arguments, place)
    with Display() as display:
        result = pipeline.run(arguments, place, display, show_unverified=show_unverified)
    if not result.added:
        held = (result.material.outcomes["case"] != "").any()
        why = "already holds all of this" if held else "cannot be filled: no model knows its modes"
        STDOUT.print(f"Nothing to do: {result.folder} {why}.", markup=False)
    _print(result.material, result.report)
    for sentence in result.misnamed:
        STDOUT.print(f"Nothing was found, by name: {sentence}.", markup=False, soft_wrap=True)
    return DONE if result.passed else SAID_NO


def _dry_run(arguments: Sequence[str], place: pipeline.Place) -> int:
    folder, estimates = pipeline.dry_run(arguments, place)
    table = Table("data set", "model", "cases", "modes", "frames", "time", "disk", box=box.SIMPLE)
    for it in estimates:
        cost = [f"{it.frames}", duration(it.seconds), f"{it.megabytes:.1f} MB"]
        row = cost if not it.problem else ["?", "?", "?"]
        table.add_row(it.dataset, it.model, f"{it.cases}", f"{it.modes}", *row)
    STDOUT.print(f"Would add to {folder} (estimated from one frame each; scoring not counted):")
    STDOUT.print(table)
    for it in estimates:
        if it.problem:
            STDOUT.print(f"{it.dataset}: could not be timed: {it.problem}", markup=False)
    return DONE


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def score(named: Path, arguments: Sequence[str], runs: Path, workers: int) -> int:
    """Score again and print."""
    folder = find_run(named, runs)
    with Display() as display:
        pipeline.rescore(folder, arguments, workers, display)
    return report([named], runs, None)


def report(
    named: Sequence[Path], runs: Path, output: Path | None, *, show_unverified: bool = False
) -> int:
    """Write a report and print its table."""
    folders = [find_run(it, runs) for it in named]
    path, material = pipeline.reported(folders, output, show_unverified=show_unverified)
    _print(material, path)
    return DONE


def _print(material: Material, report: Path) -> None:
    STDOUT.print(terminal_table(material, STDOUT.width))
    if material.study is not None:
        STDOUT.print(f"study: {in_short(material.study)}", markup=False, soft_wrap=True)
    STDOUT.print(f"report: {report}", markup=False, soft_wrap=True)


def find_run(named: Path, runs: Path) -> RunFolder:
    """A run by folder, or by name under the runs' folder."""
    for path in (named, runs / named):
        if (path / "identity.json").is_file():
            return RunFolder.existing(path)
    there = sorted(it.parent.name for it in runs.glob("*/identity.json"))
    names = ", ".join(there) or "none"
    msg = f"there is no run {str(named)!r}, here or in {runs}. There are: {names}"
    raise RequestError(msg)
