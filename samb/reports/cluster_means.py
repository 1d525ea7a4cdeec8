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
of freedom (Cochran, chapter 5). A target of fewer than 5 groups, or a data set of one, hides how
much it could have varied, so there is no interval then.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from samb.reports.statistics import LEAST_GROUPS, Interval, interval_to, skewness_of, text_key
from samb.studies.study import TableRule

Group = tuple[str, str]
"""Data set and group."""


@dataclass(frozen=True)
class Units:
    """The defined units of one group."""

    total: float
    count: int


@dataclass(frozen=True)
class Target:
    """The units of one target under one model and mode."""

    groups: Mapping[Group, Units]
    """Those with a defined unit."""
    rows: int
    """Score rows, undefined ones included."""

    @property
    def count(self) -> int:
        """Defined units."""
        return sum(it.count for it in self.groups.values())

    @property
    def mean(self) -> float:
        """Over all units; NaN where none is defined."""
        total = sum(it.total for it in self.groups.values())
        return total / self.count if self.count else math.nan

    @property
    def influences(self) -> dict[Group, float]:
        """What each group adds to the mean's deviation; they sum to 0."""
        mean, count = self.mean, self.count
        return {name: (it.total - mean * it.count) / count for name, it in self.groups.items()}


def targets_by(scores: pd.DataFrame, by: Sequence[str], over: str) -> dict[tuple[str, ...], Target]:
    """One target per combination of the columns `by`, whose first is the data set; sorted.

    `over`: as in `TableRule`.
    """
    keys = list(by)
    unit = {"rows": [], "cases": ["group", "case"], "groups": ["group"]}[over]
    units = scores.dropna(subset="value")
    if unit:
        units = units.groupby([*keys, *unit])["value"].mean().reset_index()
    sums = units.groupby([*keys, "group"])["value"].agg(["sum", "size"])
    groups: dict[tuple[str, ...], dict[Group, Units]] = {}
    for label, total, count in sums.itertuples(name=None):
        *key, group = text_key(label)
        groups.setdefault(tuple(key), {})[key[0], group] = Units(float(total), int(count))
    sizes = {text_key(label): int(size) for label, size in scores.groupby(keys).size().items()}
    return {key: Target(groups.get(key, {}), rows) for key, rows in sizes.items()}


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
    known = [it for it in targets if it.groups]
    if not known:
        return Mean(math.nan, None, 0, rows)
    mean = sum(it.mean for it in known) / len(known)
    moved: dict[Group, float] = {}
    for it in known:
        for name, part in it.influences.items():
            moved[name] = moved.get(name, 0.0) + part / len(known)
    strata = Counter(dataset for dataset, _ in moved)
    enough = all(len(it.groups) >= LEAST_GROUPS for it in known) and min(strata.values()) > 1
    return Mean(mean, _interval(mean, moved, strata) if enough else None, len(moved), rows)


def _interval(mean: float, moved: Mapping[Group, float], strata: Mapping[str, int]) -> Interval:
    """From the influence of each group on the mean; `strata`: groups of each data set."""
    count = len(moved)
    sizes = np.array([strata[dataset] for dataset, _ in moved])
    weight = np.sqrt(sizes / (sizes - 1) * (count - 1) / count)
    around = mean + count * weight * np.array(list(moved.values()))
    quantile = float(stdtrit(count - len(strata), 0.975))
    spread = float(np.std(around, ddof=1))
    return interval_to(quantile, mean, spread, count, skewness_of(around))


def pooled(targets: Iterable[Target]) -> Target:
    """All units of several targets as those of one."""
    every = list(targets)
    groups: dict[Group, Units] = {}
    for target in every:
        for name, it in target.groups.items():
            before = groups.get(name, Units(0.0, 0))
            groups[name] = Units(before.total + it.total, before.count + it.count)
    return Target(groups, sum(it.rows for it in every))


def overall(targets: Sequence[Target], rule: TableRule) -> Mean:
    """The line over all targets."""
    return mean_over([pooled(targets)] if rule.across == "rows" else targets)
