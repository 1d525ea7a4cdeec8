"""Kind 3: a value over an order: points, clicks, jitter, severity of a corruption.

The effect is the rise of the least-squares line from the first to the last step, one per unit; its
interval and Wilcoxon's test are those of a paired difference. `every` claims a law: that no
target's mean curve falls (or rises) by more than `tolerance` from any earlier step, on the share of
targets that is asked for. What breaks it is what breaks any law over targets
(`samb.verdicts.share`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from samb.reports.names import shown_prompt
from samb.reports.paired import paired, wilcoxon_p
from samb.types import FloatArray
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import KEY, TARGET, UNIT, Evidence
from samb.verdicts.finding import CELL_COLUMNS, Finding, Leaning
from samb.verdicts.proven import breaking, proven_falls
from samb.verdicts.words import measure_of, together, too_few

LEAST_STEPS = 3


@dataclass(frozen=True, kw_only=True)
class Trend(Check):
    """The claim: the value rises (or falls) over the steps. Raises ValueError for too few."""

    contrast: Contrast
    over: Literal["prompt", "attempt", "dataset"]
    steps: tuple[tuple[str, ...], ...]
    """In order; of each, names in order of preference. Those that are missing are passed over.
    For attempts their numbers."""
    rising: bool = True
    every: bool = False
    tolerance: float = 0.005
    """Assumption: a change of score below this is none."""
    at_least: float = 0.9

    def __post_init__(self) -> None:
        if len(self.steps) < LEAST_STEPS:
            raise ValueError(f"a trend needs {LEAST_STEPS} steps or more, got {len(self.steps)}")

    @property
    def needs(self) -> str:
        steps = ", ".join(" or ".join(step) for step in self.steps)
        return f"{self.contrast.needs} at {LEAST_STEPS} or more of: {self.over} {steps}"

    def findings(self, evidence: Evidence) -> list[Finding]:
        return [self._finding(it, evidence) for it in self._curves(evidence)]

    def _curves(self, evidence: Evidence) -> "Iterator[_Curve]":
        """One per model with enough steps; of each the objects that have them all."""
        by_model: dict[tuple[str, ...], list[tuple[str, Compared]]] = {}
        for step in self.steps:
            for it in self._at(step).compared(evidence):
                modes, name = it.modes, step[0] if self.over != "attempt" else f"click {step[0]}"
                if self.over == "prompt":
                    modes, name = ("", ""), shown_prompt(it.modes[1])
                by_model.setdefault((*it.models, *modes, it.metric), []).append((name, it))
        for (_, model, _, mode, _), found in by_model.items():
            named = ", ".join(filter(None, (shown_prompt(mode), model)))
            curve = _Curve.of(named, found, across_data=self.over == "dataset")
            if len(found) >= LEAST_STEPS and len(curve.table):
                yield curve

    def _at(self, step: tuple[str, ...]) -> Contrast:
        """The contrast at one step, in both of its answers."""
        change: dict[str, object] = {self.over: step}
        if self.over == "attempt":
            change = {"attempt": int(step[0])}
        first = self.contrast.first and replace(self.contrast.first, **change)  # type: ignore[arg-type]
        second = replace(self.contrast.second, **change)  # type: ignore[arg-type]
        return replace(self.contrast, first=first, second=second)

    def _finding(self, curve: "_Curve", evidence: Evidence) -> Finding:
        rises = curve.rises(UNIT).to_numpy(dtype=float)
        whole = paired(rises)
        table = self._cells(curve)
        leaning, p = self._test(curve, table)
        return Finding(
            what=curve.what,
            measure=f"{measure_of(curve.metric)} change",
            effect=whole.effect,
            leaning=leaning,
            units=len(rises),
            unit=evidence.unit,
            interval=whole.interval,
            p=p,
            cells=table,
            note=together(too_few(len(rises), evidence.unit), curve.told(rising=self.rising))
            + (self._law(table, leaning) if self.every else ""),
            seen=curve.seen,
        )

    def _test(self, curve: "_Curve", cells: pd.DataFrame) -> tuple[Leaning, float | None]:
        rises = self._sign * curve.rises(UNIT).to_numpy(dtype=float)
        interval = paired(rises).interval
        if interval is None:
            return "none", None
        p = wilcoxon_p(rises)
        broken = self._broken(curve, cells) if self.every else 1.0
        if interval.high < 0 or broken < 0.05:
            wrong = p if interval.high < 0 else 1.0
            return "against", min(1.0, 2 * min(wrong, broken)) if self.every else wrong
        lawful = not self.every or cells["agrees"].mean() >= self.at_least
        return ("for" if interval.low > 0 and lawful else "none"), p

    def _broken(self, curve: "_Curve", cells: pd.DataFrame) -> float:
        """P value of what breaks the law: the number of published means, else a proven fall."""
        if curve.unit == "target":
            return float(stats.binom.cdf(int(cells["agrees"].sum()), len(cells), self.at_least))
        falls = proven_falls(self._sign * curve.means([*TARGET, "group"]), self.tolerance)
        broken = breaking(falls, self.at_least, len(cells))
        return 1.0 if broken is None else broken

    @property
    def _sign(self) -> float:
        return 1.0 if self.rising else -1.0

    def _cells(self, curve: "_Curve") -> pd.DataFrame:
        """Of each target: its rise, and whether its mean curve follows."""
        of_targets = curve.means([*TARGET, "group"]).groupby(level=TARGET).agg("mean")
        sizes = curve.means([*TARGET, "group"]).groupby(level=TARGET).size()
        table = of_targets.index.to_frame(index=False)
        values = of_targets.to_numpy(dtype=float)
        effects = _rise(values)
        back = _worst_step_back(self._sign * values)
        agrees = (back <= self.tolerance) if self.every else self._sign * effects > 0
        return table.assign(effect=effects, units=sizes.to_numpy(), agrees=agrees)[
            list(CELL_COLUMNS)
        ]

    def _law(self, table: pd.DataFrame, leaning: Leaning) -> str:
        way = "fall" if self.rising else "rise"
        return (
            f"; {int(table['agrees'].sum())} of {len(table)} targets never {way} by more than "
            f"{self.tolerance:g} from an earlier step, claimed {self.at_least:.0%}"
            + ("; verdict and p are of that law, not of the change" if leaning == "against" else "")
        )


@dataclass(frozen=True, eq=False)
class _Curve:
    """Values of one model at each step, of objects that have them all."""

    what: str
    metric: str
    table: pd.DataFrame
    """KEY, and a column per step."""
    steps: Sequence[str]
    seen: tuple[str, ...]
    unit: str

    @classmethod
    def of(cls, model: str, found: list[tuple[str, Compared]], *, across_data: bool) -> "_Curve":
        key = KEY[1:] if across_data else KEY
        steps = [name for name, _ in found]
        table = found[0][1].table.rename(columns={"value": steps[0]})
        for name, it in found[1:]:
            other = it.table.rename(columns={"value": name})
            table = table.merge(other[[*key, name]], on=key)
        seen = tuple(sorted({mark for _, it in found for mark in it.seen}))
        what = f"{steps[0]} to {steps[-1]}, {model}"
        return cls(what, found[0][1].metric, table, steps, seen, found[0][1].unit)

    def means(self, by: Sequence[str]) -> pd.DataFrame:
        return self.table.groupby(list(by))[list(self.steps)].mean()

    def rises(self, by: Sequence[str]) -> "pd.Series[float]":
        means = self.means(by)
        return pd.Series(_rise(means.to_numpy(dtype=float)), index=means.index)

    def told(self, *, rising: bool) -> str:
        """The mean at each step, and the first step that goes the other way."""
        means = self.means(UNIT).mean()
        values = [float(it) for it in means]
        parts = ", ".join(
            f"{name} {value:.3f}" for name, value in zip(self.steps, values, strict=True)
        )
        wrong = [
            place
            for place in range(1, len(values))
            if (values[place] < values[place - 1]) == rising and values[place] != values[place - 1]
        ]
        if not wrong:
            return f"means {parts}"
        before, after = self.steps[wrong[0] - 1], self.steps[wrong[0]]
        change = values[wrong[0]] - values[wrong[0] - 1]
        return f"means {parts}; turns at {before} to {after} ({change:+.4f})"


def _rise(values: FloatArray) -> FloatArray:
    """(N, S) values -> (N,) rise of the least-squares line from the first to the last step."""
    places = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    slopes = values @ places / float(places @ places)
    return np.asarray(slopes * (values.shape[1] - 1))


def _worst_step_back(values: FloatArray) -> FloatArray:
    """(N, S) values -> (N,) greatest fall from any earlier step."""
    return np.asarray((np.maximum.accumulate(values, axis=1) - values).max(axis=1))
