"""Means and intervals over groups.

A group (patient, slide, video) is the unit of statistics, because images of one patient resemble
each other: values are first averaged within each group, then the group means are averaged with
equal weight. A patient with a hundred slices so counts as much as one with two.

The interval is that of Hall (J. R. Statist. Soc. B 54, 1992, 221-228): the t statistic is made
symmetric by a cubic transformation with the skewness of the group means, its quantiles are
Student's with n - 1 degrees of freedom (assumption; Hall has the normal ones), and the limits are
transformed back. Without skewness it is Student's t interval. DSC is bounded and skewed to the
left, so that the t interval lies too high; Hall's reaches further down. It is a formula: the same
data give the same interval, with nothing to draw, unlike the bootstrap-t, which covers as much.

Shares of simulated data sets whose interval holds the true mean (`benchmarks/evidence.py`):

    groups                                  5     10    20    30    50    100
    Beta(5, 1) group means        Hall      0.94  0.95  0.96  0.96  0.95  0.95
                                  t         0.91  0.92  0.94  0.94  0.94  0.95
    groups of 1 to 60 targets     Hall      0.94  0.95  0.95  0.95  0.95  0.95
                                  t         0.93  0.94  0.94  0.94  0.95  0.95
    one group in ten fails        Hall      0.87  0.87  0.90  0.93  0.96  0.96
                                  t         0.82  0.81  0.87  0.91  0.93  0.94
    one group in twenty fails     Hall      0.76  0.68  0.69  0.78  0.90  0.97
                                  t         0.69  0.59  0.66  0.77  0.88  0.92

A failure nobody has seen is in no interval: of 30 groups that fail one time in twenty, none fails
in a fifth of all data sets. No interval from the data alone can know of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.special import stdtrit

from samb.types import FloatArray

LEAST_GROUPS = 5
"""Below this a t quantile exceeds 2.7 and the spread of group means is guesswork."""


TINY = 1e-18
"""A variance of group means that is rounding."""


@dataclass(frozen=True)
class Interval:
    """A 95 % interval, in the unit of the mean it belongs to; not clipped to possible values."""

    low: float
    high: float


@dataclass(frozen=True)
class Summary:
    """A mean over groups and what stands behind it."""

    mean: float
    """NaN where no value is defined."""
    interval: Interval | None
    why_no_interval: str
    """Empty where there is one."""
    groups: int
    groups_averaged: int
    """Groups with at least one defined value: those the mean is taken over."""
    cases: int
    targets: int
    """Distinct objects; at frame level, objects in one frame."""
    values: int
    """Rows: targets times repeats times annotators."""
    undefined: int
    """Rows that are NaN: left out of the mean, never of the count."""


def summarise(scores: pd.DataFrame, by: Sequence[str]) -> dict[tuple[str, ...], Summary]:
    """One summary per combination of the columns `by`, whose values become text; sorted.

    `scores` has the columns of `samb.reports.material.SCORE_COLUMNS`. No rows: no summaries.
    """
    if scores.empty:
        return {}
    keys = list(by)
    groups = [*keys, *(column for column in ("dataset", "group") if column not in keys)]
    group_means = scores.groupby(groups)["value"].mean()
    table = group_means.groupby(level=keys).agg(["mean", "std", "skew", "count", "size"])
    table["values"] = scores.groupby(keys)["value"].size()
    table["defined"] = scores.groupby(keys)["value"].count()
    table["cases"] = _distinct(scores, keys, ["dataset", "case"])
    table["targets"] = _distinct(scores, keys, ["dataset", "case", "frame", "object_id"])
    return {text_key(row[0]): _summary(row) for row in table.itertuples(name=None)}


def interval_of(
    mean: float, deviation: float, count: int, skewness: float = 0.0
) -> Interval | None:
    """95 % interval round a mean of `count` group means; None under 5 groups.

    `deviation` has the divisor n - 1; `skewness` is m3 / m2 ** 1.5 with divisors n, 0 for Student's
    interval.
    """
    if count < LEAST_GROUPS:
        return None
    return interval_to(float(stdtrit(count - 1, 0.975)), mean, deviation, count, skewness)


def interval_to(
    quantile: float, mean: float, deviation: float, count: int, skewness: float
) -> Interval:
    """The interval that reaches to a quantile of the transformed t statistic on both sides."""
    reach = quantile / math.sqrt(count)
    low = mean - deviation * _from_symmetric(reach, skewness, count)
    return Interval(low, mean - deviation * _from_symmetric(-reach, skewness, count))


def skewness_of(values: FloatArray) -> float:
    """m3 / m2 ** 1.5 of a few numbers; 0 where they are equal."""
    around = values - values.mean()
    spread = float((around**2).mean())
    return float((around**3).mean()) / spread**1.5 if spread > TINY else 0.0


def _from_symmetric(value: float, skewness: float, count: int) -> float:
    """Inverse of Hall's g(T) = T + a T^2 / 3 + a^2 T^3 / 27 + a / (6 n), with skewness a."""
    if abs(skewness) < 1e-6:
        return value
    inside = 1 + skewness * (value - skewness / (6 * count))
    return 3 * (math.cbrt(inside) - 1) / skewness


def _plain_skewness(adjusted: float, count: int) -> float:
    """m3 / m2 ** 1.5 from what pandas calls skew; 0 where there is none."""
    if count < 3 or math.isnan(adjusted):
        return 0.0
    return adjusted * (count - 2) / math.sqrt(count * (count - 1))


def _summary(row: tuple[Any, ...]) -> Summary:
    _, mean, deviation, skew, averaged, groups, values, defined, cases, targets = row
    interval = interval_of(mean, deviation, averaged, _plain_skewness(skew, averaged))
    reason = "" if interval else f"{averaged} of at least {LEAST_GROUPS} groups"
    return Summary(
        mean=float(mean),
        interval=interval,
        why_no_interval=reason,
        groups=int(groups),
        groups_averaged=int(averaged),
        cases=int(cases),
        targets=int(targets),
        values=int(values),
        undefined=int(values - defined),
    )


def _distinct(scores: pd.DataFrame, keys: list[str], columns: list[str]) -> "pd.Series[int]":
    named = list(dict.fromkeys([*keys, *columns]))
    return scores[named].drop_duplicates().groupby(keys).size()


def text_key(key: object) -> tuple[str, ...]:
    """A pandas group key as the text that summaries are found by."""
    return tuple(str(part) for part in key) if isinstance(key, tuple) else (str(key),)
