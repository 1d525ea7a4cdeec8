"""Kind 8: two kinds of targets, told by their tags: organs against tumours, large against dense.

Where five groups or more have both kinds, they are paired by group. Else targets are the units, as
in a published table, with Welch's interval and the Mann-Whitney test: groups of one data set share
all that is special about it, and fifty patients of one tumour are one kind of tumour.
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
from samb.verdicts.evidence import TARGET, UNIT, Evidence
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
        least = f"{LEAST_GROUPS} groups with both, or {LEAST_GROUPS} targets of each"
        return f"{self.contrast.needs} of targets that are {kinds}, {least}"

    def findings(self, evidence: Evidence) -> list[Finding]:
        return [
            self._finding(it, evidence)
            for it in self.contrast.compared(evidence)
            if all(len(side) for side in self._sides(it, UNIT))
        ]

    def _sides(
        self, found: Compared, unit: list[str]
    ) -> tuple["pd.Series[float]", "pd.Series[float]"]:
        """Mean over groups of each unit (UNIT or TARGET), of either kind."""
        of_groups = found.of_targets.reset_index()
        better, worse = (
            of_groups[has_tag(of_groups, tags)].groupby(unit)["value"].mean()
            for tags in (self.better, self.worse)
        )
        return better, worse

    def _finding(self, found: Compared, evidence: Evidence) -> Finding:
        first, second = self._sides(found, UNIT)
        both = (first - second).dropna()
        paired_by_group = len(both) >= LEAST_GROUPS
        sides = (first, second) if paired_by_group else self._sides(found, TARGET)
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
        unit = evidence.unit if paired_by_group else "target"
        return Finding(
            what=f"{kinds}, {found.what}",
            measure=f"{measure_of(found.metric)} difference",
            effect=effect,
            leaning=leaning,
            units=len(both) if paired_by_group else len(better) + len(worse),
            unit=unit,
            interval=interval,
            p=p,
            cells=self._cells(found, (float(np.mean(better)) + float(np.mean(worse))) / 2),
            note=together(
                too_few(min(len(better), len(worse)), unit),
                f"{len(better)} and {len(worse)} {unit}s"
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
