"""samb: repeatable evaluation of Segment Anything models on medical images.

    import samb
    result = samb.run(["dataset=phantoms", "model=box_fill", "prompt=box"])
    result.scores      # a pandas DataFrame, one row per score

The same as `samb run` on the command line. Nothing heavy is imported before the first call.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samb.pipeline import Place, Result

__all__ = ["run"]


def run(arguments: Sequence[str], place: "Place | None" = None) -> "Result":
    """Answer what a run misses, score it and report it.

    Arguments are those of the command line, `KEY=VALUE`. Raises samb.errors.SambError where the
    command line would print a sentence.
    """
    from samb import pipeline

    return pipeline.run(arguments, place)
