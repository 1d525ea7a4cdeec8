from collections import Counter
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samb.dialogue import Attempt, Prediction, Prompt
from samb.prompts.clicks_random import PairedClicks, UniformErrorClicks
from samb.prompts.corrections import Click, clicks_of
from samb.streams import stream
from samb.types import BoolArray
from tests.prompts.drawn import attempt, picture, pixel_list, squared_depths
from tests.strategies import masks, task_of

FIRST = Prompt(0, np.zeros((1, 2)), np.ones(1, dtype=np.int8))
"""Any first click."""


def uniform_click(reference: BoolArray, answer: BoolArray, seed: object) -> Click | None:
    """For (H, W) masks."""
    prompts = UniformErrorClicks().next_prompts(
        task_of(reference[None]), [attempt(answer[None])], stream(seed)
    )
    return clicks_of(prompts[0])[-1] if prompts else None


def pair_of_clicks(reference: BoolArray, answer: BoolArray, seed: object) -> Sequence[Click]:
    """The clicks that follow an answer to the first one, for (H, W) masks."""
    (prompt,) = PairedClicks().next_prompts(
        task_of(reference[None]), [attempt(answer[None], FIRST)], stream(seed)
    )
    return clicks_of(prompt)[1:]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[BoolArray, BoolArray]:
    reference = draw(masks())
    return reference, draw(masks(reference.shape))


@given(pairs(), st.integers())
def test_a_uniform_click_is_wrong_and_has_the_sign_of_the_reference(
    pair: tuple[BoolArray, BoolArray], seed: int
) -> None:
    reference, answer = pair
    click = uniform_click(reference, answer, seed)
    if click is None:
        assert np.array_equal(reference, answer)
        return
    x, y = click.xy
    assert reference[y, x] != answer[y, x]
    assert click.positive == reference[y, x]


def test_every_wrong_pixel_is_clicked_equally_often() -> None:
    reference, answer = picture("##...", "....."), picture(".....", "...##")
    drawn = Counter(uniform_click(reference, answer, index) for index in range(1000))
    assert len(drawn) == 4
    assert all(abs(count - 250) < 69 for count in drawn.values())  # five standard errors


@given(masks())
def test_the_first_of_paired_clicks_is_the_first_deepest_pixel(mask: BoolArray) -> None:
    (prompt,) = PairedClicks().next_prompts(task_of(mask[None]), (), stream(0))
    depths = squared_depths(mask)
    deepest = next(xy for xy in pixel_list(mask) if depths[xy] == max(depths.values()))
    assert clicks_of(prompt) == (Click(0, deepest, positive=True),)


@given(pairs(), st.integers())
def test_paired_clicks_go_where_the_slow_rule_allows(
    pair: tuple[BoolArray, BoolArray], seed: int
) -> None:
    reference, answer = pair
    clicks = pair_of_clicks(reference, answer, seed)
    by_sign = {click.positive: click.xy for click in clicks}
    positive = pixel_list(reference & ~answer) or pixel_list(reference & answer)
    negative = pixel_list(~reference & answer) or near(reference) or pixel_list(~reference)
    assert by_sign[True] in positive
    assert (by_sign[False] in negative) if negative else (False not in by_sign)


def near(reference: BoolArray) -> list[tuple[int, int]]:
    """Pixels outside a target at most 3 px beside its box."""
    xs, ys = zip(*pixel_list(reference), strict=True)
    return [
        (x, y)
        for x, y in pixel_list(~reference)
        if min(xs) - 3 <= x <= max(xs) + 3 and min(ys) - 3 <= y <= max(ys) + 3
    ]


def test_a_right_answer_gets_two_more_clicks_all_the_same() -> None:
    reference = picture("........", ".##.....", "........")
    drawn = [pair_of_clicks(reference, reference, index) for index in range(200)]
    assert {clicks[0].xy for clicks in drawn} == {(1, 1), (2, 1)}
    assert max(clicks[1].xy[0] for clicks in drawn) == 5  # 3 px beside the box, no farther


def test_a_frame_without_background_gets_a_positive_click_alone() -> None:
    full = picture("##", "##")
    assert [click.positive for click in pair_of_clicks(full, full, 0)] == [True]


def test_after_the_first_click_another_candidate_is_shown() -> None:
    reference = picture("###...")
    candidates = np.stack([picture("##....")[None], picture("####..")[None]])
    answer = Prediction(candidates, np.array([0.1, 0.9]), multimask=(1,))

    def third(user: PairedClicks, attempts: int) -> set[tuple[int, int]]:
        history = [Attempt(index + 1, FIRST, answer) for index in range(attempts)]
        asked = [
            user.next_prompts(task_of(reference[None]), history, stream(it)) for it in range(50)
        ]
        return {clicks_of(prompts[0])[1].xy for prompts in asked}

    # Candidate 1 misses nothing: a pixel rightly found is confirmed. Candidate 0 misses (2, 0).
    assert third(PairedClicks(shown="single", shown_first="predicted_iou"), 1) == {
        (0, 0),
        (1, 0),
        (2, 0),
    }
    assert third(PairedClicks(shown="single", shown_first="predicted_iou"), 2) == {(2, 0)}


def test_random_users_are_stochastic() -> None:
    assert UniformErrorClicks().stochastic
    assert PairedClicks().stochastic
