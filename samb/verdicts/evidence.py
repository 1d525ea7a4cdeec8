"""What claims are judged by: one long table, of a run or of what a paper published.

A run's rows have one group (patient, slide, video) as their unit; a published table mostly holds
one mean a target, so that the target is its unit and nothing is known of the spread within.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

UNIT = ["dataset", "group"]
"""The unit of statistics."""
TARGET = ["dataset", "target"]
KEY = ["dataset", "target", "group", "item"]
"""What two answers must share to be compared."""
ANSWER = ["prompt", "attempt", "selection", "model", "metric", "level"]
COLUMNS = (
    *KEY,
    *ANSWER,
    "last",
    "usual",
    "family",
    "main",
    "total",
    "seen",
    "value",
)
"""item: the object in its case and frame, empty for a published mean; last: whether it is the last
attempt; usual: whether the selection is what counts in short tables, or for a paper what no oracle
made; family: sam, tuned (trained further on medical images), interactive (another method that takes
clicks), baseline (any other) or floor (uses no image); main: volumes of volumes, frames of 2-D
cases; total: a mean over targets; seen: how a published value was seen."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Raises ValueError where the rows lack a column."""

    origin: str
    """A study's name, or the names of runs."""
    unit: str
    """What a unit is called: `group` or `target`."""
    rows: pd.DataFrame
    """Columns COLUMNS; one row per KEY and ANSWER; NaN where a value is undefined."""
    attributes: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["dataset", "group", "item"])
    )
    """dataset, group, item, and a column per attribute."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Data set -> paper, substitute, phantoms or own; what is not named is nothing special."""
    label: str = ""
    """What must be said beside every verdict: phantoms, substitute data, a demonstration model."""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS if name not in self.rows.columns]
        if missing:
            raise ValueError(f"evidence needs the columns {list(COLUMNS)}; {missing} are missing")

    @property
    def of_paper(self) -> pd.DataFrame:
        """Rows of a paper's own data: all that was published, or a run's sets of that role."""
        if self.unit == "target":
            return self.rows
        return self.rows[self.rows["dataset"].map(self.roles) == "paper"]
