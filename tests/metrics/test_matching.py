"""Matchings of a shared answer, by hand on strips of twelve pixels."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics.instances import Overlaps
from samb.metrics.matching import Assignment, Shared, overlaps_of
from samb.metrics.saliency import s_measure
from samb.records import Answer
from samb.selections import Matching
from samb.types import BoolArray, MaskStack, Target
from tests.strategies import masks


def strip(first: int, last: int) -> MaskStack:
    """One frame of one row of twelve pixels, filled from the first to the last."""
    mask = np.zeros((1, 1, 12), dtype=bool)
    mask[0, 0, first : last + 1] = True
    return MaskStack.from_array(mask)


NOTHING = MaskStack((1, 1, 12), {})


def answer(candidates: Sequence[MaskStack], frames: tuple[int, ...] = (0,)) -> Answer:
    return Answer("model", "everything", 1, 0, None, frames, 1, True, tuple(candidates),
                  (0.9,) * len(candidates), (), None, {}, 0.0)  # fmt: skip


def targets(*references: MaskStack) -> list[Target]:
    return [
        Target(f"nucleus/{number}", "nucleus", {"expert": it}, "expert")
        for number, it in enumerate(references)
    ]


def assigned(
    matching: Matching, candidates: Sequence[MaskStack], *references: MaskStack
) -> Assignment:
    return Shared(answer(candidates), targets(*references), "expert").assigned(matching)


LEFT, RIGHT = strip(0, 3), strip(6, 9)


@pytest.mark.parametrize("matching", ["oracle_iou", "oracle_dice", "oracle_s_measure"])
def test_each_target_gets_the_mask_of_highest_overlap(matching: Matching) -> None:
    found = assigned(matching, [strip(0, 11), strip(0, 2), strip(5, 9)], LEFT, RIGHT)
    assert found.masks == {"nucleus/0": strip(0, 2), "nucleus/1": strip(5, 9)}
    assert found.unmatched == 1


@pytest.mark.parametrize("matching", ["oracle_iou", "oracle_dice", "oracle_one_to_one"])
def test_of_equal_masks_the_first_counts(matching: Matching) -> None:
    found = assigned(matching, [strip(0, 2), strip(1, 3)], LEFT)
    assert found.masks == {"nucleus/0": strip(0, 2)}


def test_best_overlap_may_give_one_mask_to_two_targets_and_pairing_does_not() -> None:
    both = [strip(0, 9), strip(8, 9)]
    # IoU with the left: 4/10, 0; with the right: 4/10, 2/4.
    best = assigned("oracle_iou", both, LEFT, RIGHT)
    assert best.masks == {"nucleus/0": strip(0, 9), "nucleus/1": strip(8, 9)}
    shared = assigned("oracle_iou", both[:1], LEFT, RIGHT)
    assert shared.masks == {"nucleus/0": strip(0, 9), "nucleus/1": strip(0, 9)}
    paired = assigned("oracle_one_to_one", both[:1], LEFT, RIGHT)
    assert len(paired.masks) == 1


def test_pairing_takes_the_greatest_sum_not_the_best_first() -> None:
    # IoU with the left: (0-4) 4/5, (0-1) 2/4; with a target of 4-5: (0-4) 1/6, (0-1) nothing.
    # Alone the left would take (0-4); 4/5 + 0 beats 2/4 + 1/6.
    found = assigned("oracle_one_to_one", [strip(0, 4), strip(0, 1)], LEFT, strip(4, 5))
    assert found.masks == {"nucleus/0": strip(0, 4)}
    assert found.unmatched == 1
    # With (0-2), 3/4 for the left, giving (0-4) away is worth more: 3/4 + 1/6 > 4/5.
    found = assigned("oracle_one_to_one", [strip(0, 4), strip(0, 2)], LEFT, strip(4, 5))
    assert found.masks == {"nucleus/0": strip(0, 2), "nucleus/1": strip(0, 4)}


def test_a_label_map_puts_smaller_masks_on_larger_ones_and_pairs_what_is_left() -> None:
    found = assigned("label_map", [strip(0, 11), strip(6, 9)], LEFT, RIGHT)
    # The large mask keeps 0-5 and 10-11.
    rest = MaskStack.from_array(strip(0, 11).array() & ~strip(6, 9).array())
    assert found.masks == {"nucleus/0": rest, "nucleus/1": strip(6, 9)}
    assert found.unmatched == 0


def test_the_most_alike_of_all_masks_counts_even_beside_the_target() -> None:
    # All but one pixel of the frame, or one pixel beside a target of one pixel: by S-measure the
    # latter is more alike, and the rule of Zhou et al. asks for no shared pixel.
    one, nearly_all, beside = strip(4, 4), strip(0, 10), strip(6, 6)
    assert s_measure(beside.frame(0).astype(float), one.frame(0)) > s_measure(
        nearly_all.frame(0).astype(float), one.frame(0)
    )
    found = assigned("oracle_s_measure", [nearly_all, beside], one)
    assert found == Assignment({"nucleus/0": beside}, 1)
    assert assigned("oracle_dice", [nearly_all, beside], one).masks == {"nucleus/0": nearly_all}


@pytest.mark.parametrize(
    "matching", ["oracle_iou", "oracle_s_measure", "oracle_one_to_one", "label_map"]
)
def test_without_masks_or_targets_nothing_is_matched(matching: Matching) -> None:
    assert assigned(matching, [], LEFT) == Assignment({}, 0)
    assert assigned(matching, [NOTHING], LEFT) == Assignment({}, 0)
    assert assigned(matching, [strip(0, 1), strip(4, 5)]) == Assignment({}, 2)


@pytest.mark.parametrize("matching", ["oracle_iou", "oracle_one_to_one", "label_map"])
def test_a_mask_beside_the_target_has_no_overlap_to_be_matched_by(matching: Matching) -> None:
    assert assigned(matching, [strip(10, 11)], LEFT) == Assignment({}, 1)


def test_frames_are_those_of_the_answers_view() -> None:
    volume = np.zeros((3, 1, 12), dtype=bool)
    volume[2, 0, :4] = True
    target = targets(MaskStack.from_array(volume))
    on_frame_2 = Shared(answer([strip(0, 3)], frames=(2,)), target, "expert")
    assert on_frame_2.assigned("oracle_iou").masks == {"nucleus/0": strip(0, 3)}
    on_frame_1 = Shared(answer([strip(0, 3)], frames=(1,)), target, "expert")
    assert on_frame_1.assigned("oracle_iou") == Assignment({}, 1)


def test_a_target_without_a_reference_of_the_annotator_is_left_out() -> None:
    shared = Shared(answer([LEFT]), targets(LEFT), "somebody else")
    assert shared.assigned("oracle_iou") == Assignment({}, 1)


@given(
    st.lists(masks((9, 11)), min_size=1, max_size=4),
    st.lists(masks((9, 11)), min_size=1, max_size=4),
)
def test_overlaps_of_run_lengths_are_those_of_pixels(
    ours: list[BoolArray], theirs: list[BoolArray]
) -> None:
    stacks = [[MaskStack.from_array(it[None]) for it in found] for found in (ours, theirs)]
    found, wanted = overlaps_of(*stacks), Overlaps.of(ours, theirs)
    np.testing.assert_array_equal(found.shared, wanted.shared)
    np.testing.assert_array_equal(found.iou, wanted.iou)


def test_overlaps_of_stacks_are_summed_over_frames() -> None:
    one, other = np.zeros((2, 3, 2, 5), dtype=bool)
    one[:, 0, :] = True
    other[1:, :, 2] = True
    found = overlaps_of([MaskStack.from_array(one)], [MaskStack.from_array(other)])
    assert (found.shared.tolist(), found.predicted.tolist(), found.wanted.tolist()) == (
        [[2]], [15], [4],
    )  # fmt: skip


def test_hundreds_of_masks_are_counted() -> None:
    many = [strip(index % 11, 11) for index in range(300)]
    found = overlaps_of(many, [strip(0, 11)] * 260)
    assert found.shared.shape == (300, 260)
    assert found.shared[3].tolist() == [9] * 260
    assert found.predicted[3] == 9
