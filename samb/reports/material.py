"""What a report is made of: score rows, outcomes, and facts about the choices behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from samb.dialogue import Tile
from samb.studies.study_run import StudyRun

SCORE_COLUMNS = (
    "dataset",
    "group",
    "case",
    "frame",
    "object_id",
    "structure",
    "annotator",
    "level",
    "scope",
    "model",
    "prompt",
    "version",
    "repeat",
    "attempt",
    "final",
    "selection",
    "metric",
    "unit",
    "value",
)
OUTCOME_COLUMNS = ("dataset", "case", "group", "model", "prompt", "status", "reason")
SECONDS_COLUMNS = ("dataset", "case", "structure", "model", "prompt", "attempts", "seconds")
ATTRIBUTE_COLUMNS = ("dataset", "group", "case", "frame", "object_id", "structure")
MISSING_COLUMNS = ("dataset", "model", "prompt", "cases", "wanted")


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


@dataclass(frozen=True, eq=False)
class Material:
    """Everything a report shows. Raises ValueError where a table lacks a column."""

    title: str
    scores: pd.DataFrame
    """One row per value, columns SCORE_COLUMNS, words as plain strings; frame -1 and level `volume`
    for a whole volume."""
    outcomes: pd.DataFrame
    """One row per case, model and mode, columns OUTCOME_COLUMNS; status done, failed, refused,
    gap (the model cannot do the mode) or unprompted (a prompt file has no prompt for the case).
    Model and prompt are empty for a case nobody could read."""
    headline: Mapping[str, str]
    """Prompt mode -> the selection that counts in the short table."""
    curves: Mapping[str, tuple[str, float]]
    """Prompt mode -> (axis, position): `points`, `jitter` (the box itself is 0), `clicks` ..."""
    cards: Mapping[str, Mapping[str, object]]
    """`dataset/NAME`, `model/NAME`, `prompt/NAME` -> its card."""
    provenance: Mapping[str, object]
    tile: Callable[[pd.Series], Tile | None]
    """The picture behind one frame-level score row; None: pictures were left out."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Corrective mode -> the selection whose mask the simulated user is shown."""
    whole_views: frozenset[str] = frozenset()
    """Prompt modes that ask about a whole view once."""
    interactions: pd.DataFrame = field(default_factory=lambda: _empty(SCORE_COLUMNS))
    """What a target's clicks came to, as score rows: noc_80, capped_80 ..., click_area_dsc."""
    pooled: pd.DataFrame = field(default_factory=lambda: _empty(SCORE_COLUMNS))
    """Values of whole data sets (level `data set`) and of the structures of a case (`case`)."""
    seconds: pd.DataFrame = field(default_factory=lambda: _empty(SECONDS_COLUMNS))
    """Decoder seconds of each interaction, all its attempts together."""
    attributes: pd.DataFrame = field(default_factory=lambda: _empty(ATTRIBUTE_COLUMNS))
    """One row per target and frame (-1: the volume), a column per attribute beside these."""
    missing: pd.DataFrame = field(default_factory=lambda: _empty(MISSING_COLUMNS))
    """Units that the run was asked for and has not tried: cases by data set, model and mode."""
    not_done: tuple[str, ...] = ()
    """What jobs of a sweep could not do: a sentence per reason, without its full stop."""
    study: StudyRun | None = None
    """The study that the run is of, with what its paper published."""

    def __post_init__(self) -> None:
        _require("scores", self.scores, SCORE_COLUMNS)
        _require("outcomes", self.outcomes, OUTCOME_COLUMNS)

    def card(self, kind: str, name: str) -> Mapping[str, object]:
        """Card of one choice; empty where there is none."""
        return self.cards.get(f"{kind}/{name}", {})


def headline_scores(material: Material) -> pd.DataFrame:
    """Rows that count in short tables and plots: the headline selection, every attempt."""
    scores = material.scores
    return scores[scores["selection"] == scores["prompt"].map(material.headline)]


def final_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of the last attempt of each interaction."""
    return scores[scores["final"].astype(bool)]


def at_main_level(scores: pd.DataFrame) -> pd.DataFrame:
    """Volume rows of volumes, frame rows of 2-D cases (whose scope is empty)."""
    picture = (scores["level"] == "frame") & (scores["scope"] == "")
    return scores[(scores["level"] == "volume") | picture]


def _require(what: str, table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        msg = f"the {what} of a report need the columns {list(columns)}, but {missing} are missing"
        raise ValueError(msg)
