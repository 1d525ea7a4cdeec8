"""Which scores are compared: few, so that few cells share the 5 % of false alarms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from samb.reports.clicks import carry_forward
from samb.reports.material import final_scores

MAIN_METRICS = ("dsc",)
FINAL = "final"


@dataclass(frozen=True)
class Choice:
    """By default DSC under the headline selection, after the last attempt, at the main levels."""

    metrics: tuple[str, ...] = MAIN_METRICS
    """Empty: all."""
    selections: tuple[str, ...] = ()
    """Empty: the headline selection of each mode."""
    everything: bool = False
    """All metrics, selections, attempts and levels."""
    models: Mapping[str, str] = field(default_factory=dict)
    """The baseline's model -> the run's; empty: each with its namesake."""

    def of(self, scores: pd.DataFrame, headline: Mapping[str, str]) -> pd.DataFrame:
        """The chosen rows, their attempt as text: `final`, or its number where all are chosen."""
        rows = self.rows(scores, headline).reset_index(drop=True)
        last = final_scores(rows).assign(attempt=FINAL)
        if not self.everything:
            return last
        each = carry_forward(_of_several_attempts(rows))
        return pd.concat([last, each.assign(attempt=each["attempt"].astype(str))])

    def rows(self, scores: pd.DataFrame, headline: Mapping[str, str]) -> pd.DataFrame:
        """The chosen rows as they are. A mode without a headline keeps all its selections."""
        if self.everything:
            return scores
        rows = _at_shown_level(final_scores(scores))
        if self.metrics:
            rows = rows[rows["metric"].isin(self.metrics)]
        return self._selected(rows, headline)

    def _selected(self, rows: pd.DataFrame, headline: Mapping[str, str]) -> pd.DataFrame:
        if self.selections:
            return rows[rows["selection"].isin(self.selections)]
        wanted = rows["prompt"].map(headline)
        return rows[wanted.isna() | (wanted == rows["selection"])]


def _at_shown_level(scores: pd.DataFrame) -> pd.DataFrame:
    """All but the single slices of a volume."""
    return scores[(scores["level"] != "frame") | (scores["scope"] == "")]


def _of_several_attempts(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores.groupby(["dataset", "prompt"])["attempt"].transform("max") > 1]
