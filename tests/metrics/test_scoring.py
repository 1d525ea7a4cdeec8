"""Rows worked out by hand. Images are strips: one row of six pixels per frame."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from samb.metrics.boundary import BoundaryIou
from samb.metrics.overlap import Overlap
from samb.metrics.scoring import COLUMNS, Row, Scoring
from samb.metrics.surface import Surface
from samb.records import Answer, CaseRecord
from samb.selections import SELECTIONS, Selection
from samb.types import MaskStack, Target

DEFAULTS: Mapping[str, Any] = {
    "model": "model",
    "prompt_mode": "box",
    "prompt_version": 3,
    "repeat": 0,
    "object_id": "object",
    "frame_indices": (0,),
    "attempt": 1,
    "final": True,
    "iou_estimates": (),
    "multimask": (),
    "class_names": None,
    "prompt": {},
    "seconds": 0.0,
}


def strips(*frames: str) -> MaskStack:
    """One string of `#` and `.` per frame."""
    return MaskStack.from_array(np.array([[[letter == "#" for letter in it]] for it in frames]))


def answer(*candidates: MaskStack, **differing: Any) -> Answer:
    given = {"iou_estimates": (math.nan,) * len(candidates), **differing}
    return Answer(candidates=candidates, **{**DEFAULTS, **given})


def target(object_id: str = "object", **references: MaskStack) -> Target:
    return Target(object_id, "organ", references, next(iter(references)))


def record(*targets: Target, spacing: tuple[float, ...] | None = None) -> CaseRecord:
    reference = next(iter(targets[0].references.values()))
    dimensions = 2 if reference.shape[0] == 1 else 3
    return CaseRecord("set", "case", "group", dimensions, reference.shape, spacing, "", targets)


def rows(
    case: CaseRecord, answers: Sequence[Answer], *selections: Selection, **where: object
) -> list[Row]:
    """The score rows that agree with `where`."""
    found = Scoring((Overlap(), Surface()), selections or ("single",)).rows(case, answers)
    return [row for row in found if all(row[key] == value for key, value in where.items())]


def values(found: Sequence[Row], metric: str) -> list[float]:
    return [row["value"] for row in found if row["metric"] == metric]


def test_one_image_gives_one_row_per_metric_with_every_column() -> None:
    case = record(target(expert=strips("####..")), spacing=(2.0, 0.5))
    found = rows(case, [answer(strips("..####"))])
    assert [set(row) for row in found] == [set(COLUMNS)] * 4
    common = {
        "dataset": "set",
        "group": "group",
        "case": "case",
        "frame": 0,
        "object_id": "object",
        "structure": "organ",
        "annotator": "expert",
        "level": "frame",
        "scope": "",
        "model": "model",
        "prompt": "box",
        "version": 3,
        "repeat": 0,
        "attempt": 1,
        "final": True,
        "selection": "single",
    }
    assert all(row.items() >= common.items() for row in found)
    told = {row["metric"]: (row["value"], row["unit"]) for row in found}
    # 4 + 4 pixels, 2 shared, 6 in all.
    assert told["dsc"] == (2 * 2 / 8, "")
    assert told["iou"] == (2 / 6, "")
    # Every pixel of a strip is surface: distances 2, 1, 0, 0 px from either side, 0.5 mm each.
    assert told["assd"] == (pytest.approx(0.75 * 0.5), "mm")
    assert told["hd95"] == (pytest.approx(2 * 0.5), "mm")


def test_without_spacing_distances_are_in_px() -> None:
    found = rows(record(target(expert=strips("#....."))), [answer(strips("...#.."))])
    assert {(row["unit"], row["value"]) for row in found if row["metric"] == "hd95"} == {
        ("px", 3.0)
    }


def test_an_empty_prediction_scores_no_overlap_and_an_undefined_distance() -> None:
    found = rows(record(target(expert=strips("#....."))), [answer(strips("......"))])
    assert values(found, "dsc") == values(found, "iou") == [0.0]
    assert len(values(found, "hd95") + values(found, "assd")) == 2
    assert all(math.isnan(it) for it in values(found, "hd95") + values(found, "assd"))


def test_every_selection_is_scored_from_one_answer() -> None:
    sam = answer(
        strips("######"),  # token 0: 2 * 2 / 8
        strips("#....."),  # first: 2 * 1 / 3
        strips("##...."),  # oracle: 1
        strips("..####"),  # largest, and what the model thinks best: 0
        iou_estimates=(0.1, 0.2, 0.3, 0.9),
        multimask=(1, 2, 3),
    )
    found = rows(record(target(expert=strips("##...."))), [sam], *SELECTIONS, metric="dsc")
    assert {row["selection"]: row["value"] for row in found} == {
        "single": 0.5,
        "first": 2 / 3,
        "predicted_iou": 0.0,
        "largest": 0.0,
        "oracle_iou": 1.0,
        "oracle_dice": 1.0,
    }


def test_each_annotator_judges_and_picks_the_oracle_alone() -> None:
    case = record(target(first=strips("##...."), second=strips("...###")))
    asked = answer(strips("##...."), strips("...#.."))
    found = rows(case, [asked], "single", "oracle_dice", metric="dsc")
    assert {(row["annotator"], row["selection"]): row["value"] for row in found} == {
        ("first", "single"): 1.0,
        ("first", "oracle_dice"): 1.0,
        ("second", "single"): 0.0,
        ("second", "oracle_dice"): 2 * 1 / 4,
    }


VOLUME = target(expert=strips("......", "##....", "####..", "......"))


def on_frame(frame: int, mask: str, **differing: Any) -> Answer:
    return answer(strips(mask), frame_indices=(frame,), **differing)


def test_frames_are_put_together_into_the_volume() -> None:
    answers = [on_frame(2, "##...."), on_frame(1, "##....")]
    found = rows(record(VOLUME), answers, metric="dsc")
    assert [(row["level"], row["frame"], row["value"]) for row in found] == [
        ("frame", 1, 1.0),
        ("frame", 2, 2 * 2 / 6),
        ("volume", -1, 2 * 4 / (4 + 6)),
    ]
    assert {row["scope"] for row in found} == {"reference_slices"}


def test_a_slice_that_was_not_answered_is_empty_in_the_volume() -> None:
    found = rows(record(VOLUME), [on_frame(1, "##....")], metric="dsc", level="volume")
    assert values(found, "dsc") == [2 * 2 / (2 + 6)]


def test_distances_in_a_volume_use_all_three_spacings_and_in_a_frame_two() -> None:
    case = record(target(expert=strips("#.....", "......", "......")), spacing=(5.0, 2.0, 0.5))
    stack = answer(strips("......", "......", "#....."), frame_indices=(0, 1, 2))
    assert values(rows(case, [stack], level="volume"), "hd95") == [2 * 5.0]
    beside = on_frame(0, "....#.")
    assert values(rows(case, [beside], level="frame"), "hd95") == [4 * 0.5]
    assert values(rows(case, [beside], level="volume"), "hd95") == [4 * 0.5]


def test_a_model_that_sees_the_stack_is_scored_on_all_slices() -> None:
    whole = answer(strips("######", "##....", "####..", "......"), frame_indices=(0, 1, 2, 3))
    found = rows(record(VOLUME), [whole], metric="dsc")
    assert {row["scope"] for row in found} == {"all_slices"}
    # What it covers on the empty first slice counts in the volume, where no frame has a row.
    assert [(row["level"], row["frame"], row["value"]) for row in found] == [
        ("frame", 1, 1.0),
        ("frame", 2, 1.0),
        ("volume", -1, 2 * 6 / (12 + 6)),
    ]


def test_a_volume_at_attempt_k_holds_the_last_answer_of_a_user_who_was_done_before() -> None:
    answers = [
        on_frame(1, "##....", prompt_mode="clicks"),
        on_frame(2, "......", prompt_mode="clicks", final=False),
        on_frame(2, "##....", prompt_mode="clicks", attempt=2, final=False),
        on_frame(2, "####..", prompt_mode="clicks", attempt=3),
    ]
    found = rows(record(VOLUME), answers, metric="dsc", level="volume")
    assert [(row["attempt"], row["final"], row["value"]) for row in found] == [
        (1, False, 2 * 2 / (2 + 6)),
        (2, False, 2 * 4 / (4 + 6)),
        (3, True, 1.0),
    ]


def test_a_later_attempt_that_is_empty_takes_back_what_an_earlier_one_covered() -> None:
    answers = [on_frame(1, "##....", final=False), on_frame(1, "......", attempt=2)]
    found = rows(record(VOLUME), answers, metric="dsc", level="volume")
    assert values(found, "dsc") == [2 * 2 / (2 + 6), 0.0]


def test_modes_and_models_are_scored_apart_in_whatever_order_they_come() -> None:
    answers = [
        on_frame(1, "##....", prompt_mode="b"),
        on_frame(1, "#.....", prompt_mode="a"),
        on_frame(2, "####..", prompt_mode="b"),
        on_frame(2, "......", prompt_mode="a"),
    ]
    for order in (answers, answers[::-1]):
        found = rows(record(VOLUME), order, metric="dsc", level="volume")
        assert [(it["prompt"], it["value"]) for it in found] == [("a", 2 * 1 / (1 + 6)), ("b", 1)]


def named(frame: int, **masks: str) -> Answer:
    """What a model that names classes says of one frame."""
    return answer(
        *(strips(it) for it in masks.values()),
        frame_indices=(frame,),
        object_id=None,
        class_names=tuple(masks),
    )


def test_named_classes_are_scored_by_structure_and_false_positives_are_counted() -> None:
    left, right = (
        target("left", expert=strips("#.....", "......")),
        target("right", expert=strips("...#..", "......")),
    )
    answers = [named(0, organ="##.#.."), named(1, organ="..##..", vessel=".....#")]
    found = rows(record(left, right), answers)
    assert {row["selection"] for row in found} == {"by_class"}
    assert {row["scope"] for row in found} == {"all_slices"}
    told = {
        (row["object_id"], row["frame"], row["metric"]): (row["value"], row["unit"])
        for row in found
        if row["metric"] in {"dsc", "false_positive_px"}
    }
    assert told == {
        # Both organs are one reference of two pixels; three were predicted.
        ("organ", 0, "dsc"): (2 * 2 / 5, ""),
        ("organ", 1, "false_positive_px"): (2.0, "px"),
        ("organ", -1, "dsc"): (2 * 2 / (5 + 2), ""),
        # Nobody drew a vessel; the first frame's answer does not even name one.
        ("vessel", 0, "false_positive_px"): (0.0, "px"),
        ("vessel", 1, "false_positive_px"): (1.0, "px"),
    }


def test_a_structure_that_no_answer_names_scores_zero() -> None:
    found = rows(record(target(expert=strips("#....."))), [named(0, vessel="......")])
    assert [it["value"] for it in found if it["metric"] == "dsc"] == [0.0]


def everything(frame: int, *masks: str) -> Answer:
    """Masks of a whole view, shared by all targets."""
    return answer(*(strips(it) for it in masks), frame_indices=(frame,), object_id=None)


def test_masks_of_the_whole_view_are_matched_to_each_target_by_best_overlap() -> None:
    left, right = (
        target("left", expert=strips("##....")),
        target("right", expert=strips("....##")),
    )
    found = rows(
        record(left, right),
        [everything(0, "######", "##....", "...###")],
        *SELECTIONS,
        metric="iou",
    )
    assert {(row["object_id"], row["selection"]): row["value"] for row in found} == {
        ("left", "oracle_iou"): 1.0,
        ("left", "oracle_dice"): 1.0,
        ("right", "oracle_iou"): 2 / 3,
        ("right", "oracle_dice"): 2 / 3,
    }


def test_masks_that_touch_no_target_are_no_part_of_its_volume() -> None:
    answers = [
        everything(0, "######"),
        everything(1, "....##", "##...."),
        everything(2, "####.."),
        everything(3),
    ]
    found = rows(record(VOLUME), answers, "oracle_iou", metric="dsc")
    assert [(row["level"], row["value"]) for row in found] == [
        ("frame", 1.0),
        ("frame", 1.0),
        ("volume", 1.0),
    ]


def test_a_missed_target_of_a_whole_view_is_an_empty_prediction() -> None:
    found = rows(record(target(expert=strips("##...."))), [everything(0, "....##")], "oracle_iou")
    assert values(found, "dsc") == [0.0]
    assert all(math.isnan(it) for it in values(found, "hd95"))


def test_a_case_without_answers_has_no_rows() -> None:
    assert rows(record(VOLUME), []) == []


@pytest.mark.parametrize(("spacing", "unit"), [(None, "px"), ((2.0, 0.5), "mm")])
def test_what_an_annotator_did_not_draw_is_undefined_in_the_unit_of_the_metric(
    spacing: tuple[float, float] | None, unit: str
) -> None:
    case = record(target(first=strips("##...."), second=strips("......")), spacing=spacing)
    found = rows(case, [answer(strips("##...."))], annotator="second")
    assert {row["metric"]: row["unit"] for row in found} == {
        "dsc": "", "iou": "", "hd95": unit, "assd": unit,
    }  # fmt: skip
    assert all(math.isnan(row["value"]) for row in found)


def test_a_metric_of_images_has_no_undefined_value_of_volumes() -> None:
    case = record(target(first=strips("##....", "......"), second=strips("......", "......")))
    found = Scoring((BoundaryIou(),), ("single",)).rows(case, [on_frame(0, "##....")])
    missing = [row for row in found if row["annotator"] == "second"]
    assert [row["level"] for row in missing] == ["frame"]
