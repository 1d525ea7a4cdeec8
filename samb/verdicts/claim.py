"""A sentence of the survey or of a paper, as checks that scores confirm or refute."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samb.verdicts.check import Check


@dataclass(frozen=True)
class Claim:
    """Raises ValueError without a check."""

    name: str
    study: str
    """As `samb list studies` names it; `survey` where the sentence is about several."""
    checks: tuple[Check, ...]
    card: Mapping[str, Any]
    """title, statement, kind, source, assumptions, known (what was known before), compared (how
    these verdicts agree with that)."""

    def __post_init__(self) -> None:
        if not self.checks:
            raise ValueError(f"claim {self.name} needs a check")

    @property
    def title(self) -> str:
        """A few words."""
        return str(self.card.get("title", self.name))

    @property
    def needs(self) -> str:
        """What data must hold to be covered."""
        return "; ".join(dict.fromkeys(it.needs for it in self.checks))

    @property
    def statement(self) -> str:
        """The sentence as its source has it."""
        return " ".join(str(self.card.get("statement", "")).split())
