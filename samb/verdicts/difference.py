"""Kind 1: a mean difference, or mean, that lies above, below or within bounds.

The paired difference of two answers against a threshold, non-inferiority (a bound below zero),
equivalence (two bounds, each tested one after the other: the larger p counts), a margin to a
baseline, or the mean of one answer within a range. Units are groups, or the targets of a published
table; the interval is that of reports, the test Wilcoxon's against each bound
(`samb.reports.paired`).
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from samb.reports.paired import paired, wilcoxon_p
from samb.reports.statistics import Interval
from samb.types import FloatArray
from samb.verdicts.cells import cells, resting_on
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import Evidence
from samb.verdicts.exact import exact_interval
from samb.verdicts.finding import Finding, Leaning
from samb.verdicts.words import measure_of, together, too_few


@dataclass(frozen=True, kw_only=True)
class Difference(Check):
    """The claim: the mean lies above `low` and below `high`.

    Raises ValueError without a bound, or where they leave no room.
    """

    contrast: Contrast
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("a difference needs low, high or both")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low should be below high, got {self.low} and {self.high}")

    @property
    def needs(self) -> str:
        return self.contrast.needs

    def findings(self, evidence: Evidence) -> list[Finding]:
        return [self._finding(it, evidence) for it in self.contrast.compared(evidence)]

    def _finding(self, found: Compared, evidence: Evidence) -> Finding:
        units = found.units.to_numpy(dtype=float)
        whole = paired(units)
        leaning: Leaning = "none"
        p = None
        interval = self._interval(units, whole.interval)
        if interval:
            leaning = self._leaning(interval.low, interval.high)
            p = self._p(found, interval, leaning)
        few = too_few(len(units), evidence.unit)
        return Finding(
            what=found.what,
            measure=self._measure(measure_of(found.metric)),
            effect=whole.effect,
            leaning=leaning,
            units=len(units),
            unit=evidence.unit,
            interval=interval,
            p=p,
            cells=cells(found, self._inside),
            note=together(few, self._said(), resting_on(found, evidence.unit)),
            seen=found.seen,
        )

    def _interval(self, units: FloatArray, usual: Interval | None) -> Interval | None:
        """Exact for a share of units that each reach a score or do not; the usual one, else."""
        share = self.contrast.first is None and self.contrast.second.reaching is not None
        if usual is None or not share or not np.isin(units, (0.0, 1.0)).all():
            return usual
        return exact_interval(round(units.sum()), len(units))

    def _measure(self, metric: str) -> str:
        reaching = self.contrast.second.reaching
        value = metric if reaching is None else f"share with {metric} of {reaching:g} or more"
        return value if self.contrast.first is None else f"{value} difference"

    def _bounds(self) -> list[float]:
        return [it for it in (self.low, self.high) if it is not None]

    def _inside(self, effects: "pd.Series[float]") -> "pd.Series[bool]":
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return (effects > low) & (effects < high)

    def _leaning(self, low: float, high: float) -> Leaning:
        above = self.low is None or low > self.low
        below = self.high is None or high < self.high
        if above and below:
            return "for"
        missed = (self.low is not None and high < self.low) or (
            self.high is not None and low > self.high
        )
        return "against" if missed else "none"

    def _p(self, found: Compared, interval: Interval, leaning: Leaning) -> float:
        """Of the bound that is hardest to hold; where the claim fails, of the one it fails at."""
        bounds = self._bounds()
        if leaning == "against":
            missed_low = self.low is not None and interval.high < self.low
            bounds = bounds[:1] if missed_low else bounds[-1:]
        return max(_p_of(found, it) for it in bounds)

    def _said(self) -> str:
        """The bounds, where they are not simply zero."""
        if self._bounds() == [0.0]:
            return ""
        low = f"above {self.low:g}" if self.low is not None else ""
        high = f"below {self.high:g}" if self.high is not None else ""
        return f"claimed {' and '.join(filter(None, (low, high)))}"


def _p_of(found: Compared, bound: float) -> float:
    """Wilcoxon's; where the best of several answers wins, for each way to pick one a target."""
    units = found.units.to_numpy(dtype=float)
    picks = math.log(found.favoured(above=units.mean() > bound)) * len(found.targets)
    p = wilcoxon_p(units - bound)
    return math.exp(min(math.log(p) + picks, 0.0)) if p > 0 else p
