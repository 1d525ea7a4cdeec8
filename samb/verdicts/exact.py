"""The interval of a share that is counted: exact, also where all do alike."""

from scipy import stats

from samb.reports.statistics import Interval


def exact_interval(count: int, total: int) -> Interval:
    """95 % of a share `count` of `total`, after Clopper and Pearson 1934."""
    found = stats.binomtest(count, total).proportion_ci(method="exact")
    return Interval(float(found.low), float(found.high))
