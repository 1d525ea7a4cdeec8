"""Verdicts: what all findings of all claims tested together come to.

A finding is a verdict only where its interval says so and its p value stays below 5 % after Holm's
correction over all tests of the command (`samb.reports.paired.holm`): of all true claims that
are judged together, one is called refuted by chance in at most 5 % of cases, and one without an
effect confirmed as rarely.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from samb.reports.paired import holm
from samb.verdicts.check import Check
from samb.verdicts.claim import Claim
from samb.verdicts.evidence import Evidence
from samb.verdicts.finding import Finding

LEVEL = 0.05
Verdict = Literal["confirmed", "refuted", "undecided", "not covered"]
Test = tuple[str, str, str, float, float | None]
Found = tuple[str, Check, Finding]
VERDICTS: tuple[Verdict, ...] = ("confirmed", "refuted", "undecided", "not covered")


@dataclass(frozen=True, eq=False)
class Weighed:
    """A finding with its corrected p value."""

    finding: Finding
    origin: str
    """The run or study it is from."""
    check: Check
    adjusted_p: float | None
    verdict: Verdict

    @property
    def tested(self) -> bool:
        """Whether there were units enough to say anything."""
        return self.finding.certain or self.adjusted_p is not None


@dataclass(frozen=True, eq=False)
class Judged:
    """A claim with all that was found."""

    claim: Claim
    verdict: Verdict
    found: tuple[Weighed, ...]
    tests: int
    """Of all claims judged together: what p values are corrected for."""

    @property
    def uncovered(self) -> tuple[Check, ...]:
        """Checks that the evidence holds nothing for."""
        covered = [it.check for it in self.found]
        return tuple(check for check in self.claim.checks if check not in covered)

    @property
    def decisive(self) -> Weighed | None:
        """The finding to show first, of those that say what the verdict says.

        The clearest that refutes, else the one that was nearest to saying otherwise.
        """
        tested = [it for it in self.found if it.tested] or list(self.found)
        same = [it for it in tested if it.verdict == self.verdict] or tested
        if not same:
            return None
        best = min if self.verdict == "refuted" else max
        return best(same, key=lambda it: it.adjusted_p or 0.0)


def judge(claims: Sequence[Claim], evidences: Sequence[Evidence]) -> tuple[Judged, ...]:
    """Every claim by every piece of evidence, in the order of the claims."""
    found = {claim.name: _found(claim, evidences) for claim in claims}
    adjusted = _adjusted([it for parts in found.values() for it in parts])
    return tuple(
        _judged(
            claim,
            [_weighed(*it, adjusted.get(_test(*it))) for it in found[claim.name]],
            len(adjusted),
        )
        for claim in claims
    )


def _found(claim: Claim, evidences: Iterable[Evidence]) -> list[Found]:
    return [
        (evidence.origin, check, finding)
        for evidence in evidences
        for check in claim.checks
        for finding in check.findings(evidence)
    ]


def _adjusted(found: Iterable[Found]) -> dict[Test, float]:
    """Corrected p values; a test that two claims share is one test."""
    tests = {_test(*it): it[2].p for it in found if it[2].p is not None}
    return dict(zip(tests, holm([p for p in tests.values() if p is not None]), strict=True))


def _test(origin: str, _: Check, finding: Finding) -> Test:
    """What makes two findings one test."""
    return origin, finding.what, finding.measure, finding.effect, finding.p


def _weighed(origin: str, check: Check, finding: Finding, adjusted: float | None) -> Weighed:
    sure = finding.certain or (adjusted is not None and adjusted < LEVEL)
    verdict: Verdict = "undecided"
    if sure and finding.leaning == "for":
        verdict = "confirmed"
    if sure and finding.leaning == "against":
        verdict = "refuted"
    return Weighed(finding, origin, check, adjusted, verdict)


def _judged(claim: Claim, found: list[Weighed], tests: int) -> Judged:
    by_check = {
        place: _of_check([it for it in found if it.check is check])
        for place, check in enumerate(claim.checks)
    }
    needed = [it for place, it in by_check.items() if not claim.checks[place].optional]
    return Judged(claim, _verdict(list(by_check.values()), needed), tuple(found), tests)


def _of_check(found: list[Weighed]) -> Verdict:
    """What the models, modes and sources of one check come to; too few units say nothing."""
    if not found:
        return "not covered"
    said = [it.verdict for it in found if it.tested]
    if "refuted" in said:
        return "refuted"
    return "confirmed" if said and all(it == "confirmed" for it in said) else "undecided"


def _verdict(every: list[Verdict], needed: list[Verdict]) -> Verdict:
    """One check refutes a claim; all that it cannot do without must confirm it."""
    if all(it == "not covered" for it in every):
        return "not covered"
    if "refuted" in every:
        return "refuted"
    relied_on = needed or [it for it in every if it != "not covered"]
    return "confirmed" if all(it == "confirmed" for it in relied_on) else "undecided"
