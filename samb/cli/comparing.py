"""`samb compare` and `samb export`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from samb import pipeline
from samb.cli.display import STDOUT
from samb.cli.errors import DONE, SAID_NO
from samb.cli.running import find_run
from samb.errors import RequestError
from samb.reports.comparison.annotations import annotations
from samb.reports.comparison.as_json import as_json
from samb.reports.comparison.choice import MAIN_METRICS, Choice
from samb.reports.comparison.junit import junit
from samb.reports.comparison.markdown import markdown
from samb.reports.comparison.rules import Rules
from samb.reports.comparison.terminal import terminal_comparison
from samb.results.folder import RunFolder
from samb.stages.sides import is_table

ALL = "all"


@dataclass(frozen=True)
class Outputs:
    """Where a comparison goes beside the terminal."""

    markdown: Path | None
    junit: Path | None
    json: Path | None
    github: bool


def compare(
    named: tuple[Path, Path], runs: Path, choice: Choice, limits: Rules, outputs: Outputs
) -> int:
    """Compare, print, write; returns the exit status."""
    baseline, run = (_found(it, runs) for it in named)
    verdict = pipeline.compared(baseline, run, choice, limits)
    STDOUT.print(terminal_comparison(verdict, STDOUT.width))
    texts = ((outputs.markdown, markdown), (outputs.junit, junit), (outputs.json, as_json))
    for path, text in texts:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(verdict), encoding="utf-8")
    for line in annotations(verdict) if outputs.github else []:
        STDOUT.print(line, markup=False, soft_wrap=True)
    return DONE if verdict.passed else SAID_NO


def export(named: Path, runs: Path, choice: Choice, table: Path) -> None:
    """Write a table and say what was written."""
    for path in pipeline.exported(find_run(named, runs), choice, table):
        STDOUT.print(f"wrote {path}", markup=False, soft_wrap=True)


def chosen(
    metrics: Sequence[str], selections: Sequence[str], models: Sequence[str], *, everything: bool
) -> Choice:
    """What the options ask for."""
    if everything and (metrics or selections):
        raise RequestError("--all leaves nothing to choose with --metric or --selection")
    pairs = [it.partition("=") for it in models]
    if not all(old and (new or not sign) for old, sign, new in pairs):
        raise RequestError(f"--model should be A=B or A, got {' '.join(models)}")
    mapped = {old: new or old for old, _, new in pairs}
    if len(set(mapped.values())) < len(pairs):
        raise RequestError(f"--model should name each model once, got {' '.join(models)}")
    wanted = () if ALL in metrics else tuple(metrics) or MAIN_METRICS
    return Choice(wanted, tuple(selections), everything, mapped)


def rules(allowed: float, allowed_distance: float, slower: float | None) -> Rules:
    """What the options allow."""
    try:
        return Rules(allowed, allowed_distance, slower)
    except ValueError as error:
        raise RequestError(str(error)) from error


def _found(named: Path, runs: Path) -> RunFolder | Path:
    return named if is_table(named) else find_run(named, runs)
