"""What is compared: the scores of one run, and what is known about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from samb.reports.material import SCORE_COLUMNS

Unit = tuple[str, str, str, str]
"""(dataset, case, model, prompt mode); model and mode are empty for a case nobody could read."""


@dataclass(frozen=True)
class Facts:
    """What stands beside scores. Of a bare table of scores, nothing is known."""

    recorded: Mapping[str, object] = field(default_factory=dict)
    """Name -> plain value: identity, metrics, data fingerprints, packages, device, commit."""
    headline: Mapping[str, str] = field(default_factory=dict)
    """Prompt mode -> the selection that counts."""
    failed: frozenset[Unit] | None = None
    """Units that failed or were refused; None: not known."""
    seconds_per_unit: float | None = None
    """Embedding and decoding of a case under one model and mode; None: not known."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two. Raises ValueError where the scores lack a column."""

    name: str
    scores: pd.DataFrame
    """Columns SCORE_COLUMNS."""
    facts: Facts

    def __post_init__(self) -> None:
        missing = [column for column in SCORE_COLUMNS if column not in self.scores.columns]
        if missing:
            msg = f"{self.name} lacks the columns {missing} of a table of scores"
            raise ValueError(msg)
