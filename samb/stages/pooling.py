"""Dice of whole data sets and of the structures of a case, from the counts of `pooled_dice`."""

from collections.abc import Iterator

import pandas as pd

from samb.metrics.dice import Counts, generalised_dice, global_dice
from samb.metrics.scoring import COLUMNS

PIXELS = ("px_predicted", "px_reference", "px_shared")
ALARMS = "false_positive_px"
"""Pixels that a prompt-free model predicts on an image without the structure."""
ANSWERED = ["dataset", "annotator", "scope", "model", "prompt", "version", "repeat", "selection"]
"""What is never pooled together."""
EVERY = "all structures"


def pooled(scores: pd.DataFrame) -> pd.DataFrame:
    """Score rows of level `data set` (global_dice) and `case` (generalised_dice_crum, _sudre).

    Counted are last attempts, of whole volumes and 2-D images, and false positives on the frames
    of volumes without the structure. Objects of one structure are added up, so pixels that two of
    them share count twice.
    """
    rows = scores[scores["final"].astype(bool) & scores["metric"].isin([*PIXELS, ALARMS])]
    volume = rows["level"] == "volume"
    picture = (rows["level"] == "frame") & (rows["scope"] == "")
    of_volume = (rows["level"] == "frame") & (rows["metric"] == ALARMS) & ~picture
    rows = rows[volume | picture | (of_volume & ~_in_one_of(rows, rows[volume]))]
    if not rows["metric"].isin(PIXELS).any():
        return pd.DataFrame(columns=COLUMNS)
    found = [*_of_data_sets(rows), *_of_cases(rows[rows["metric"] != ALARMS])]
    everywhere = {"frame": -1, "object_id": "", "attempt": 1, "final": True, "unit": ""}
    return pd.DataFrame([everywhere | row for row in found], columns=COLUMNS)


def _in_one_of(rows: pd.DataFrame, volumes: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a row's pixels are among those of a volume that was scored as a whole."""
    by = [*ANSWERED, "structure", "group", "case"]
    scored = pd.MultiIndex.from_frame(volumes[by])
    return pd.Series(pd.MultiIndex.from_frame(rows[by]).isin(scored), rows.index)


def _of_data_sets(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    by = [*ANSWERED, "structure"]
    for key, counts in _counts(rows, by):
        place = dict(zip(by, key, strict=True)) | {"level": "data set", "group": "", "case": ""}
        yield {**place, "metric": "global_dice", "value": global_dice([counts])}


def _of_cases(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    by = [*ANSWERED, "group", "case"]
    cases: dict[tuple[object, ...], list[Counts]] = {}
    for (*key, _), counts in _counts(rows, [*by, "structure"]):
        cases.setdefault(tuple(key), []).append(counts)
    for case, structures in cases.items():
        place = dict(zip(by, case, strict=True)) | {"level": "case", "structure": EVERY}
        for weighting in ("crum", "sudre"):
            value = generalised_dice(structures, weighting)
            yield {**place, "metric": f"generalised_dice_{weighting}", "value": value}


def _counts(rows: pd.DataFrame, by: list[str]) -> Iterator[tuple[tuple[object, ...], Counts]]:
    """Pixels added up; undefined counts, of what an annotator did not draw, are left out."""
    table = rows.pivot_table("value", by, "metric", aggfunc="sum")
    for name in (*PIXELS, ALARMS):
        table[name] = table[name].fillna(0) if name in table else 0.0
    predicted = table["px_predicted"] + table[ALARMS]
    pixels = zip(predicted, table["px_reference"], table["px_shared"], strict=True)
    for key, counts in zip(table.index, pixels, strict=True):
        yield key, Counts(*map(int, counts))
