"""Means as papers take them, with intervals that know which scores belong to one patient.

A paper's mean is over images, cases or targets; scores of one group (patient, video) resemble each
other whatever the mean is over. So the mean m of units u (rows, or means of cases or groups) keeps
its formula, sum(u) / N, and its uncertainty comes from the groups: group g moves the mean by
d(g) = sum over its units of (u - m) / N, the linearised (Taylor) influence of a cluster on a ratio
(Cochran, Sampling Techniques, 3rd edition 1977, chapter 6). The pseudo-means m + G d(g) of the G
groups then get the interval of `samb.reports.statistics`; where each group has one unit they are
its values.

A mean over targets averages the influences of its targets, group by group. Its data sets are
strata: each contributes n / (n - 1) times the sum of squares over its n groups, and costs a degree
of freedom (Cochran, chapter 5). A target of fewer than 5 groups hides how much it could have
varied, so there is no interval then.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from samb.reports.statistics import LEAST_GROUPS, Interval, interval_to, skewness_of
from samb.studies.study import TableRule

GROUP = ["dataset", "group"]
UNITS = {"rows": None, "cases": [*GROUP, "case"], "groups": GROUP}


@dataclass(frozen=True, eq=False)
class Target:
    """The units of one target under one model and mode, summed within each group."""

    sums: "pd.Series[float]"
    """Sum of the defined units, by (data set, group); groups without one are not there."""
    counts: "pd.Series[int]"
    rows: int
    """Score rows, undefined ones included."""

    @classmethod
    def of(cls, scores: pd.DataFrame, over: str) -> "Target":
        """`over`: as in `TableRule`."""
        defined = scores.dropna(subset="value")
        unit = UNITS[over]
        units = defined.groupby(unit)["value"].mean().reset_index() if unit else defined
        found = units.groupby(GROUP)["value"].agg(["sum", "size"])
        return cls(found["sum"], found["size"], len(scores))

    @property
    def mean(self) -> float:
        """Over all units; NaN where none is defined."""
        total = int(self.counts.sum())
        return float(self.sums.sum()) / total if total else math.nan

    @property
    def influences(self) -> "pd.Series[float]":
        """What each group adds to the mean's deviation; they sum to 0."""
        return (self.sums - self.mean * self.counts) / self.counts.sum()


@dataclass(frozen=True)
class Mean:
    """One number of a table."""

    value: float
    """NaN where nothing is defined."""
    interval: Interval | None
    groups: int
    """Groups with a defined value."""
    rows: int


def mean_over(targets: Sequence[Target]) -> Mean:
    """The plain mean of the targets' means; targets without a defined value are left out."""
    rows = sum(it.rows for it in targets)
    known = [it for it in targets if len(it.counts)]
    if not known:
        return Mean(math.nan, None, 0, rows)
    mean = sum(it.mean for it in known) / len(known)
    moved = pd.concat([it.influences for it in known]).groupby(level=GROUP).sum() / len(known)
    enough = all(len(it.counts) >= LEAST_GROUPS for it in known)
    return Mean(mean, _interval(mean, moved) if enough else None, len(moved), rows)


def _interval(mean: float, moved: "pd.Series[float]") -> Interval:
    """From the influence of each group on the mean, by (data set, group)."""
    sizes = moved.groupby(level="dataset").transform("size")
    count, strata = len(moved), moved.index.get_level_values("dataset").nunique()
    weight = np.sqrt(sizes / (sizes - 1) * (count - 1) / count)
    around = mean + count * (weight * moved).to_numpy()
    quantile = float(stdtrit(count - strata, 0.975))
    spread = float(np.std(around, ddof=1))
    return interval_to(quantile, mean, spread, count, skewness_of(around))


def pooled(targets: Iterable[Target]) -> Target:
    """All units of several targets as those of one."""
    every = list(targets)
    sums = pd.concat([it.sums for it in every]).groupby(level=GROUP).sum()
    counts = pd.concat([it.counts for it in every]).groupby(level=GROUP).sum()
    return Target(sums, counts, sum(it.rows for it in every))


def overall(targets: Sequence[Target], rule: TableRule) -> Mean:
    """The line over all targets."""
    return mean_over([pooled(targets)] if rule.across == "rows" else targets)
