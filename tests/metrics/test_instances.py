from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics.instances import Overlaps, exclusive, matches
from samb.types import BoolArray
from tests.strategies import masks


def line(start: int, stop: int) -> BoolArray:
    mask = np.zeros((1, 12), dtype=bool)
    mask[0, start:stop] = True
    return mask


def filled(masks_: Sequence[BoolArray]) -> list[list[int]]:
    return [np.flatnonzero(mask).tolist() for mask in masks_]


def test_a_smaller_mask_lies_on_a_larger_one_and_order_stays() -> None:
    assert filled(exclusive([line(2, 7), line(0, 3)])) == [[3, 4, 5, 6], [0, 1, 2]]


def test_of_equally_large_masks_the_first_keeps_its_pixels() -> None:
    assert filled(exclusive([line(0, 3), line(2, 5)])) == [[0, 1, 2], [3, 4]]


def test_a_mask_of_the_background_takes_nothing_from_what_lies_on_it() -> None:
    assert filled(exclusive([line(0, 12), line(2, 4)])) == [[0, 1, *range(4, 12)], [2, 3]]


def test_a_mask_that_is_covered_whole_is_gone() -> None:
    assert filled(exclusive([line(0, 4), line(0, 2), line(2, 4)])) == [[0, 1], [2, 3]]
    assert exclusive([]) == []


@given(st.lists(masks((9, 11)), min_size=1, max_size=5))
def test_exclusive_masks_cover_the_same_pixels_once(found: list[BoolArray]) -> None:
    covered = np.sum(exclusive(found), axis=0)
    np.testing.assert_array_equal(covered, np.any(found, axis=0).astype(int))


@given(
    st.lists(masks((9, 11)), min_size=1, max_size=4),
    st.lists(masks((9, 11)), min_size=1, max_size=4),
)
def test_counts_of_overlapping_masks(ours: list[BoolArray], theirs: list[BoolArray]) -> None:
    overlaps = Overlaps.of(ours, theirs)
    shared = [[int((a & b).sum()) for b in theirs] for a in ours]
    united = [[int((a | b).sum()) for b in theirs] for a in ours]
    np.testing.assert_array_equal(overlaps.shared, shared)
    np.testing.assert_array_equal(overlaps.union, united)
    np.testing.assert_array_equal(overlaps.iou, np.divide(shared, united))


def test_an_empty_list_has_no_overlaps() -> None:
    assert Overlaps.of([], [line(0, 1)]).iou.shape == (0, 1)
    assert Overlaps.of([line(0, 1)], []).iou.shape == (1, 0)


def test_masks_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one shape, got \[\(1, 12\), \(2, 2\)\]"):
        Overlaps.of([line(0, 1)], [np.ones((2, 2), dtype=bool)])
    with pytest.raises(ValueError, match="prediction 1 is empty"):
        Overlaps.of([line(0, 1), line(0, 0)], [])


def test_as_many_pairs_as_possible_come_before_better_ones() -> None:
    # The greedy pair (0, 0) would leave prediction 1 and reference 1 without a partner.
    found = matches(np.array([[0.9, 0.6], [0.6, 0.0]]), above=0.5)
    assert found.pairs.tolist() == [[0, 1], [1, 0]]


def test_of_as_many_pairs_the_better_ones_are_taken() -> None:
    found = matches(np.array([[0.6, 0.9], [0.8, 0.7]]), above=0.5)
    assert found.pairs.tolist() == [[0, 1], [1, 0]]


def test_the_threshold_itself_is_no_match() -> None:
    found = matches(np.array([[0.5], [0.75]]), above=0.5)
    assert (found.true_positives, found.false_positives, found.false_negatives) == (1, 1, 0)
    found = matches(np.array([[0.5, 0.2]]), above=0.5)
    assert (found.true_positives, found.false_positives, found.false_negatives) == (0, 1, 2)


@given(
    st.lists(masks((9, 11)), min_size=1, max_size=4),
    st.lists(masks((9, 11)), min_size=1, max_size=4),
)
def test_of_exclusive_masks_every_pair_above_a_half_is_matched(
    ours: list[BoolArray], theirs: list[BoolArray]
) -> None:
    iou = Overlaps.of(exclusive(ours), exclusive(theirs)).iou
    assert sorted(matches(iou, 0.5).pairs.tolist()) == np.argwhere(iou > 0.5).tolist()
