"""Kinds 5 and 6: how far targets lie apart, and whether the ends of their range are those stated.

The spread is the standard deviation between the means of targets, freed from what the error of each
mean adds where its groups tell (the moment estimator of a one-way random-effects model). Interval
and test are those of a variance of normal values (chi-square); scores are bounded, so that their
tails are lighter and the interval is, if anything, too wide.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from samb.reports.statistics import Interval
from samb.verdicts.cells import cells
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import TARGET, Evidence
from samb.verdicts.finding import Finding, Leaning
from samb.verdicts.words import measure_of, together, too_few

LEAST_TARGETS = 5
ONE = {"target": "mean", "group": "group"}


@dataclass(frozen=True, kw_only=True)
class Spread(Check):
    """The claim: the standard deviation between targets is above `at_least`."""

    contrast: Contrast
    at_least: float = 0.1
    """Assumption: what "varies highly" comes to, in the unit of the score."""

    def __post_init__(self) -> None:
        if self.at_least <= 0:
            raise ValueError(f"at_least should be above 0, got {self.at_least}")

    @property
    def needs(self) -> str:
        return f"{self.contrast.needs} on {LEAST_TARGETS} targets or more"

    def findings(self, evidence: Evidence) -> list[Finding]:
        return [self._finding(it) for it in self.contrast.compared(evidence)]

    def _finding(self, found: Compared) -> Finding:
        means = found.targets
        count, error = len(means), _error(found)
        variance = float(means.var(ddof=1))
        enough = count >= LEAST_TARGETS and not found.few
        interval = _interval(variance, error, count) if enough else None
        return Finding(
            what=found.what,
            measure=f"SD of {measure_of(found.metric)} between targets",
            effect=_root(variance - error),
            leaning=self._leaning(interval),
            units=count,
            unit="target",
            interval=interval,
            p=_p(variance, self.at_least**2 + error, count) if enough else None,
            cells=cells(found, np.isfinite),
            by_target=False,
            note=together(
                too_few(count, "target", LEAST_TARGETS),
                found.few,
                f"claimed above {self.at_least:g}",
                f"from {means.min():.3f} ({_name(means.idxmin())}) to "
                f"{means.max():.3f} ({_name(means.idxmax())})",
                _within(found),
            ),
            seen=found.seen,
        )

    def _leaning(self, interval: Interval | None) -> Leaning:
        if interval is None:
            return "none"
        if interval.low > self.at_least:
            return "for"
        return "against" if interval.high < self.at_least else "none"


@dataclass(frozen=True, kw_only=True)
class Ends(Check):
    """The claim: the least and the greatest mean of all targets are those stated.

    A matter of reading a table, or of repeating it: no test, but a tolerance. A run repeats the
    mean of a target where it has groups enough for an interval.
    """

    contrast: Contrast
    lowest: float | None = None
    highest: float | None = None
    tolerance: float
    targets: int
    """As many as the statement is of; fewer cannot show the ends."""

    def __post_init__(self) -> None:
        if self.lowest is None and self.highest is None:
            raise ValueError("ends need lowest, highest or both")

    @property
    def needs(self) -> str:
        return f"{self.contrast.needs} on {self.targets} targets"

    def findings(self, evidence: Evidence) -> list[Finding]:
        return [
            self._finding(it, name, stated)
            for it in self.contrast.compared(evidence)
            for name, stated in (("lowest", self.lowest), ("highest", self.highest))
            if stated is not None
        ]

    def _finding(self, found: Compared, name: str, stated: float) -> Finding:
        means = found.targets
        place = means.idxmin() if name == "lowest" else means.idxmax()
        value = float(means.min() if name == "lowest" else means.max())
        few = together(too_few(len(means), "target", self.targets), _too_few_within(found))
        right = abs(value - stated) <= self.tolerance
        return Finding(
            what=f"{name}, {found.what}",
            measure=measure_of(found.metric),
            effect=value,
            leaning="none" if few else "for" if right else "against",
            units=len(means),
            unit="target",
            certain=not few,
            cells=cells(found, np.isfinite),
            by_target=False,
            note=together(
                few, f"stated {stated:g} within {self.tolerance:g}, found in {_name(place)}"
            ),
            seen=found.seen,
        )


def _too_few_within(found: Compared) -> str:
    """Which target of a run has the fewest groups, where those are too few for its mean."""
    if found.unit == "target":
        return ""
    sizes = found.of_targets.groupby(level=TARGET).size()
    few = too_few(int(sizes.min()), found.unit)
    return f"{few} in {_name(sizes.idxmin())}" if few else ""


def _error(found: Compared) -> float:
    """Mean squared standard error of the targets' means; 0 where each is one number."""
    of_targets = found.of_targets.groupby(level=TARGET).agg(["var", "size"])
    known = of_targets[of_targets["size"] > 1]
    return float((known["var"] / known["size"]).mean()) if len(known) else 0.0


def _within(found: Compared) -> str:
    """How much groups of one target differ, and what share of all variance lies between targets."""
    of_targets = found.of_targets.groupby(level=TARGET).agg(["var", "size"])
    inside = float(of_targets.loc[of_targets["size"] > 1, "var"].mean())
    if math.isnan(inside):
        return f"each target one {ONE[found.unit]}, so that nothing is known of the spread within"
    between = max(float(found.targets.var(ddof=1)) - _error(found), 0.0)
    if math.isnan(between) or between + inside <= 0:
        return f"SD within targets {math.sqrt(inside):.3f}"
    share = between / (between + inside)
    return f"SD within targets {math.sqrt(inside):.3f}; {share:.0%} of the variance lies between"


def _interval(variance: float, error: float, count: int) -> Interval:
    """Of the standard deviation, freed from the error of the means."""
    upper, lower = stats.chi2.ppf([0.975, 0.025], count - 1)
    low, high = (_root((count - 1) * variance / it - error) for it in (upper, lower))
    return Interval(low, high)


def _p(variance: float, bound: float, count: int) -> float:
    """Two-sided, against a variance of `bound`."""
    below = float(stats.chi2.cdf((count - 1) * variance / bound, count - 1))
    return min(1.0, 2 * min(below, 1 - below))


def _root(variance: float) -> float:
    """NaN stays NaN."""
    return math.sqrt(max(variance, 0.0)) if not math.isnan(variance) else math.nan


def _name(key: object) -> str:
    return (
        ": ".join(dict.fromkeys(str(part) for part in key)) if isinstance(key, tuple) else str(key)
    )
