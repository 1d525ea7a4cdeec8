"""How much clicking a target takes, from its score after each click."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class NumberOfClicks:
    """NoC@k over many targets."""

    mean: float
    """Clicks until the score is reached; NaN without a target."""
    capped: int
    """Targets that did not reach it: they count with the greatest number allowed."""
    targets: int


def number_of_clicks(
    series: Sequence[NDArray[np.float64]], wanted: float, most: int
) -> NumberOfClicks:
    """Mean index (from 1) of the first click whose score is at least `wanted` (RITM's NoC).

    `series` holds the scores (IoU) of each target after clicks 1, 2 ...; only the first `most`
    count. A target that never gets there counts as `most`, however early its series ends. NaN
    reaches nothing. Raises ValueError for a series without a click.
    """
    firsts = [_first(scores[:most], wanted) for scores in map(_checked, series)]
    clicks = [most if first is None else first for first in firsts]
    mean = float(np.mean(clicks)) if clicks else nan
    return NumberOfClicks(mean, firsts.count(None), len(firsts))


def _first(scores: NDArray[np.float64], wanted: float) -> int | None:
    reached = np.flatnonzero(scores >= wanted)
    return int(reached[0]) + 1 if len(reached) else None


def click_area(scores: NDArray[np.float64], most: int) -> float:
    """Area under the curve of score over clicks 1 to `most`, by trapezoids, divided by its width.

    So a score that is 1 from the first click on has area 1. A user who is done earlier keeps the
    last score; with one click there is no width, and the area is that score. NaN where a score is.
    """
    kept = _checked(scores)[:most]
    full = np.append(kept, np.full(most - len(kept), kept[-1]))
    if most == 1:
        return float(full[0])
    return float(np.trapezoid(full) / (most - 1))


def _checked(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(scores):
        msg = "a series of scores should hold at least one click, got none"
        raise ValueError(msg)
    return scores
