import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.dialogue import Prediction, Prompt
from samb.types import BoolArray, Content, MaskStack, Target
from tests.strategies import stacks, task_of


@given(stacks())
def test_a_stack_of_masks_survives_its_run_lengths(masks: BoolArray) -> None:
    stack = MaskStack.from_array(masks)
    assert np.array_equal(stack.array(), masks)
    assert all(np.array_equal(stack.frame(i), frame) for i, frame in enumerate(masks))
    assert stack.filled_frames == tuple(i for i, frame in enumerate(masks) if frame.any())


@given(stacks(), st.data())
def test_selected_frames_are_numbered_anew(masks: BoolArray, data: st.DataObject) -> None:
    indices = data.draw(st.lists(st.integers(0, len(masks) - 1)))
    selected = MaskStack.from_array(masks).select(indices)
    assert selected.shape == (len(indices), *masks.shape[1:])
    assert np.array_equal(selected.array(), masks[indices])


def test_an_empty_frame_costs_nothing() -> None:
    stack = MaskStack.from_array(np.zeros((300, 512, 512), dtype=bool))
    assert stack.runs == {}
    assert not stack.frame(299).any()


def test_a_target_knows_who_prompts() -> None:
    first, second = np.zeros((2, 1, 2, 2), dtype=bool)
    first[0, 0, 0] = second[0, 1, 1] = True
    references = {"a": MaskStack.from_array(first), "b": MaskStack.from_array(second)}
    target = Target("nucleus/17", "nucleus", references, prompted_by="b")
    assert np.array_equal(target.prompting_reference.array(), second)


def test_a_task_shows_the_reference_of_its_own_target() -> None:
    masks = np.zeros((2, 3, 3), dtype=bool)
    masks[1, 2, 0] = True
    assert np.array_equal(task_of(masks).reference, masks)


EMPTY = MaskStack((1, 2, 2), {})
FULL = MaskStack.from_array(np.ones((1, 2, 2), dtype=bool))
IMAGE = np.zeros((1, 2, 2, 3), dtype=np.uint8)
NOT_BYTES: Any = IMAGE / 255
ONE_MASK = np.ones((1, 1, 2, 2), dtype=bool)
POINT = np.zeros((1, 2), dtype=np.float32)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MaskStack.from_array(np.zeros((2, 2), bool)), "(F, H, W), got (2, 2)"),
        (lambda: Target("x", "x", {"a": FULL}, "b"), "prompted_by is 'b', but the annotators"),
        (lambda: Target("x", "x", {"a": EMPTY}, "a"), "prompting reference is empty"),
        (lambda: Content(IMAGE[0], ()), "must be (F, H, W, 3) uint8, got (2, 2, 3)"),
        (lambda: Content(IMAGE[..., :1], ()), "must be (F, H, W, 3) uint8, got (1, 2, 2, 1)"),
        (lambda: Content(NOT_BYTES, ()), "got (1, 2, 2, 3) float64"),
        (lambda: Content(np.repeat(IMAGE, 2, 0), ()), "a 2-D case has one frame, got 2"),
        (lambda: Content(IMAGE, (), 3, (1.0, 1.0)), "a 3-D case has 3 spacings, got (1.0, 1.0)"),
        (
            lambda: Content(
                np.zeros((1, 5, 5, 3), np.uint8), (Target("x", "x", {"a": FULL}, "a"),)
            ),
            "x: (1, 2, 2) but images (1, 5, 5)",
        ),
        (lambda: Prompt(points_xy=np.zeros(2)), "points_xy must have shape (N, 2), got (2,)"),
        (lambda: Prompt(points_xy=POINT), "1 points but 0 labels"),
        (lambda: Prompt(box_xyxy=np.zeros((1, 4))), "box_xyxy must have shape (4,), got (1, 4)"),
        (lambda: Prediction(ONE_MASK[0], np.zeros(1)), "masks must be (C, F, H, W) bool"),
        (lambda: Prediction(ONE_MASK * 1, np.zeros(1)), "bool, got (1, 1, 2, 2) int64"),
        (lambda: Prediction(ONE_MASK, np.zeros(3)), "1 masks but iou_estimates (3,)"),
        (lambda: Prediction(ONE_MASK, np.zeros(1), (), ("a", "b")), "1 masks but 2 class names"),
        (
            lambda: Prediction(ONE_MASK, np.zeros(1), maps={"doubt": np.zeros((2, 2))}),
            "map doubt has shape (2, 2), the view (1, 2, 2)",
        ),
    ],
)
def test_a_record_that_cannot_be_right_says_what_came(
    make: Callable[[], Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        make()


def test_a_prompt_names_the_kinds_a_model_must_understand() -> None:
    box, logits = np.array([0.0, 0, 1, 1]), np.zeros((1, 4, 4))
    point = Prompt(points_xy=POINT, point_labels=np.ones(1, np.int8))
    assert Prompt().kinds == frozenset()
    assert point.kinds == {"points"}
    assert Prompt(box_xyxy=box, feedback=logits).kinds == {"box", "feedback"}
    assert Prompt(parts=(Prompt(box_xyxy=box), point)).kinds == {"box", "points"}


def test_a_prompt_is_recorded_in_plain_values() -> None:
    prompt = Prompt(
        frame_index=1,
        points_xy=np.array([[3, 4]], dtype=np.float32),
        point_labels=np.zeros(1, dtype=np.int8),
        point_frames=np.array([1]),
        feedback=np.zeros((1, 4, 4)),
        parts=(Prompt(box_xyxy=np.array([0.5, 0, 1, 1])),),
    )
    assert prompt.record() == {
        "frame": 1,
        "points_xy": [[3.0, 4.0]],
        "point_labels": [0],
        "point_frames": [1],
        "feedback": True,
        "parts": [{"frame": 0, "box_xyxy": [0.5, 0.0, 1.0, 1.0]}],
    }
    assert Prompt().record() == {"frame": 0}


def test_a_prompt_is_made_again_from_its_record() -> None:
    drawn = np.zeros((3, 5), dtype=bool)
    drawn[1, 2:4] = True
    part = Prompt(box_xyxy=np.array([0.25, 0, 3, 2]), mask=drawn)
    points = np.array([[1.5, 2], [0, 1]], dtype=np.float32)
    labels, frames = np.array([1, 0], np.int8), np.array([0, 2])
    whole = Prompt(2, points, labels, frames, feedback_candidate=3, parts=(part,))
    record = json.loads(json.dumps(whole.record()))
    again = Prompt.from_record(record)
    assert again.record() == record
    assert again.kinds == {"points", "box", "mask"}
    assert again.parts[0].mask is not None
    assert np.array_equal(again.parts[0].mask, drawn)
    assert again.points_xy.dtype == np.float32


def test_a_prompt_has_a_drawn_mask_or_feedback() -> None:
    with pytest.raises(ValueError, match="one mask input"):
        Prompt(mask=np.ones((2, 2), dtype=bool), feedback=np.zeros((1, 4, 4)))
    with pytest.raises(ValueError, match=r"\(H, W\) bool, got \(2, 2\) float64"):
        Prompt(mask=np.ones((2, 2)))  # type: ignore[arg-type]
