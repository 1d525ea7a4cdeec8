"""Kind 2: on how many targets the one answer beats the other: almost all, or some.

A law over targets is more than a mean. It is confirmed where at least the claimed share obeys it
and the sign test tells that share from one half, or where there are few targets and each obeys by
the test of its own groups. It is refuted where more targets than it leaves room for break it by the
test of theirs; of a published table, whose means nobody can test and which are taken as they are,
where significantly fewer targets than claimed obey it.
"""

from dataclasses import dataclass

import pandas as pd
from scipy import stats

from samb.reports.names import counted
from samb.verdicts.cells import cells
from samb.verdicts.check import Check
from samb.verdicts.contrast import Compared, Contrast
from samb.verdicts.evidence import Evidence
from samb.verdicts.exact import exact_interval
from samb.verdicts.finding import Finding, Leaning
from samb.verdicts.proven import breaking, proven
from samb.verdicts.words import measure_of, together, too_few

LEAST_TARGETS = 6
"""Below, even a sign test of equal signs cannot reach 5 %."""


@dataclass(frozen=True, kw_only=True)
class Share(Check):
    """The claim: the difference is above `above` on at least the fraction `at_least` of targets.

    Raises ValueError for a fraction outside (0.5, 1).
    """

    contrast: Contrast
    above: float = 0.0
    at_least: float = 0.9
    """Assumption: what "in every target" comes to where each mean has an error nobody states."""

    def __post_init__(self) -> None:
        if not 0.5 < self.at_least < 1:
            raise ValueError(f"at_least should be above 0.5 and below 1, got {self.at_least}")

    @property
    def needs(self) -> str:
        targets = f"on {LEAST_TARGETS} targets or more, or on fewer of enough groups each"
        return f"{self.contrast.needs} {targets}"

    def findings(self, evidence: Evidence) -> list[Finding]:
        return [self._finding(it) for it in self.contrast.compared(evidence)]

    def _finding(self, found: Compared) -> Finding:
        table = cells(found, lambda effects: effects > self.above)
        count, total = int(table["agrees"].sum()), len(table)
        against = proven(found, self.above, "below")
        leaning, p = self._test(found, table, against)
        least = table.sort_values("effect").iloc[0]
        return Finding(
            what=found.what,
            measure="share of targets",
            effect=count / total,
            leaning=leaning,
            units=total,
            unit="target",
            interval=exact_interval(count, total),
            p=p,
            cells=table,
            note=together(
                "" if p is not None else too_few(total, "target", LEAST_TARGETS),
                found.few,
                f"claimed at least {self.at_least:.0%}",
                f"mean {measure_of(found.metric)} difference {table['effect'].mean():+.3f}",
                f"least {least['effect']:+.3f} ({least['target']})",
                f"beyond doubt the other way: {', '.join(against)}" if against else "",
            ),
            seen=found.seen,
        )

    def _test(
        self, found: Compared, table: pd.DataFrame, against: dict[str, float]
    ) -> tuple[Leaning, float | None]:
        if found.few:
            return "none", None
        count, total = int(table["agrees"].sum()), len(table)
        if (broken := breaking(against, self.at_least, total)) is not None:
            return "against", broken
        if total < LEAST_TARGETS:
            return self._of_few(found, total)
        fewer = float(stats.binom.cdf(count, total, self.at_least))
        if found.unit == "target" and fewer < 0.05:
            return "against", fewer
        differing = int((table["effect"] != self.above).sum())
        sign = float(stats.binomtest(count, differing).pvalue) if differing else 1.0
        lawful = count / total >= self.at_least and sign < 0.05
        return ("for" if lawful else "none"), sign

    def _of_few(self, found: Compared, total: int) -> tuple[Leaning, float | None]:
        """Fewer targets than a sign test needs must each obey beyond doubt."""
        obeying = proven(found, self.above, "above")
        return ("for", max(obeying.values())) if len(obeying) == total else ("none", None)


@dataclass(frozen=True, kw_only=True)
class Some(Check):
    """The claim: on some targets, the difference is above `above`.

    With several groups a target, one that is proven is enough. A published table has one mean a
    target: there at least `least` of them must exceed the bound, and no test is possible. Refuted
    where none does, and so many are without that fewer than `rare` of all can.
    """

    contrast: Contrast
    above: float = 0.0
    least: int = 2
    rare: float = 0.25

    @property
    def needs(self) -> str:
        return self.contrast.needs

    def findings(self, evidence: Evidence) -> list[Finding]:
        stated = evidence.unit == "target"
        return [self._finding(it, stated=stated) for it in self.contrast.compared(evidence)]

    def _finding(self, found: Compared, *, stated: bool) -> Finding:
        table = cells(found, lambda effects: effects > self.above)
        count, total = int(table["agrees"].sum()), len(table)
        beyond = proven(found, self.above, "above")
        none = float((1 - self.rare) ** total) if count == 0 else 1.0
        leaning: Leaning = "none"
        if beyond or (stated and count >= self.least):
            leaning = "for"
        elif none < 0.05 and not found.few:
            leaning = "against"
        stated_for = stated and leaning == "for"
        told = f"{count} of {counted(total, 'target')}"
        doubt = f", beyond doubt {', '.join(beyond)}" if beyond else ""
        return Finding(
            what=found.what,
            measure="share of targets",
            effect=count / total,
            leaning=leaning,
            units=total,
            unit="target",
            interval=exact_interval(count, total),
            p=None if found.few or stated_for else min([none, *beyond.values()]),
            certain=stated_for,
            cells=table,
            note=together(
                found.few,
                told + (doubt or ("; each one mean, so that nothing is tested" if stated else "")),
            ),
            seen=found.seen,
        )
