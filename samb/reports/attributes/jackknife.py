"""95 % intervals of anything that is computed from weighted targets, by leaving groups out.

Each group in turn is left out, all else done again, and the spread of what comes is scaled up: the
delete-one jackknife over groups, stratified by data set (JKn in Wolter, Introduction to Variance
Estimation, 2007, chapter 4). A data set of more than MOST_BLOCKS groups is cut into that many
blocks, which are left out instead (Kott, Journal of Official Statistics 17, 2001, 521-526). Unlike
the bootstrap it draws nothing but these blocks, takes few repetitions, and with Student's quantile
does not fall short with few groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from samb.reports.attributes.ranks import Floats, Integers
from samb.reports.statistics import LEAST_GROUPS, Interval

MOST_BLOCKS = 100
TINY = 1e-20


@dataclass(frozen=True, eq=False)
class Clusters:
    """Which data set and group each of N targets belongs to."""

    datasets: Integers
    """(N,), from 0 on without gaps."""
    groups: Integers
    """(N,), from 0 on without gaps, over all data sets; a group lies in one data set."""

    @property
    def counts(self) -> Integers:
        """Groups of each data set."""
        of_group = np.zeros(self.groups.max() + 1, dtype=np.intp)
        of_group[self.groups] = self.datasets
        return np.bincount(of_group)

    def weights(self, kept: "np.ndarray[tuple[int], np.dtype[np.bool_]] | None" = None) -> Floats:
        """(N,): data sets weigh the same, as do groups of one, as do targets of one; sum 1."""
        inside = np.ones(len(self.groups)) if kept is None else kept.astype(np.float64)
        targets = np.bincount(self.groups, inside)[self.groups]
        share = inside / np.where(targets > 0, targets, 1.0)
        groups = np.bincount(self.datasets, share)[self.datasets]
        return np.asarray(share / groups / len(self.counts))

    def left_out(self) -> Iterator[tuple[int, Floats]]:
        """(data set, weights without one of its blocks), block by block."""
        rng = np.random.default_rng(0)
        for dataset, count in enumerate(self.counts):
            ours = np.unique(self.groups[self.datasets == dataset])
            for block in np.array_split(rng.permutation(ours), min(count, MOST_BLOCKS)):
                yield dataset, self.weights(~np.isin(self.groups, block))


@dataclass(frozen=True, eq=False)
class Jackknife:
    """Values of everything and without each block."""

    whole: Floats
    """(P,)"""
    parts: Floats
    """(J, P)"""
    datasets: Integers
    """(J,): whose block was left out."""

    def unbiased(self) -> Floats:
        """(P,) values less their bias of order 1 / groups, as the jackknife sees it."""
        found = self.whole.copy()
        for parts in self._of_each():
            found -= (len(parts) - 1) * (parts.mean(axis=0) - self.whole)
        return found

    def reach(self) -> Floats:
        """(P,) half lengths of the 95 % intervals; NaN where a data set has too few groups."""
        errors, freedom = self.errors()
        return np.asarray(stdtrit(freedom, 0.975) * errors)

    def errors(self) -> tuple[Floats, Floats]:
        """(P,) standard errors, NaN where a data set has too few groups; degrees of freedom.

        These are Satterthwaite's, groups - 1 for a single data set.
        """
        every = self._of_each()
        if min(map(len, every)) < LEAST_GROUPS:
            nothing = np.full(self.whole.shape, np.nan)
            return nothing, nothing
        counts = np.array([len(parts) for parts in every])[:, None]
        variances = np.stack([parts.var(axis=0) for parts in every]) * (counts - 1)  # (D, P)
        whole = variances.sum(axis=0)
        against = (variances**2 / (counts - 1)).sum(axis=0)
        known = whole > TINY
        freedom = np.where(known, whole**2 / np.where(known, against, 1.0), counts.sum())
        return np.sqrt(whole), freedom

    def _of_each(self) -> list[Floats]:
        return [self.parts[self.datasets == it] for it in np.unique(self.datasets)]

    def intervals(self) -> list[Interval | None]:
        """Round the P values; None where there is none."""
        return [
            Interval(float(value - half), float(value + half))
            if np.isfinite(half + value)
            else None
            for value, half in zip(self.whole, self.reach(), strict=True)
        ]
