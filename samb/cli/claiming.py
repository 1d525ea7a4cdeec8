"""`samb claims`: call the pipeline, print the verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from samb import pipeline
from samb.cli.display import STDOUT
from samb.cli.running import find_run
from samb.errors import RequestError
from samb.stages.claims import judge_as_published
from samb.verdicts.terminal import terminal_claims


@dataclass(frozen=True)
class Wanted:
    """Which claims, by what; where verdicts go."""

    runs: Sequence[Path]
    published: Sequence[str]
    claims: Sequence[str]
    output: Path | None
    unverified: bool


def claims(wanted: Wanted, runs: Path) -> None:
    """Judge and print; RequestError unless either runs or published tables are named."""
    if bool(wanted.runs) == bool(wanted.published):
        msg = (
            "claims are judged either by runs (samb claims RUN) or by published tables "
            "(samb claims --published STUDY); name one or the other"
        )
        raise RequestError(msg)
    if wanted.unverified and wanted.runs:
        raise RequestError("--show-unverified is about published values; runs have none")
    if wanted.published:
        found = judge_as_published(
            wanted.published, wanted.claims, wanted.output, unverified=wanted.unverified
        )
    else:
        folders = [find_run(it, runs) for it in wanted.runs]
        found = pipeline.claimed(folders, wanted.claims, wanted.output)
    STDOUT.print(terminal_claims(found.judged, found.title, found.notes))
    if found.page:
        STDOUT.print(f"verdicts: {found.page}", markup=False, soft_wrap=True)
