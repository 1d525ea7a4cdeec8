import importlib
import math
from typing import Any

import numpy as np
import pytest

from samb.metrics.panoptic import PanopticQuality
from samb.types import BoolArray


def line(start: int, stop: int) -> BoolArray:
    mask = np.zeros((1, 20), dtype=bool)
    mask[0, start:stop] = True
    return mask


def scored(predictions: list[BoolArray], references: list[BoolArray]) -> dict[str, float]:
    return PanopticQuality()(predictions, references, (1.0, 1.0))


def test_two_pairs_a_false_alarm_and_a_miss() -> None:
    references = [line(0, 4), line(5, 9), line(10, 14)]
    # IoU 4/4, 3/4; the third shares 2 of 6 pixels: one false positive and one false negative.
    found = scored([line(0, 4), line(5, 8), line(12, 16)], references)
    quality, recognition = (1 + 3 / 4) / 2, 2 * 2 / (2 * 2 + 1 + 1)
    assert found == {"pq": quality * recognition, "sq": quality, "rq": recognition}


def test_half_of_the_union_is_no_match() -> None:
    found = scored([line(0, 2)], [line(0, 4)])
    assert (found["pq"], found["rq"]) == (0, 0)
    assert math.isnan(found["sq"])


def test_overlaps_are_resolved_before_a_smaller_mask_on_a_larger_one() -> None:
    # The larger prediction keeps 6 of its 8 pixels: both are then their references.
    found = scored([line(0, 4), line(2, 10)], [line(0, 4), line(4, 10)])
    assert found == {"pq": 1, "sq": 1, "rq": 1}


@pytest.mark.parametrize(
    ("predictions", "references", "quality"),
    [([], [], math.nan), ([], [line(0, 1)], 0.0), ([line(0, 1)], [], 0.0)],
)
def test_without_masks_the_table_speaks(
    predictions: list[BoolArray], references: list[BoolArray], quality: float
) -> None:
    found = scored(predictions, references)
    assert found["pq"] == pytest.approx(quality, abs=0, nan_ok=True)
    assert found["rq"] == pytest.approx(quality, abs=0, nan_ok=True)
    assert math.isnan(found["sq"])


@pytest.mark.filterwarnings("default")  # the package warns while it is imported
def test_equal_to_panoptica() -> None:
    panoptica: Any = importlib.import_module("panoptica")
    evaluator = panoptica.Panoptica_Evaluator(
        expected_input=panoptica.InputType.UNMATCHED_INSTANCE,
        instance_matcher=panoptica.NaiveThresholdMatching(matching_threshold=0.5),
        instance_metrics=[panoptica.Metric.IOU],
        decision_metric=None,
    )
    rng = np.random.default_rng(0)
    for _ in range(20):
        # Odd areas of two rows: no IoU is a half, where panoptica sees a match.
        reference = np.repeat(rng.integers(0, 4, (2, 5)), 5, axis=1)
        prediction = np.where(rng.random(reference.shape) < 0.8, reference, 4)
        lists = [[it == label for label in range(1, 5) if (it == label).any()]
                 for it in (prediction, reference)]  # fmt: skip
        found = scored(*lists)
        theirs = evaluator.evaluate(
            prediction.astype(np.uint8), reference.astype(np.uint8), verbose=False
        )["ungrouped"]
        expected = {"pq": theirs.pq, "sq": theirs.sq, "rq": theirs.rq}
        assert found == pytest.approx(expected, abs=1e-12)
