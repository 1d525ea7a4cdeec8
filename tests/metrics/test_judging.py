import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from samb.metrics.judging import Chooser, Judged, judged_by, selections_for
from samb.records import Answer, CaseRecord
from samb.selections import MATCHINGS, RULES, SELECTIONS
from samb.types import MaskStack, Target


def strip(*filled: int, frames: int = 1) -> MaskStack:
    """Frames of one row of six pixels; frame 0 is set where told."""
    masks = np.zeros((frames, 1, 6), dtype=bool)
    masks[0, 0, list(filled)] = True
    return MaskStack.from_array(masks)


def answer(
    candidates: Sequence[MaskStack],
    object_id: str | None = "left",
    class_names: tuple[str, ...] | None = None,
    multimask: tuple[int, ...] = (),
) -> Answer:
    return Answer(
        model="model",
        prompt_mode="box",
        prompt_version=1,
        repeat=0,
        object_id=object_id,
        frame_indices=(0,),
        attempt=1,
        final=True,
        candidates=tuple(candidates),
        iou_estimates=(math.nan,) * len(candidates),
        multimask=multimask,
        class_names=class_names,
        prompt={},
        seconds=0.0,
    )


LEFT = Target("left", "lung", {"a": strip(0, 1), "b": strip(0)}, "a")
RIGHT = Target("right", "lung", {"a": strip(4, 5)}, "a")
HEART = Target("heart", "heart", {"a": strip(2)}, "a")
CASE = CaseRecord("set", "case", "group", 2, (1, 1, 6), None, "", (LEFT, RIGHT, HEART))


def held_against(*asked: Answer) -> list[tuple[str, str, str, list[int]]]:
    """Object, structure, annotator and filled pixels of each reference."""
    return [
        (it.object_id, it.structure, it.annotator, np.flatnonzero(it.reference.array()).tolist())
        for it in judged_by(CASE, asked)
    ]


def test_an_answer_to_one_target_is_held_against_each_of_its_annotators() -> None:
    assert held_against(answer([strip(0)])) == [
        ("left", "lung", "a", [0, 1]),
        ("left", "lung", "b", [0]),
    ]


def test_an_answer_to_the_whole_view_is_held_against_every_target() -> None:
    assert [it[0] for it in held_against(answer([strip(0)], None))] == [
        "left",
        "left",
        "right",
        "heart",
    ]


def test_an_answer_that_names_classes_is_held_against_whole_structures() -> None:
    named = answer([strip(0)], None, ("lung",))
    assert held_against(named) == [
        ("heart", "heart", "a", [2]),
        ("heart", "heart", "b", []),
        ("lung", "lung", "a", [0, 1, 4, 5]),
        ("lung", "lung", "b", [0]),
    ]


def test_a_structure_that_any_of_the_answers_names_is_judged() -> None:
    lung, both = (
        answer([strip(0)], None, ("lung",)),
        answer([strip(0), strip(3)], None, ("lung", "tumour")),
    )
    structures = {it[1] for it in held_against(lung, both)}
    assert structures == {"heart", "lung", "tumour"}
    assert ("tumour", "tumour", "a", []) in held_against(lung, both)


def test_each_kind_of_answer_has_its_selections() -> None:
    assert selections_for(answer([strip(0)], None, ("lung",)), RULES) == ("by_class",)
    assert set(selections_for(answer([strip(0)], None), RULES)) == set(MATCHINGS)
    assert selections_for(answer([strip(0)]), RULES) == SELECTIONS


def test_the_s_measure_is_none_of_stacks() -> None:
    stack = replace(answer([strip(0, frames=2)], None), frame_indices=(0, 1))
    assert set(selections_for(stack, RULES)) == set(MATCHINGS) - {"oracle_s_measure"}


def chosen_mask(asked: Answer, held: Judged, rule: str) -> MaskStack:
    """Of a case with the one target that is judged."""
    target = Target(held.object_id, held.structure, {"a": held.reference}, "a")
    return Chooser([target], RULES).mask(asked, held, rule)


def judged(structure: str, *filled: int) -> Judged:
    return Judged(structure, structure, "a", strip(*filled))


@pytest.mark.parametrize(
    ("selection", "filled"), [("single", [5]), ("first", [0]), ("oracle_iou", [0, 1])]
)
def test_an_answer_to_one_target_counts_as_the_selection_says(
    selection: str, filled: list[int]
) -> None:
    asked = answer([strip(5), strip(0), strip(0, 1)], multimask=(1, 2))
    chosen = chosen_mask(asked, judged("lung", 0, 1), selection)
    assert np.flatnonzero(chosen.array()).tolist() == filled


def test_all_masks_of_a_class_count_together() -> None:
    asked = answer([strip(0), strip(2), strip(4)], None, ("lung", "heart", "lung"))
    chosen = chosen_mask(asked, judged("lung", 0), "by_class")
    assert np.flatnonzero(chosen.array()).tolist() == [0, 4]


@pytest.mark.parametrize(
    "asked",
    [
        answer([strip(0)], None, ("heart",)),
        answer([], None, ()),
    ],
)
def test_a_class_that_is_not_named_has_an_empty_prediction(asked: Answer) -> None:
    assert chosen_mask(asked, judged("lung", 0), "by_class") == MaskStack((1, 1, 6), {})


def test_of_shared_masks_the_best_overlap_counts() -> None:
    asked = answer([strip(0, 1, 2, 3), strip(0, 1, 2), strip(5)], None)
    chosen = chosen_mask(asked, judged("lung", 0, 1), "oracle_iou")
    assert np.flatnonzero(chosen.array()).tolist() == [0, 1, 2]


@pytest.mark.parametrize("asked", [answer([strip(3), strip(4)], None), answer([], None)])
def test_a_target_that_no_shared_mask_touches_has_an_empty_prediction(asked: Answer) -> None:
    assert chosen_mask(asked, judged("lung", 0, 1), "oracle_dice") == MaskStack((1, 1, 6), {})


def test_a_model_that_answers_a_prompt_with_no_mask_predicts_nothing() -> None:
    assert chosen_mask(answer([]), judged("lung", 0), "single") == MaskStack((1, 1, 6), {})
