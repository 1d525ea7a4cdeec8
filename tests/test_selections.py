import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.selections import (
    MATCHINGS,
    RULES,
    SELECTIONS,
    USUAL_RULES,
    Selection,
    dice,
    iou,
    select,
)
from samb.types import BoolArray
from tests.strategies import masks, shapes


def strip(*filled: int) -> BoolArray:
    """One row of eight pixels, set where told."""
    mask = np.zeros((1, 1, 8), dtype=bool)
    mask[..., list(filled)] = True
    return mask


REFERENCE = strip(0, 1, 2, 3)
CANDIDATES = np.stack(
    [
        strip(0, 1, 2, 3),  # 0: exact, and yet only the answer to an unambiguous prompt
        strip(0, 1),  # 1: IoU 2/4
        strip(0, 1, 2, 3, 4, 5, 6, 7),  # 2: IoU 4/8, the largest
        strip(0, 1, 2),  # 3: IoU 3/4
    ]
)
ESTIMATES = np.array([0.99, 0.9, 0.2, 0.5])


@pytest.mark.parametrize(
    ("selection", "index"),
    [
        ("single", 0),
        ("first", 1),
        ("predicted_iou", 1),
        ("largest", 2),
        ("oracle_iou", 3),
        ("oracle_dice", 3),
    ],
)
def test_each_rule_picks_its_candidate_among_sams_four(selection: Selection, index: int) -> None:
    assert select(selection, CANDIDATES, ESTIMATES, (1, 2, 3), REFERENCE) == index


@pytest.mark.parametrize(
    ("selection", "index"),
    [
        ("single", 0),
        ("first", 0),
        ("predicted_iou", 0),
        ("largest", 2),
        ("oracle_iou", 0),
        ("oracle_dice", 0),
    ],
)
def test_without_multimask_all_candidates_take_part(selection: Selection, index: int) -> None:
    assert select(selection, CANDIDATES, ESTIMATES, (), REFERENCE) == index


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_model_with_one_candidate_leaves_no_choice(selection: Selection) -> None:
    alone, unknown = CANDIDATES[1:2], np.array([math.nan])
    assert select(selection, alone, unknown, (), REFERENCE) == 0


@pytest.mark.parametrize("selection", ["first", "predicted_iou", "largest", "oracle_iou"])
def test_ties_go_to_the_lower_index(selection: Selection) -> None:
    twins = np.stack([strip(7), strip(0), strip(1), strip(2)])
    assert select(selection, twins, np.full(4, 0.5), (1, 2, 3), REFERENCE) == 1


def test_a_missing_estimate_loses_to_any_other() -> None:
    estimates = np.array([0.9, math.nan, 0.0, math.nan])
    assert select("predicted_iou", CANDIDATES, estimates, (1, 2, 3), REFERENCE) == 2


def test_overlap_with_nothing_is_zero_even_for_nothing() -> None:
    assert iou(strip(), strip()) == dice(strip(), strip()) == 0
    assert iou(strip(), REFERENCE) == dice(strip(), REFERENCE) == 0


def test_half_of_a_strip_by_hand() -> None:
    # 2 of 4 pixels: intersection 2, union 4, sizes 2 and 4.
    assert iou(strip(0, 1), REFERENCE) == 2 / 4
    assert dice(strip(0, 1), REFERENCE) == 2 * 2 / (2 + 4)


@given(st.data(), shapes())
def test_both_oracles_agree_and_no_candidate_beats_theirs(
    data: st.DataObject, shape: tuple[int, int]
) -> None:
    drawn = data.draw(st.lists(masks(shape), min_size=1, max_size=4))
    reference, found = data.draw(masks(shape)), np.stack(drawn)
    picked = select("oracle_iou", found, np.zeros(len(found)), (), reference)
    # Dice is 2 IoU / (1 + IoU), which rises with IoU.
    assert picked == select("oracle_dice", found, np.zeros(len(found)), (), reference)
    assert iou(found[picked], reference) == max(iou(mask, reference) for mask in drawn)


def test_a_rule_is_a_selection_or_a_matching() -> None:
    assert set(RULES) == {*SELECTIONS, *MATCHINGS}
    assert set(RULES) - set(USUAL_RULES) == {"oracle_s_measure"}
