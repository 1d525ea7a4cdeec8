"""The interface of a check: one kind of test, with parameters, that claims are made of."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from samb.verdicts.evidence import Evidence
from samb.verdicts.finding import Finding


@dataclass(frozen=True, kw_only=True)
class Check(ABC):
    """Subclasses are frozen dataclasses without state."""

    what: str
    """What is tested, in our own words."""
    optional: bool = False
    """Whether the claim may be confirmed without it, where the data do not cover it."""

    @abstractmethod
    def findings(self, evidence: Evidence) -> list[Finding]:
        """One per model, pair of modes ... that the evidence holds; none: it is not covered."""

    @property
    @abstractmethod
    def needs(self) -> str:
        """What data must hold to be covered."""
