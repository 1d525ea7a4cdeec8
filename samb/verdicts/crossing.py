"""Kind 4: one mean curve starts below another and ends above it.

Two tests, of the differences at the first and at the last click, and both must hold (the larger p
counts: an intersection-union test).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from samb.reports.paired import Comparison, paired, wilcoxon_p
from samb.verdicts.cells import cells
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import Evidence
from samb.verdicts.finding import Finding, Leaning
from samb.verdicts.words import measure_of, together, too_few

MOST = 20
"""Clicks looked at."""


@dataclass(frozen=True, kw_only=True)
class Crossing(Check):
    """The claim: the second answer is below the first at click 1 and above it at the last."""

    contrast: Contrast

    def __post_init__(self) -> None:
        if self.contrast.first is None:
            raise ValueError("a crossing needs a first and a second answer")

    @property
    def needs(self) -> str:
        return f"{self.contrast.needs}, click by click"

    def findings(self, evidence: Evidence) -> list[Finding]:
        return [self._finding(it, evidence) for it in self._curves(evidence) if len(it) > 1]

    def _curves(self, evidence: Evidence) -> Iterator[dict[int, Compared]]:
        """By pair of models: click -> what both have."""
        found: dict[tuple[str, str], dict[int, Compared]] = {}
        for click in range(1, MOST + 1):
            for it in self._at(click).compared(evidence):
                found.setdefault(it.models, {})[click] = it
        yield from found.values()

    def _at(self, click: int) -> Contrast:
        first, second = self.contrast.first, self.contrast.second
        return replace(
            self.contrast,
            first=first and replace(first, attempt=click),
            second=replace(second, attempt=click),
        )

    def _finding(self, curve: dict[int, Compared], evidence: Evidence) -> Finding:
        start, end = curve[min(curve)], curve[max(curve)]
        first, last = (
            paired(start.units.to_numpy(dtype=float)),
            paired(end.units.to_numpy(dtype=float)),
        )
        leaning, p = _test(start, first, end, last)
        crossed = next((it for it in sorted(curve) if curve[it].units.mean() > 0), None)
        where = f"the means cross at click {crossed}" if crossed else "the means never cross"
        ahead = int((end.targets <= 0).sum())
        return Finding(
            what=f"{end.models[1]} against {end.models[0]}, click 1 to {max(curve)}",
            measure=f"{measure_of(end.metric)} difference at click {max(curve)}",
            effect=last.effect,
            leaning=leaning,
            units=last.groups,
            unit=evidence.unit,
            interval=last.interval,
            p=p,
            cells=cells(end, _above),
            note=together(
                too_few(last.groups, evidence.unit),
                where,
                f"at click 1 {first.effect:+.3f}, at {max(curve)} {last.effect:+.4f}",
                f"{end.models[0]} still ahead on {ahead} of {len(end.targets)} targets",
            ),
            seen=end.seen,
        )


def _above(effects: "pd.Series[float]") -> "pd.Series[bool]":
    return effects > 0


def _test(
    start: Compared, first: Comparison, end: Compared, last: Comparison
) -> tuple[Leaning, float | None]:
    if first.interval is None or last.interval is None:
        return "none", None
    p_first, p_last = (wilcoxon_p(it.units.to_numpy(dtype=float)) for it in (start, end))
    if first.interval.high < 0 and last.interval.low > 0:
        return "for", max(p_first, p_last)
    wrong = [
        p_first if first.interval.low > 0 else math.inf,
        p_last if last.interval.high < 0 else math.inf,
    ]
    if min(wrong) < math.inf:
        return "against", min(1.0, 2 * min(wrong))
    return "none", max(p_first, p_last)
