from collections import Counter
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.dialogue import Attempt
from samb.prompts.chamfer import chamfer_depth
from samb.prompts.clicks_dt import DeepestErrorClicks
from samb.prompts.corrections import Click, clicks_of
from samb.streams import stream
from samb.types import BoolArray
from tests.prompts.drawn import attempt, picture, squared_depths, task_with_others
from tests.strategies import masks, stacks, task_of


def clicked(
    reference: BoolArray, *attempts: Attempt, exact: bool = True, seed: object = 0
) -> Click | None:
    user = DeepestErrorClicks(distance="exact" if exact else "chamfer")
    prompts = user.next_prompts(task_of(reference), attempts, stream(seed))
    return clicks_of(prompts[0])[-1] if prompts else None


@st.composite
def pairs(draw: st.DrawFn) -> tuple[BoolArray, BoolArray]:
    reference = draw(stacks())
    return reference, np.stack([draw(masks(reference.shape[1:])) for _ in reference])


@given(pairs(), st.integers())
def test_the_click_is_a_deepest_pixel_of_all_that_is_wrong(
    pair: tuple[BoolArray, BoolArray], seed: int
) -> None:
    reference, answer = pair
    click = clicked(reference, attempt(answer), seed=seed)
    wrong = reference ^ answer
    if click is None:
        assert not wrong.any()
        return
    depths = [squared_depths(frame) for frame in wrong]
    assert depths[click.frame][click.xy] == max(max(it.values(), default=0) for it in depths)
    assert click.positive == reference[click.frame, click.xy[1], click.xy[0]]


@given(masks(), st.integers())
def test_with_the_chamfer_distance_the_first_click_is_at_its_maximum(
    mask: BoolArray, seed: int
) -> None:
    click = clicked(mask[None], exact=False, seed=seed)
    assert click is not None
    assert chamfer_depth(mask)[click.xy[1], click.xy[0]] == chamfer_depth(mask).max()


def test_missed_and_wrongly_covered_pixels_that_touch_are_one_error() -> None:
    # Each error alone is 2 px thick with four deepest pixels; together they are 4 px thick.
    reference = picture("##..", "##..", "##..", "##..")[None]
    answer = ~reference
    drawn = {clicked(reference, attempt(answer), seed=index) for index in range(100)}
    assert {click.xy for click in drawn if click} == {(1, 1), (2, 1), (1, 2), (2, 2)}


def test_equally_deep_errors_are_clicked_equally_often() -> None:
    reference = picture("#...", "....", "...#")[None]
    drawn = Counter(clicked(reference, seed=index) for index in range(400))
    assert len(drawn) == 2
    assert all(abs(count - 200) < 50 for count in drawn.values())


def test_the_user_is_done_when_nothing_is_wrong() -> None:
    reference = picture("##..")[None]
    assert clicked(reference, attempt(reference)) is None


@pytest.mark.parametrize(("positive_on", "positive"), [("target", False), ("any_target", True)])
def test_a_wrongly_covered_pixel_of_another_target_counts_as_published_or_right(
    positive_on: Literal["target", "any_target"], positive: bool
) -> None:
    mine, other = picture("#....", ".....", "....."), picture(".....", "..###", "..###")
    task = task_with_others(mine[None], [other[None]])
    user = DeepestErrorClicks(positive_on=positive_on)
    (prompt,) = user.next_prompts(task, [attempt((mine | other)[None])], stream(0))
    (click,) = clicks_of(prompt)
    assert other[click.xy[1], click.xy[0]]
    assert click.positive is positive


def test_a_wrongly_covered_pixel_of_no_target_is_negative_as_published_too() -> None:
    mine, other = picture("#....", "....."), picture(".....", "....#")
    task = task_with_others(mine[None], [other[None]])
    user = DeepestErrorClicks(positive_on="any_target")
    (prompt,) = user.next_prompts(
        task, [attempt((mine | picture("..#..", "....."))[None])], stream(0)
    )
    assert clicks_of(prompt) == (Click(0, (2, 0), positive=False),)
