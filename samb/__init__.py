"""samb: repeatable evaluation of Segment Anything models on medical images.

    import samb
    result = samb.run(["dataset=phantoms", "model=box_fill", "prompt=box"])
    result.scores      # a pandas DataFrame, one row per score
    swept = samb.sweep(["dataset=busi,ph2", "model=sam_vit_b,sam_vit_h", "prompt=[box]"])
    swept.run.table    # data sets and models side by side

The same as `samb run` and `samb sweep` on the command line. Nothing heavy is imported before the
first call.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samb.pipeline import Place, Result
    from samb.sweeps.sweep import SweepResult

__all__ = ["run", "sweep"]


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
