import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import directed_hausdorff

from samb.metrics.objects import Objects, hausdorff, nearest_hausdorff
from samb.types import BoolArray
from tests.strategies import masks


def line(start: int, stop: int) -> BoolArray:
    mask = np.zeros((1, 20), dtype=bool)
    mask[0, start:stop] = True
    return mask


def test_partners_are_weighed_by_area_on_either_side() -> None:
    predictions, references = [line(0, 4), line(15, 17)], [line(0, 6), line(8, 10)]
    found = Objects()(predictions, references, (1.0, 0.5))
    # Prediction 0 and reference 0 share 4 of 4 + 6 pixels; the others are alone.
    assert found["object_dice"] == pytest.approx((4 / 6 * 0.8 + 6 / 8 * 0.8) / 2)
    # 0.5 each: the pair is 2 steps apart, prediction 1 and reference 1 are 7, prediction 0 and
    # reference 1 are 8 (and prediction 1 and reference 0 are 15).
    distances = ((4 * 2 + 2 * 7) / 6, (6 * 2 + 2 * 7) / 8)
    assert found["object_hausdorff"] == pytest.approx(0.5 * sum(distances) / 2)


def test_a_missing_core_is_far_from_the_outside() -> None:
    whole = np.ones((9, 9), dtype=bool)
    ring = whole.copy()
    ring[1:-1, 1:-1] = False
    assert hausdorff(ring, whole, (1.0, 1.0)) == 4.0


def by_all_pixels(first: BoolArray, second: BoolArray) -> float:
    ours, theirs = np.argwhere(first) * (2.0, 0.5), np.argwhere(second) * (2.0, 0.5)
    return float(max(directed_hausdorff(ours, theirs)[0], directed_hausdorff(theirs, ours)[0]))


@given(masks((9, 11)), masks((9, 11)))
def test_the_hausdorff_distance_is_that_of_all_pixels(first: BoolArray, second: BoolArray) -> None:
    expected = by_all_pixels(first, second)
    assert hausdorff(first, second, (2.0, 0.5)) == pytest.approx(expected, abs=1e-12)


@given(masks((9, 11)), st.lists(masks((9, 11)), min_size=1, max_size=5))
def test_the_nearest_is_found_without_trying_all(mask: BoolArray, others: list[BoolArray]) -> None:
    expected = min(by_all_pixels(mask, it) for it in others)
    assert nearest_hausdorff(mask, others, (2.0, 0.5)) == pytest.approx(expected, abs=1e-12)


def test_without_masks_the_table_speaks() -> None:
    for predictions, references in ([], [line(0, 1)]), ([line(0, 1)], []):
        found = Objects()(predictions, references, (1.0, 1.0))
        assert found["object_dice"] == 0
        assert math.isnan(found["object_hausdorff"])
    assert all(math.isnan(it) for it in Objects()([], [], (1.0, 1.0)).values())
