"""Do intervals cover what they say, does `samb compare` cry wolf, and does it see a loss?

python benchmarks/evidence.py [--fast]

Everything is simulated, with a fixed seed: the true means and losses are known.
"""

import argparse
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samb.reports.comparison.rules import Rules
from samb.reports.paired import holm, paired
from samb.reports.sign_flips import LEVEL, Family, flips, smallest_p
from samb.reports.statistics import interval_of, interval_to, skewness_of

Groups = NDArray[np.float64]
Draw = Callable[[int, int, np.random.Generator], Groups]
"""(simulated data sets, groups, rng) -> group means of DSC."""
GROUPS = (5, 10, 20, 30, 50, 100)


def bounded(sets: int, groups: int, rng: np.random.Generator) -> Groups:
    """Group means from Beta(5, 1): skewed, most of them good."""
    return rng.beta(5, 1, (sets, groups))


def some_fail(sets: int, groups: int, rng: np.random.Generator) -> Groups:
    """Group means from Beta(12, 2); one in ten fails, with Beta(1, 3)."""
    return _with_failures(rng.beta(12, 2, (sets, groups)), 0.1, rng)


def few_fail(sets: int, groups: int, rng: np.random.Generator) -> Groups:
    """Group means from Beta(40, 3); one in twenty fails, with Beta(1, 3)."""
    return _with_failures(rng.beta(40, 3, (sets, groups)), 0.05, rng)


def _with_failures(means: Groups, share: float, rng: np.random.Generator) -> Groups:
    return np.where(rng.random(means.shape) < share, rng.beta(1, 3, means.shape), means)


def unequal(sets: int, groups: int, rng: np.random.Generator) -> Groups:
    """Means of 1 to 60 targets, Beta round a group's own mean from Beta(8, 2)."""
    centres = rng.beta(8, 2, (sets, groups))
    sizes = np.minimum(rng.geometric(0.15, (sets, groups)), 60)
    means = np.empty((sets, groups))
    for size in np.unique(sizes):
        own = centres[sizes == size][:, None]
        means[sizes == size] = rng.beta(10 * own, 10 * (1 - own), (len(own), size)).mean(axis=1)
    return means


DISTRIBUTIONS: dict[str, tuple[Draw, float]] = {
    "Beta(5, 1)": (bounded, 5 / 6),
    "groups of 1 to 60 targets": (unequal, 0.8),
    "one group in ten fails": (some_fail, 0.9 * 12 / 14 + 0.1 / 4),
    "one group in twenty fails": (few_fail, 0.95 * 40 / 43 + 0.05 / 4),
}


def coverage(draw: Draw, mean: float, groups: int, sets: int, *, hall: bool = True) -> float:
    """Share of data sets whose interval holds the true mean."""
    held = 0
    for values in draw(sets, groups, np.random.default_rng(0)):
        deviation = float(values.std(ddof=1))
        skewness = skewness_of(values) if hall else 0.0
        interval = interval_of(float(values.mean()), deviation, groups, skewness)
        held += interval is not None and interval.low <= mean <= interval.high
    return held / sets


@dataclass(frozen=True)
class Changed:
    """A comparison of cells that share their groups and correlate."""

    losses: tuple[float, ...]
    """True mean loss of each cell."""
    groups: int
    deviation: float = 0.05
    """Of the paired differences over groups."""
    correlation: float = 0.7
    """Between cells, of the normal variables behind the differences."""
    skewed: int = 0
    """1: most groups gain a little and few lose much (a shifted chi-square, skewness 2.8); -1: most
    lose a little and few gain much."""

    def draw(self, rng: np.random.Generator) -> Groups:
        """(groups, cells) losses."""
        shared = rng.standard_normal((self.groups, 1))
        own = rng.standard_normal((self.groups, len(self.losses)))
        normal = np.sqrt(self.correlation) * shared + np.sqrt(1 - self.correlation) * own
        if self.skewed:
            normal = self.skewed * (normal**2 - 1) / np.sqrt(2)
        return np.asarray(self.deviation * normal + np.array(self.losses))


@dataclass(frozen=True)
class Found:
    """Shares of comparisons, and of cells, of one kind of change."""

    failed: float
    """Comparisons that `samb compare` fails."""
    lost_cells: float
    """Cells that it fails, of those that lost anything; NaN where none did."""
    significant: float
    """Comparisons with a significant cell, whatever its size."""
    by_holm: float
    """The same with Holm's correction of each cell's own sign-flip test."""
    too_high: float
    """Comparisons where the lower end of any interval lies above its true loss."""


def judged(change: Changed, comparisons: int) -> Found:
    """What `samb compare` says, with its own test and its own size rule, and what Holm would."""
    rng = np.random.default_rng(0)
    truth = np.array(change.losses)
    rows = [_one(change.draw(rng), truth, rng) for _ in range(comparisons)]
    return Found(*np.array(rows).mean(axis=0).tolist())


def _lower_ends(losses: Groups, family: Family) -> NDArray[np.float64]:
    quantile, count = family.quantile(len(losses)), len(losses)
    moments = zip(losses.T, losses.mean(axis=0), losses.std(axis=0, ddof=1), strict=True)
    ends = [interval_to(quantile, m, sd, count, skewness_of(own)).low for own, m, sd in moments]
    return np.array(ends)


def _one(
    losses: Groups, truth: NDArray[np.float64], rng: np.random.Generator
) -> tuple[float, float, float, float, float]:
    family, lost = smallest_p(losses, rng), truth > 0
    ends = _lower_ends(losses, family)
    evident = (np.array(family.adjusted_p) <= LEVEL) & (ends > 0)
    failed = evident & (losses.mean(axis=0) > Rules().allowed)
    sums = flips(len(losses), rng) @ losses
    alone = (sums >= sums[0] * (1 - 1e-9)).mean(axis=0)
    by_holm = min(holm(alone.tolist())) <= LEVEL
    found = float(failed[lost].mean()) if lost.any() else np.nan
    too_high = float((ends > truth).any())
    return float(failed.any()), found, float(evident.any()), float(by_holm), too_high


def joint_misses(loss: float, comparisons: int) -> float:
    """Share of comparisons of 20 cells and 12 groups with any lower end above the true loss."""
    return judged(Changed((loss,) * 20, 12, correlation=0.0), comparisons).too_high


def rejections(loss: float, comparisons: int) -> tuple[float, float]:
    """Share of p values of at most 5 % for 20 groups: sign flips and Wilcoxon, two-sided."""
    rng = np.random.default_rng(0)
    found = [paired(rng.normal(loss, 0.05, 20)) for _ in range(comparisons)]
    by_flips = [it.sign_flip_p is not None and it.sign_flip_p <= LEVEL for it in found]
    by_ranks = [it.wilcoxon_p is not None and it.wilcoxon_p <= LEVEL for it in found]
    return float(np.mean(by_flips)), float(np.mean(by_ranks))


def report(sets: int, comparisons: int) -> Iterator[str]:
    yield f"coverage of 95 % intervals, {sets} data sets each: Hall (Student's t)"
    for name, (draw, mean) in DISTRIBUTIONS.items():
        of_groups = [
            f"{groups}: {coverage(draw, mean, groups, sets):.3f} "
            f"({coverage(draw, mean, groups, sets, hall=False):.3f})"
            for groups in GROUPS
        ]
        yield f"  {name:28}" + "  ".join(of_groups)
    yield f"samb compare where no cell lost anything, {comparisons} comparisons each: fails"
    for skewed, cells, groups in itertools.product((0, 1, -1), (1, 20, 100), (5, 20, 50)):
        found = judged(Changed((0.0,) * cells, groups, skewed=skewed), comparisons)
        yield (
            f"  {cells:3} cells, {groups:2} groups, skewness {2.8 * skewed:4}: "
            f"{found.failed:.3f} (significant {found.significant:.3f}, by Holm {found.by_holm:.3f})"
        )
    yield "samb compare where cells lost 0.02, SD 0.05, 50 groups: fails"
    for lost, cells in ((1, 1), (1, 20), (20, 20), (1, 100), (100, 100)):
        found = judged(Changed((0.02,) * lost + (0.0,) * (cells - lost), 50), comparisons)
        yield (
            f"  {lost:3} of {cells:3} cells lost: {found.failed:.3f}, a lost cell "
            f"{found.lost_cells:.3f} (significant {found.significant:.3f}, by Holm "
            f"{found.by_holm:.3f}; any interval above the truth {found.too_high:.3f})"
        )
    yield "20 independent cells of 12 groups that all lost: any interval above the truth"
    for loss in (0.0, 0.05, 0.15):
        yield f"  loss {loss}: {joint_misses(loss, comparisons):.3f}"
    yield "two-sided tests at 5 %, 20 groups, SD 0.05: sign flips, Wilcoxon"
    for loss in (0.0, 0.02, 0.04):
        by_flips, by_ranks = rejections(loss, comparisons)
        yield f"  mean difference {loss}: {by_flips:.3f}, {by_ranks:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="fewer draws, seconds")
    fast = parser.parse_args().fast
    for line in report(*((400, 50) if fast else (10_000, 400))):
        print(line, flush=True)


if __name__ == "__main__":
    main()
