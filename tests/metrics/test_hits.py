import math

import numpy as np
import pytest

from samb.metrics.base import Unmatched
from samb.metrics.hits import Hits
from samb.types import BoolArray


def line(start: int, stop: int) -> BoolArray:
    mask = np.zeros((1, 40), dtype=bool)
    mask[0, start:stop] = True
    return mask


REFERENCES = [line(0, 10), line(10, 20), line(20, 30)]


def test_hits_become_misses_as_one_looks_more_strictly() -> None:
    # IoU 10/10, 8/10 and 5/10, which is at the lowest threshold and so no hit.
    found = Hits()([line(0, 10), line(10, 18), line(25, 30)], REFERENCES, (1.0, 1.0))
    two, one = 2 / (2 + 1 + 1), 1 / (1 + 2 + 2)
    for percent in range(50, 100, 5):
        name = f"{percent / 100:g}".replace(".", "p")
        hits = 2 if percent < 80 else 1
        assert found[f"ap_{name}"] == (two if hits == 2 else one)
        assert found[f"f1_{name}"] == pytest.approx(2 * hits / 6)
    assert found["msa"] == pytest.approx((6 * two + 4 * one) / 10)


def test_a_threshold_without_a_match_scores_what_the_table_says_and_counts_in_the_mean() -> None:
    table = {"ap": Unmatched(no_match=math.nan), "f1": Unmatched(no_match=-1), "msa": Unmatched()}
    found = Hits((0.5, 0.75), empty=table)([line(0, 6)], REFERENCES[:1], (1.0, 1.0))
    assert math.isnan(found.pop("ap_0p75"))
    assert found == {"ap_0p5": 1, "f1_0p5": 1, "f1_0p75": -1, "msa": (1 + 0) / 2}


def test_every_number_has_its_name() -> None:
    metric = Hits(thresholds=(0.5, 0.75))
    assert metric.names == ("ap_0p5", "ap_0p75", "f1_0p5", "f1_0p75", "msa")
    assert metric([line(0, 10)], REFERENCES[:1], (1.0, 1.0)) == dict.fromkeys(metric.names, 1.0)


def test_masks_that_overlap_count_as_they_are_when_asked_for_raw() -> None:
    predictions = [line(0, 10), line(0, 4), line(4, 10)]
    # Exclusive, the first is covered whole by the others; raw, it is a hit with two false alarms.
    thresholds = (0.7,)
    raw = Hits(thresholds, overlapping="raw")(predictions, REFERENCES[:1], (1.0, 1.0))
    assert Hits(thresholds)(predictions, REFERENCES[:1], (1.0, 1.0))["ap_0p7"] == 0.0
    assert (raw["ap_0p7"], raw["f1_0p7"], raw["msa"]) == (1 / 3, 2 / 4, 1 / 3)


@pytest.mark.parametrize(
    ("predictions", "references", "value"),
    [
        ([], [], math.nan),
        ([], REFERENCES, 0.0),
        (REFERENCES, [], 0.0),
        ([line(30, 40)], REFERENCES, 0.0),
    ],
)
def test_without_masks_or_matches_the_table_speaks(
    predictions: list[BoolArray], references: list[BoolArray], value: float
) -> None:
    found = Hits()(predictions, references, (1.0, 1.0))
    assert found == pytest.approx(dict.fromkeys(Hits().names, value), abs=0, nan_ok=True)
