import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from samb.dialogue import Attempt, Prediction, Prompt
from samb.geometry import box_extent, tight_box
from samb.prompts.box import Box
from samb.streams import stream
from samb.types import BoolArray, FloatArray
from tests.strategies import masks, stacks, task_of


def drawn(reference: BoolArray, jitter: float, *names: object) -> Prompt:
    """The one prompt that this user gives."""
    (prompt,) = Box(jitter).next_prompts(task_of(reference), (), stream(*names))
    return prompt


def box_of(prompt: Prompt) -> FloatArray:
    assert prompt.box_xyxy is not None
    return prompt.box_xyxy


@given(stacks())
def test_without_jitter_the_box_is_tight_on_the_largest_frame(stack: BoolArray) -> None:
    prompt = drawn(stack, 0.0, "any")
    frame = int(np.argmax([mask.sum() for mask in stack]))
    assert prompt.frame_index == frame
    assert box_of(prompt).tolist() == tight_box(stack[frame]).tolist()
    assert prompt.kinds == Box.kinds


@given(masks(), st.floats(0, 0.5), st.integers())
def test_each_edge_moves_by_at_most_the_jitter_times_the_extent(
    mask: BoolArray, jitter: float, seed: int
) -> None:
    tight, moved = tight_box(mask), box_of(drawn(mask[None], jitter, seed))
    reach = jitter * np.tile(box_extent(tight), 2)
    assert (abs(moved - tight) <= reach + 1e-9).all()


@given(masks(), st.integers())
def test_a_jittered_box_lies_inside_the_image_and_is_never_inverted(
    mask: BoolArray, seed: int
) -> None:
    x0, y0, x1, y1 = box_of(drawn(mask[None], 0.5, seed))
    assert 0 <= x0 <= x1 <= mask.shape[1] - 1
    assert 0 <= y0 <= y1 <= mask.shape[0] - 1


def test_edges_move_both_ways_uniformly_and_apart_from_each_other() -> None:
    mask = np.zeros((1, 300, 400), dtype=bool)
    mask[0, 100:200, 150:200] = True  # 50 px wide, 100 px high, far from every border
    tight = tight_box(mask[0])
    moves = np.array([box_of(drawn(mask, 0.2, index)) - tight for index in range(1000)])
    fractions = moves / [50, 100, 50, 100]
    # Uniform on +-0.2: mean 0, variance 0.4^2 / 12; bounds of five standard errors.
    assert abs(fractions).max() <= 0.2
    assert fractions.mean(axis=0) == pytest.approx(np.zeros(4), abs=5 * 0.4 / 12**0.5 / 1000**0.5)
    assert fractions.var(axis=0) == pytest.approx(np.full(4, 0.16 / 12), rel=0.1)
    between = np.corrcoef(fractions.T) - np.eye(4)
    assert abs(between).max() < 5 / 1000**0.5


def test_the_user_draws_once() -> None:
    mask = np.ones((1, 2, 2), dtype=bool)
    attempt = Attempt(1, Prompt(), Prediction(mask[None], np.zeros(1)))
    assert Box().next_prompts(task_of(mask), (attempt,), stream("any")) == []


@pytest.mark.parametrize("jitter", [-0.1, 0.51, float("nan")])
def test_a_jitter_that_could_invert_a_box_is_refused(jitter: float) -> None:
    with pytest.raises(ValidationError, match="jitter"):
        TypeAdapter(Box).validate_python({"jitter": jitter})


def test_the_mode_stands_on_a_curve_at_its_jitter() -> None:
    assert Box(0.25).curve == ("jitter", 0.25)
