"""What the clicks of each target came to, as score rows."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samb.metrics.interaction import click_area, number_of_clicks
from samb.metrics.scoring import COLUMNS

WANTED = (0.80, 0.85, 0.90)
"""IoU of NoC@80, @85 and @90 (RITM and its predecessors report these)."""
INTERACTION = [name for name in COLUMNS if name not in {"attempt", "final", "value"}]


def interactions(scores: pd.DataFrame, most: Mapping[str, int]) -> pd.DataFrame:
    """Per target, frame and selection of corrective modes: noc_K, capped_K, click_area_METRIC.

    `most` has a mode's greatest number of clicks. `noc_K` is the click after which the IoU is at
    least K %, or `most` where it never is; then `capped_K` is 1, else 0. The areas are those under
    the curves of DSC and IoU over clicks. Rows are those of the last attempt.
    """
    of_clicks = scores["prompt"].isin(list(most)) & (scores["level"] == "frame")
    rows = scores[of_clicks & scores["metric"].isin(["dsc", "iou"])].sort_values("attempt")
    found: list[dict[str, object]] = []
    for key, series in rows.groupby(INTERACTION, sort=False):
        named = dict(zip(INTERACTION, key, strict=True))
        place = {**named, "attempt": series["attempt"].iloc[-1], "final": True}
        values = series["value"].to_numpy(dtype=float)
        clicked = _values(str(named["metric"]), values, most[str(named["prompt"])])
        found += [{**place, "metric": name, "value": value} for name, value in clicked]
    return pd.DataFrame(found, columns=COLUMNS)


def _values(metric: str, scores: NDArray[np.float64], most: int) -> Iterator[tuple[str, float]]:
    yield f"click_area_{metric}", click_area(scores, most)
    if metric == "iou":
        for wanted in WANTED:
            clicks = number_of_clicks([scores], wanted, most)
            yield f"noc_{100 * wanted:.0f}", clicks.mean
            yield f"capped_{100 * wanted:.0f}", float(clicks.capped)
