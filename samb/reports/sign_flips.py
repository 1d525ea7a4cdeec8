"""Tests of many dependent mean differences at once, by flipping the signs of groups.

Cells of one comparison (structures, prompt modes, metrics) come from the same groups and rise and
fall together, so that Holm's correction, which must allow for any dependence, asks for more than is
needed. Here the signs of all differences of a group are flipped together, which is as likely as
what was seen where nothing changed and keeps the dependence; the smallest p value of any cell over
all flips says how small it gets by chance (Westfall and Young, Resampling-Based Multiple Testing,
1993, single-step minP; for studentised means Romano and Wolf, JASA 100, 2005). Single-step rather
than step-down, because every cell then has an interval that agrees with its test.

The p value of a cell is that of Student's t with its own degrees of freedom, so that cells of few
groups, whose t values are wilder, do not set the bar for the others. Flips assume that differences
are symmetric round zero where nothing changed; studentised means bear moderate skewness
(`benchmarks/statistics.py` measures it). Zero differences stay, and count as groups. Other than
with Holm, 5 groups can show a loss however many cells there are: of 32 flips, one is below 5 %.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from samb.types import FloatArray

ALL_FLIPS_UP_TO = 12
"""Groups: 4096 flips are all made; above, RANDOM_FLIPS are drawn."""
RANDOM_FLIPS = 4999
LEVEL = 0.05
SAME = 1e-9
"""Relative difference of two p values below which they are the same number, rounded otherwise."""

Signs = NDArray[np.float64]


@dataclass(frozen=True)
class Family:
    """What the tests of one family came to; K cells."""

    adjusted_p: tuple[float, ...]
    """One-sided, against a mean of zero or below: share of flips where any cell's p is as small."""
    level: float
    """The p value up to which a single cell is significant; between LEVEL / K and LEVEL, roughly.
    0: too few flips to ever tell."""

    def reach(self, count: int) -> float:
        """Standard errors from a mean over `count` groups to its bound for all cells together."""
        return float(stdtrit(count - 1, 1 - self.level))


def flips(groups: int, rng: np.random.Generator) -> Signs:
    """(F, groups) signs, +1 and -1; the first row is what was seen."""
    if groups <= ALL_FLIPS_UP_TO:
        return np.array(list(itertools.product((1.0, -1.0), repeat=groups)))
    drawn = rng.integers(0, 2, size=(RANDOM_FLIPS, groups)) * 2.0 - 1
    return np.vstack([np.ones((1, groups)), drawn])


def smallest_p(differences: FloatArray, rng: np.random.Generator) -> Family:
    """Test each column of (groups, K) differences, NaN where a group has no value in a cell."""
    if not differences.size:
        return Family((), LEVEL)
    p_values = _p_values(differences, flips(len(differences), rng))  # (F, K)
    smallest = np.sort(p_values.min(axis=1))
    bars = p_values[0] * (1 + SAME)
    as_small = np.searchsorted(smallest, bars, side="right") / len(smallest)
    return Family(tuple(as_small.tolist()), _level(smallest))


def _p_values(differences: FloatArray, signs: Signs) -> Signs:
    counts = np.isfinite(differences).sum(axis=0)
    known = np.nan_to_num(differences.astype(np.float64), posinf=0.0, neginf=0.0)
    means = signs @ known / counts
    squares = (known**2).sum(axis=0)
    spread = np.maximum(squares - counts * means**2, SAME * SAME * squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = means / np.sqrt(spread / (counts * (counts - 1)))
    return np.asarray(stdtr(counts - 1, -np.where(squares > 0, t, 0.0)))


def _level(smallest: Signs) -> float:
    """The largest of the sorted values that at most LEVEL of them reach."""
    allowed = int(LEVEL * len(smallest) + SAME)
    below = smallest[:allowed]
    if allowed < len(smallest):
        below = below[below * (1 + SAME) < smallest[allowed]]
    return float(below[-1]) if len(below) else 0.0
