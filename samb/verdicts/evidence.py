"""What claims are judged by: one long table, of a run or of what a paper published.

A run's rows have one group (patient, slide, video) as their unit; a published table mostly holds
one mean a target, so that the target is its unit and nothing is known of the spread within.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    "copy",
    "seen",
    "value",
)
"""item: the object in its case and frame, empty for a published mean; last: whether it is the last
attempt; usual: whether the selection is what counts in short tables, or for a paper what no oracle
made; family: sam, tuned (trained further on medical images), interactive (another method that takes
clicks), baseline (any other) or floor (uses no image); main: volumes of volumes, frames of 2-D
cases and of a paper's own volumes where its table is of slices; total: a mean over targets; copy:
of a data set that holds the cases of another one, altered; seen: how a published value was seen."""


OF_OBJECT = ("group", "item", "value")
"""What differs between the objects of one target that one answer is of."""


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

    @cached_property
    def catalogue(self) -> pd.DataFrame:
        """What there is: one line per target and answer, COLUMNS without OF_OBJECT.

        Its index names the line for `values`.
        """
        described = [name for name in COLUMNS if name not in OF_OBJECT]
        return self.rows[described].drop_duplicates().set_index(self._place.unique())

    @property
    def of_paper(self) -> pd.DataFrame:
        """The catalogue of a paper's own data: all that was published, or sets of that role."""
        listed = self.catalogue
        return (
            listed
            if self.unit == "target"
            else listed[listed["dataset"].map(self.roles) == "paper"]
        )

    def values(self, listed: pd.DataFrame) -> pd.DataFrame:
        """Rows of some lines of the catalogue."""
        wanted = [self._members[place] for place in listed.index]
        return self.rows.take(np.concatenate(wanted) if wanted else [])

    @cached_property
    def _place(self) -> "pd.Series[int]":
        """Line of the catalogue that a row belongs to."""
        described = [name for name in COLUMNS if name not in OF_OBJECT]
        return self.rows.groupby(described, sort=False, dropna=False).ngroup()

    @cached_property
    def _members(self) -> list[NDArray[np.int_]]:
        """Positions of the rows of each line of the catalogue."""
        order = np.argsort(self._place.to_numpy(), kind="stable")
        return np.split(order, np.cumsum(np.bincount(self._place))[:-1])
