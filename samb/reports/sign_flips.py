"""Tests of many dependent mean differences at once, by flipping the signs of groups.

Cells of one comparison (structures, prompt modes, metrics) come from the same groups and rise and
fall together, so that Holm's correction, which must allow for any dependence, asks for more than is
needed. Here the signs of all differences of a group are flipped together, which is as likely as
what was seen where nothing changed and keeps the dependence; the smallest p value of any cell over
all flips says how small it gets by chance (Westfall and Young, Resampling-Based Multiple Testing,
1993, single-step minP; for studentised means Romano and Wolf, JASA 100, 2005). Single-step rather
than step-down, because every cell then has an interval as strict as its test. The intervals come
from flips of the centred differences, as a true difference would widen what flips of it give: their
ends hold together whatever the truth. The test is exact where nothing changed, the intervals are
nearly so, and near the bar the two may differ.

Where nothing changed, baseline and run could change places, so that paired differences are
symmetric round zero and the test is exact. Where a change helps some and harms others with no mean
loss they may be skewed; the statistic is therefore the t value made symmetric by Hall's
transformation (`samb.reports.statistics`). With a skewness of 2.8 towards few large gains, 20 cells
fail in 12 % of comparisons of 20 groups and 5 % of 50; flips of plain means with Holm's correction
in 32 and 24 % (`benchmarks/evidence.py`). The p value of a cell is that of Student's t with its own
degrees of freedom, so that cells of few groups, whose t values are wilder, do not set the bar for
the others. Zero differences stay, and count as groups. Other than with Holm, 5 groups can show a
loss however many cells there are: of 32 flips, one is below 5 %.
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
BLOCK = 500
"""Flips at a time, to bound the memory."""
SAME = 1e-9
"""Relative difference of two p values below which they are the same number, rounded otherwise."""

Signs = NDArray[np.float64]


@dataclass(frozen=True)
class Family:
    """What the tests of one family came to; K cells."""

    adjusted_p: tuple[float, ...]
    """One-sided, against a mean of zero or below: share of flips where any cell's p is as small."""
    level: float
    """One-sided level of each interval, so that the ends of all hold together in 1 - LEVEL of
    comparisons; between LEVEL / K and LEVEL, roughly."""

    def quantile(self, count: int) -> float:
        """Of the statistic of a cell of `count` groups, at the level of its interval."""
        return float(stdtrit(count - 1, 1 - self.level))


def flips(groups: int, rng: np.random.Generator) -> Signs:
    """(F, groups) signs, +1 and -1; the first row is what was seen."""
    if groups <= ALL_FLIPS_UP_TO:
        return np.array(list(itertools.product((1.0, -1.0), repeat=groups)))
    drawn = rng.integers(0, 2, size=(RANDOM_FLIPS, groups)) * 2.0 - 1
    return np.vstack([np.ones((1, groups)), drawn])


def smallest_p(differences: FloatArray, rng: np.random.Generator) -> Family:
    """Test each column of (groups, K) differences, NaN where a group has no value in a cell.

    Every column needs at least two values.
    """
    if not differences.size:
        return Family((), LEVEL)
    counts = np.isfinite(differences).sum(axis=0)
    known = np.where(np.isfinite(differences), differences, 0.0).astype(np.float64)
    centred = np.where(np.isfinite(differences), known - known.sum(axis=0) / counts, 0.0)
    signs = flips(len(differences), rng)
    smallest = _sorted_smallest(known, counts, signs)
    of_each = stdtr(counts - 1, -_statistics(known, counts, signs[:1])[0])
    as_small = np.searchsorted(smallest, of_each * (1 + SAME), side="right") / len(smallest)
    return Family(tuple(as_small.tolist()), _level(_sorted_smallest(centred, counts, signs)))


def _sorted_smallest(known: Signs, counts: NDArray[np.int_], signs: Signs) -> Signs:
    blocks = [signs[start : start + BLOCK] for start in range(0, len(signs), BLOCK)]
    return np.sort(np.concatenate([_smallest(known, counts, block) for block in blocks]))


def _smallest(known: Signs, counts: NDArray[np.int_], signs: Signs) -> Signs:
    """(F,) smallest p value of any cell under each flip."""
    found = _statistics(known, counts, signs)
    of_counts = [stdtr(it - 1, -found[:, counts == it].max(axis=1)) for it in np.unique(counts)]
    return np.asarray(np.min(of_counts, axis=0))


def _statistics(known: Signs, counts: NDArray[np.int_], signs: Signs) -> Signs:
    """(F, K) t values made symmetric; 0 where nothing differs.

    The sum of a cell's squares is the same under all flips; those of its values and cubes are not.
    """
    squares = np.where((known**2).any(axis=0), (known**2).sum(axis=0), 1.0)
    means = signs @ known / counts
    variances = np.maximum(squares / counts - means**2, SAME**2 * squares)
    third = signs @ known**3 / counts - 3 * means * squares / counts + 2 * means**3
    skewness = third / variances**1.5
    t = means / np.sqrt(variances * counts / (counts - 1))
    symmetric = t + skewness * t**2 / 3 + skewness**2 * t**3 / 27 + skewness / (6 * counts)
    return np.asarray(np.sqrt(counts) * symmetric)


def _level(smallest: Signs) -> float:
    """Just below the first of the sorted values that more than LEVEL of them reach."""
    return min(LEVEL, float(smallest[int(LEVEL * len(smallest) + SAME)]) * (1 - SAME))
