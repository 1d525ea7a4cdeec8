"""Kind 8: two kinds of targets, told by their tags: organs against tumours, large against dense.

Where five groups or more have both kinds, they are paired by group; else the two are independent,
with Welch's interval and the Mann-Whitney test.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from samb.reports.paired import paired, wilcoxon_p
from samb.reports.statistics import LEAST_GROUPS, Interval
from samb.types import FloatArray
from samb.verdicts.cells import cells
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import UNIT, Evidence
from samb.verdicts.finding import Finding, Leaning
from samb.verdicts.tags import has_tag
from samb.verdicts.words import measure_of, together, too_few

Tested = tuple[float, Interval | None, float | None]
"""Effect, interval, p."""


@dataclass(frozen=True, kw_only=True)
class Groups(Check):
    """The claim: targets tagged `better` score higher than those tagged `worse`."""

    contrast: Contrast
    better: tuple[str, ...]
    worse: tuple[str, ...]

    @property
    def needs(self) -> str:
        kinds = f"{' or '.join(self.better)} and others that are {' or '.join(self.worse)}"
        return f"{self.contrast.needs} of targets that are {kinds}, {LEAST_GROUPS} groups of each"

    def findings(self, evidence: Evidence) -> list[Finding]:
        found = [(it, self._sides(it)) for it in self.contrast.compared(evidence)]
        return [
            self._finding(it, sides, evidence)
            for it, sides in found
            if all(len(side) for side in sides)
        ]

    def _sides(self, found: Compared) -> tuple["pd.Series[float]", "pd.Series[float]"]:
        """Mean of each unit, of either kind."""
        better, worse = (
            found.table[has_tag(found.table, tags)].groupby(UNIT)["value"].mean()
            for tags in (self.better, self.worse)
        )
        return better, worse

    def _finding(
        self,
        found: Compared,
        sides: tuple["pd.Series[float]", "pd.Series[float]"],
        evidence: Evidence,
    ) -> Finding:
        both = (sides[0] - sides[1]).dropna()
        paired_by_group = len(both) >= LEAST_GROUPS
        better, worse = (np.asarray(side, dtype=np.float64) for side in sides)
        effect, interval, p = (
            _within(np.asarray(both, dtype=np.float64))
            if paired_by_group
            else _apart(better, worse)
        )
        leaning: Leaning = "none"
        if interval is not None:
            leaning = "for" if interval.low > 0 else "against" if interval.high < 0 else "none"
        kinds = f"{'/'.join(self.better)} minus {'/'.join(self.worse)}"
        few = too_few(min(len(better), len(worse)), evidence.unit)
        return Finding(
            what=f"{kinds}, {found.what}",
            measure=f"{measure_of(found.metric)} difference",
            effect=effect,
            leaning=leaning,
            units=len(both) if paired_by_group else len(better) + len(worse),
            unit=evidence.unit,
            interval=interval,
            p=p,
            cells=self._cells(found, (float(np.mean(better)) + float(np.mean(worse))) / 2),
            note=together(
                few,
                f"{len(better)} and {len(worse)} {evidence.unit}s"
                + (f", {len(both)} with both" if paired_by_group else ""),
                f"medians {np.median(better):.3f} and {np.median(worse):.3f}",
            ),
            seen=found.seen,
        )

    def _cells(self, found: Compared, middle: float) -> pd.DataFrame:
        """Targets of both kinds; one agrees on its side of the middle between the two means."""
        table = cells(found, np.isfinite)
        high, low = has_tag(table, self.better), has_tag(table, self.worse)
        agrees = (high & (table["effect"] > middle)) | (low & (table["effect"] < middle))
        return table.assign(agrees=agrees)[high | low].reset_index(drop=True)


def _within(differences: FloatArray) -> Tested:
    whole = paired(differences)
    return whole.effect, whole.interval, wilcoxon_p(differences) if whole.interval else None


def _apart(better: FloatArray, worse: FloatArray) -> Tested:
    effect = float(better.mean() - worse.mean())
    if min(len(better), len(worse)) < LEAST_GROUPS:
        return effect, None, None
    p = float(stats.mannwhitneyu(better, worse).pvalue)
    if not (better.std() or worse.std()):
        return effect, Interval(effect, effect), p
    found = stats.ttest_ind(better, worse, equal_var=False).confidence_interval(0.95)
    return effect, Interval(float(found.low), float(found.high)), p
