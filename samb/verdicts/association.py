"""Kind 7: whether a score, or a difference, goes along with what targets are like.

Spearman's correlation over objects, partial where other attributes are held constant, with the
weights, ranks and jackknife over groups of the report's attributes (`samb.reports.attributes`):
groups weigh alike, correlations are those within data sets, averaged. The p value is of the same
standard error and degrees of freedom on Fisher's scale.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtr

from samb.reports.attributes.jackknife import Clusters, Jackknife
from samb.reports.attributes.sample import Sample
from samb.reports.attributes.shares import explained
from samb.reports.names import counted
from samb.reports.statistics import LEAST_GROUPS, Interval
from samb.types import FloatArray
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import TARGET, UNIT, Evidence
from samb.verdicts.finding import CELL_COLUMNS, Finding, Leaning
from samb.verdicts.words import measure_of, together, too_few

LEAST = 10
"""Groups of all data sets together that an interval needs."""
EDGE = 1 - 1e-12
"""Where Fisher's scale is cut off."""


@dataclass(frozen=True, kw_only=True)
class Association(Check):
    """The claim: the correlation with `attribute` is positive, negative, or as good as none."""

    contrast: Contrast
    attribute: str
    sign: Literal["positive", "negative", "none"]
    given: tuple[str, ...] = ()
    """Attributes held constant."""
    near_none: float = 0.1
    """A correlation within plus and minus this is as good as none (assumption)."""

    @property
    def needs(self) -> str:
        names = ", ".join((self.attribute, *self.given))
        return f"{self.contrast.needs} in {LEAST} groups or more, with the attributes {names}"

    def findings(self, evidence: Evidence) -> list[Finding]:
        names = [self.attribute, *self.given]
        if not set(names) <= set(evidence.attributes.columns):
            return []
        found = [(it, _joined(it, evidence, names)) for it in self.contrast.compared(evidence)]
        return [self._finding(it, table, evidence) for it, table in found if len(table)]

    def _finding(self, found: Compared, table: pd.DataFrame, evidence: Evidence) -> Finding:
        columns = [self.attribute, *self.given, "value"]
        groups = table.groupby("dataset")["group"].nunique()
        few = sorted(groups[groups < LEAST_GROUPS].index)
        known = table[~table["dataset"].isin(few)] if len(few) < len(groups) else table
        count = known[UNIT].drop_duplicates().shape[0]
        lacking = too_few(count, evidence.unit, LEAST)
        effect, interval, p = _partial(known, columns, self._bound())
        enough = not lacking and interval is not None
        return Finding(
            what=f"{self.attribute}, {found.what}",
            measure=f"Spearman correlation with {measure_of(found.metric)}",
            effect=effect,
            leaning=self._leaning(interval) if enough and interval else "none",
            units=count,
            unit=evidence.unit,
            interval=interval if enough else None,
            p=p if enough else None,
            cells=self._cells(known, columns),
            note=together(
                lacking,
                f"claimed {self.sign}",
                counted(len(known), "object"),
                f"held constant: {', '.join(self.given)}" if self.given else "",
                f"of too few groups, and left out: {', '.join(few)}"
                if len(few) < len(groups) and few
                else "",
            ),
            seen=found.seen,
        )

    def _bound(self) -> float:
        return self.near_none if self.sign == "none" else 0.0

    def _leaning(self, interval: Interval) -> Leaning:
        if self.sign == "none":
            inside = interval.low > -self.near_none and interval.high < self.near_none
            outside = interval.low > self.near_none or interval.high < -self.near_none
            return "for" if inside else "against" if outside else "none"
        above, below = interval.low > 0, interval.high < 0
        right, wrong = (above, below) if self.sign == "positive" else (below, above)
        return "for" if right else "against" if wrong else "none"

    def _cells(self, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        """The correlation within each target."""
        lines = []
        for key, rows in table.groupby(TARGET):
            effect = _partial(rows, columns, 0.0)[0] if len(rows) > len(columns) else math.nan
            lines.append([*key, effect, rows["group"].nunique(), self._agrees(effect)])
        return pd.DataFrame(lines, columns=list(CELL_COLUMNS))

    def _agrees(self, effect: float) -> bool:
        if math.isnan(effect):
            return True
        if self.sign == "none":
            return abs(effect) < self.near_none
        return effect > 0 if self.sign == "positive" else effect < 0


def _joined(found: Compared, evidence: Evidence, names: list[str]) -> pd.DataFrame:
    """Objects with their attributes, all of them known."""
    known = evidence.attributes[["dataset", "group", "item", *names]]
    table = found.table.merge(known, on=["dataset", "group", "item"])
    return table.dropna(subset=["value", *names]).reset_index(drop=True)


def _partial(
    table: pd.DataFrame, columns: list[str], bound: float
) -> tuple[float, Interval | None, float | None]:
    """Correlation of the first column with the last, those between held; interval and p value.

    The p value is two-sided, against 0, or against a correlation of `bound` in size.
    """
    groups = np.asarray(table.groupby(UNIT).ngroup(), dtype=np.intp)
    datasets = np.unique(table["dataset"].to_numpy(str), return_inverse=True)[1]
    players = [(place,) for place in range(len(columns) - 1)]
    values = table[columns].to_numpy(dtype=float)
    sample = Sample(values, {}, Clusters(datasets, groups), within=True)
    matrices, left_out = sample.matrices()
    found = explained(matrices, players).partial[:, :1]
    effect = float(found[0, 0])
    if not len(left_out) or not np.isfinite(found).all():
        return effect, None, None
    scaled = np.arctanh(np.clip(found, -EDGE, EDGE))
    jackknife = Jackknife(scaled[0], scaled[1:], left_out)
    (interval,) = jackknife.intervals()
    if interval is None:
        return effect, None, None
    errors, freedom = jackknife.errors()
    p = _p(scaled[0], float(errors[0]), float(freedom[0]), bound)
    return effect, Interval(math.tanh(interval.low), math.tanh(interval.high)), p


def _p(scaled: FloatArray, error: float, freedom: float, bound: float) -> float:
    apart = abs(abs(float(scaled[0])) - math.atanh(bound))
    return 2 * float(stdtr(freedom, -apart / error)) if error > 0 else float(apart == 0)
