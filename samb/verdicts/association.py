"""Kind 7: whether a score, or a difference, goes along with what targets are like.

Spearman's correlation over objects, partial where other attributes are held constant (ranks,
residuals of the least-squares fit on their ranks). Ranks are taken within each target of each data
set, so that sets and structures are not what is compared. Objects of a group resemble each other:
the interval is the jackknife's over groups (up to 50 blocks of them), on Fisher's z scale with
Student's quantile.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from samb.reports.statistics import Interval
from samb.streams import stable_hash
from samb.types import FloatArray
from samb.verdicts.cells import measure_of, together, too_few
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import TARGET, UNIT, Evidence
from samb.verdicts.finding import CELL_COLUMNS, Finding, Leaning

BLOCKS = 50
LEAST_GROUPS = 10
LEAST_OBJECTS = 5
"""Of a target, to be ranked."""


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
        return (
            f"{self.contrast.needs} in {LEAST_GROUPS} groups or more, with the attributes {names}"
        )

    def findings(self, evidence: Evidence) -> list[Finding]:
        names = [self.attribute, *self.given]
        if not set(names) <= set(evidence.attributes.columns):
            return []
        found = [self._joined(it, evidence, names) for it in self.contrast.compared(evidence)]
        return [self._finding(it, table, evidence) for it, table in found if len(table)]

    def _joined(
        self, found: Compared, evidence: Evidence, names: list[str]
    ) -> tuple[Compared, pd.DataFrame]:
        known = evidence.attributes[["dataset", "group", "item", *names]]
        table = found.table.merge(known, on=["dataset", "group", "item"])
        table = table.dropna(subset=["value", *names])
        sizes = table.groupby(TARGET)["value"].transform("size")
        return found, table[sizes >= LEAST_OBJECTS].reset_index(drop=True)

    def _finding(self, found: Compared, table: pd.DataFrame, evidence: Evidence) -> Finding:
        columns = ["value", self.attribute, *self.given]
        ranks = table.groupby(TARGET)[columns].rank(pct=True).to_numpy(dtype=float)
        groups = table.groupby(UNIT).ngroup().to_numpy()
        effect, count = partial(ranks), int(groups.max()) + 1
        few = too_few(count, evidence.unit, LEAST_GROUPS)
        interval = p = None
        leaning: Leaning = "none"
        if not few and math.isfinite(effect):
            interval, p = _jackknife(ranks, groups, effect, self._bound())
            leaning = self._leaning(interval.low, interval.high)
        return Finding(
            what=f"{self.attribute}, {found.what}",
            measure=f"Spearman correlation with {measure_of(found.metric)}",
            effect=effect,
            leaning=leaning,
            units=count,
            unit=evidence.unit,
            interval=interval,
            p=p,
            cells=self._cells(table, columns),
            note=together(few, f"claimed {self.sign}", f"{len(table)} objects", self._held()),
            seen=found.seen,
        )

    def _held(self) -> str:
        return f"held constant: {', '.join(self.given)}" if self.given else ""

    def _bound(self) -> float:
        return self.near_none if self.sign == "none" else 0.0

    def _leaning(self, low: float, high: float) -> Leaning:
        if self.sign == "none":
            inside = low > -self.near_none and high < self.near_none
            outside = low > self.near_none or high < -self.near_none
            return "for" if inside else "against" if outside else "none"
        above, below = low > 0, high < 0
        right, wrong = (above, below) if self.sign == "positive" else (below, above)
        return "for" if right else "against" if wrong else "none"

    def _cells(self, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        """The correlation within each target, of more objects than attributes."""
        lines = []
        for key, rows in table.groupby(TARGET):
            effect = partial(rows[columns].rank(pct=True).to_numpy(dtype=float))
            lines.append([*key, effect, rows["group"].nunique(), self._agrees(effect)])
        return pd.DataFrame(lines, columns=list(CELL_COLUMNS))

    def _agrees(self, effect: float) -> bool:
        if math.isnan(effect):
            return True
        if self.sign == "none":
            return abs(effect) < self.near_none
        return effect > 0 if self.sign == "positive" else effect < 0


def partial(ranks: FloatArray) -> float:
    """Correlation of the first two columns, the others held constant; NaN where one is constant."""
    others = np.column_stack([np.ones(len(ranks)), ranks[:, 2:]])
    if len(ranks) <= others.shape[1] + 1:
        return math.nan
    fitted = others @ np.linalg.lstsq(others, ranks[:, :2], rcond=None)[0]
    one, other = (ranks[:, :2] - fitted).T
    size = math.sqrt(float(one @ one) * float(other @ other))
    return float(one @ other) / size if size > 1e-9 else math.nan


def _jackknife(
    ranks: FloatArray,
    groups: NDArray[Any],
    effect: float,
    bound: float,
) -> tuple[Interval, float]:
    """95 % interval and p value; against a correlation of `bound` in size where that is not 0."""
    blocks = np.array([stable_hash("block", int(it)) % BLOCKS for it in range(groups.max() + 1)])
    if groups.max() < BLOCKS:
        blocks = np.arange(groups.max() + 1)
    of_rows = blocks[groups]
    names = np.unique(of_rows)
    left = np.array([_fisher(partial(ranks[of_rows != it])) for it in names])
    left = left[np.isfinite(left)]
    count, centre = len(left), _fisher(effect)
    error = math.sqrt((count - 1) / count * float(((left - left.mean()) ** 2).sum()))
    reach = float(stats.t.ppf(0.975, count - 1)) * error
    apart = abs(centre) if bound == 0 else abs(_fisher(bound) - abs(centre))
    p = 2 * float(stats.t.sf(apart / error, count - 1)) if error > 0 else float(apart == 0)
    return Interval(math.tanh(centre - reach), math.tanh(centre + reach)), p


def _fisher(correlation: float) -> float:
    return (
        math.atanh(min(max(correlation, -0.999999), 0.999999))
        if math.isfinite(correlation)
        else math.nan
    )
