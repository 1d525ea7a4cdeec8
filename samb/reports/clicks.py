"""Scores of corrective modes by attempt."""

import pandas as pd

from samb.reports.material import SCORE_COLUMNS

INTERACTION = [column for column in SCORE_COLUMNS if column not in ("attempt", "final", "value")]


def carry_forward(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores with a row for every attempt up to the last one any target of that mode reached.

    A user who is content stops early; that target keeps its last value, undefined or not, for the
    attempts it did not need. Without this, late attempts would average the difficult targets only.
    """
    if scores.empty:
        return scores
    last = scores[scores["attempt"] == scores.groupby(INTERACTION)["attempt"].transform("max")]
    longest = scores.groupby(["dataset", "prompt", "version"])["attempt"].transform("max")
    missing = (longest - scores["attempt"]).loc[last.index]
    carried = last.loc[last.index.repeat(missing)]
    carried = carried.assign(attempt=carried["attempt"] + 1 + carried.groupby(level=0).cumcount())
    return pd.concat([scores, carried], ignore_index=True)
