"""What one check of a claim found in the evidence, before other tests are allowed for."""

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from samb.reports.statistics import Interval

Leaning = Literal["for", "against", "none"]
CELL_COLUMNS = ("dataset", "target", "effect", "units", "agrees")


@dataclass(frozen=True, eq=False)
class Finding:
    """One effect with its interval and test."""

    what: str
    """What was compared: prompt modes, model, selection, value."""
    measure: str
    """What the effect is: `DSC difference`, `share of targets` ..."""
    effect: float
    leaning: Leaning
    """Where effect and interval point; a verdict only if p, corrected, is below 5 % as well."""
    units: int
    unit: str
    interval: Interval | None = None
    """95 %, of the effect, for this finding alone."""
    p: float | None = None
    """Two-sided unless the check says otherwise; None where nothing can be tested."""
    certain: bool = False
    """What a table states needs no test: the leaning is the verdict."""
    cells: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CELL_COLUMNS)))
    """What it rests on, columns CELL_COLUMNS: one line per target."""
    by_target: bool = True
    """Whether each target can agree or not; a spread is of all of them together."""
    note: str = ""
    seen: tuple[str, ...] = ()
    """How published values were seen."""

    @property
    def exceptions(self) -> pd.DataFrame:
        """Targets that say otherwise."""
        return self.cells[~self.cells["agrees"].astype(bool)]

    @property
    def targets(self) -> int:
        """Targets it rests on."""
        return len(self.cells)

    @property
    def unverified(self) -> bool:
        """Whether it rests on a value that no source shows."""
        return any(it.startswith("unverified") for it in self.seen)
