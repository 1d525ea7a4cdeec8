from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from samb.dialogue import Attempt, Prediction, Prompt
from samb.prompts.points import RandomPoints
from samb.streams import stream
from samb.types import BoolArray
from tests.prompts.drawn import pixel_list, points_of, prompted
from tests.strategies import masks, stacks, task_of


def clicked(reference: BoolArray, count: int, *names: object) -> Prompt:
    (prompt,) = RandomPoints(count).next_prompts(task_of(reference), (), stream(*names))
    return prompt


def pixels(prompt: Prompt) -> list[tuple[int, int]]:
    """(row, column) of each point, which must be a pixel's centre."""
    assert np.array_equal(prompt.points_xy, np.rint(prompt.points_xy))
    return [(int(y), int(x)) for x, y in prompt.points_xy]


@given(stacks(), st.integers(1, 12), st.integers())
def test_every_point_is_positive_and_lies_on_the_target(
    stack: BoolArray, count: int, seed: int
) -> None:
    prompt = clicked(stack, count, seed)
    assert prompt.point_labels.tolist() == [1] * count
    assert all(stack[prompt.frame_index][pixel] for pixel in pixels(prompt))
    assert prompt.kinds == RandomPoints.kinds


@given(stacks(), st.integers(1, 12), st.integers())
def test_no_pixel_is_drawn_twice_before_every_one_was_drawn(
    stack: BoolArray, count: int, seed: int
) -> None:
    prompt = clicked(stack, count, seed)
    available = int(stack[prompt.frame_index].sum())
    assert len(set(pixels(prompt))) == min(count, available)
    assert len(set(pixels(prompt)[:available])) == min(count, available)


def test_a_target_of_two_pixels_gives_both_and_then_repeats_them() -> None:
    mask = np.zeros((1, 5, 5), dtype=bool)
    mask[0, 1, 2] = mask[0, 4, 4] = True
    found = pixels(clicked(mask, 10, "any"))
    assert set(found[:2]) == set(found[2:]) == {(1, 2), (4, 4)}


def test_every_pixel_is_equally_likely() -> None:
    mask = np.zeros((1, 4, 6), dtype=bool)
    mask[0, 1:3, 1:5] = True
    counted = Counter(pixels(clicked(mask, 1, index))[0] for index in range(8000))
    # 8 pixels, 1000 each: five standard deviations of a binomial are 5 * (8000/8 * 7/8)^0.5 = 148.
    assert len(counted) == 8
    assert all(abs(count - 1000) < 148 for count in counted.values())


def test_the_user_clicks_once() -> None:
    mask = np.ones((1, 2, 2), dtype=bool)
    attempt = Attempt(1, Prompt(), Prediction(mask[None], np.zeros(1)))
    assert RandomPoints(3).next_prompts(task_of(mask), (attempt,), stream("any")) == []


@pytest.mark.parametrize("count", [0, -1, 1.5])
def test_less_than_one_point_is_refused(count: float) -> None:
    with pytest.raises(ValidationError, match="count"):
        TypeAdapter(RandomPoints).validate_python({"count": count})


def test_the_mode_stands_on_a_curve_at_its_number_of_points() -> None:
    assert RandomPoints(3).curve == ("points", 3)


@given(masks(), st.integers(), st.integers(0, 12))
def test_background_points_are_distinct_and_fewer_where_there_is_no_room(
    mask: BoolArray, seed: int, negatives: int
) -> None:
    prompt = prompted(RandomPoints(3, negatives), mask, seed)
    outside = points_of(prompt, 0)
    assert set(outside) <= set(pixel_list(~mask))
    assert len(outside) == len(set(outside)) == min(negatives, len(pixel_list(~mask)))
    assert set(points_of(prompt, 1)) <= set(pixel_list(mask))


def test_background_points_leave_the_foreground_points_as_they_are() -> None:
    mask = np.eye(9, dtype=bool)
    alone, both = prompted(RandomPoints(5), mask, 1), prompted(RandomPoints(5, 5), mask, 1)
    assert points_of(alone) == points_of(both, 1)


def test_with_background_points_the_mode_stands_on_no_curve() -> None:
    assert RandomPoints(10, 10).curve is None
