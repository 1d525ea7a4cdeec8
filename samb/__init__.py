"""samb: repeatable evaluation of Segment Anything models on medical images.

    import samb
    result = samb.run(["dataset=phantoms", "model=box_fill", "prompt=box"])
    result.scores      # a pandas DataFrame, one row per score
    swept = samb.sweep(["dataset=busi,ph2", "model=sam_vit_b,sam_vit_h", "prompt=[box]"])
    swept.run.table    # data sets and models side by side
    samb.claims(published=["mazurowski_19"]).verdicts    # claim -> confirmed, refuted ...

The same as `samb run`, `samb sweep` and `samb claims` on the command line. Nothing heavy is
imported before the first call.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samb.pipeline import Place
    from samb.result import Result
    from samb.stages.claims import Claims
    from samb.sweeps.sweep import SweepResult

__all__ = ["claims", "run", "sweep"]


def run(arguments: Sequence[str], place: "Place | None" = None) -> "Result":
    """Answer what a run misses, score it and report it.

    Arguments are those of the command line, `KEY=VALUE`. Raises samb.errors.SambError where the
    command line would print a sentence.
    """
    from samb import pipeline

    return pipeline.run(arguments, place)


def sweep(
    arguments: Sequence[str],
    place: "Place | None" = None,
    *,
    launcher: str = "basic",
    shards: int = 1,
) -> "SweepResult":
    """Answer what data sets x models miss, job by job, into one run; score and report it.

    Arguments are those of the command line; `dataset` and `model` split into jobs. A job that fails
    is among `.failed` with its reason, and takes no other down.
    """
    from samb.sweeps.multirun import SweepRequest
    from samb.sweeps.sweep import sweep as sweep_all

    return sweep_all(SweepRequest.parse(arguments, launcher, shards), place)


def claims(
    runs: Sequence[str | Path] = (),
    *,
    names: Sequence[str] = (),
    published: Sequence[str] = (),
    unverified: bool = False,
) -> "Claims":
    """Judge claims by run folders, or by what studies published; all claims where none is named.

    Nothing is written for published tables; for runs as on the command line. Raises
    samb.errors.RequestError unless either runs or studies are named.
    """
    from samb import pipeline
    from samb.errors import RequestError
    from samb.results.folder import RunFolder
    from samb.stages.claims import judge_as_published

    if bool(runs) == bool(published):
        raise RequestError("claims are judged either by runs or by published tables; name one")
    if published:
        return judge_as_published(published, names, unverified=unverified)
    return pipeline.claimed([RunFolder.existing(Path(it)) for it in runs], names)
