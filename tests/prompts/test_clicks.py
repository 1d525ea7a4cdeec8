from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.dialogue import Attempt, Prediction, Prompt
from samb.prompts.clicks import RitmClicks
from samb.selections import Selection
from samb.streams import stream
from samb.types import BoolArray
from tests.strategies import masks, stacks, task_of


@dataclass(frozen=True, order=True)
class Click:
    frame: int
    y: int
    x: int
    positive: bool


def picture(*rows: str) -> BoolArray:
    """(1, H, W) from rows of `#` and `.`."""
    return np.array([[[letter == "#" for letter in row] for row in rows]])


def shown(mask: BoolArray, prompt: Prompt | None = None) -> Attempt:
    """An attempt that answered with one (F, H, W) mask."""
    return Attempt(1, prompt or Prompt(), Prediction(mask[None], np.zeros(1)))


def clicks(prompt: Prompt) -> list[Click]:
    assert prompt.point_frames is not None
    points = zip(prompt.point_frames, prompt.points_xy, prompt.point_labels, strict=True)
    return [Click(int(f), int(y), int(x), bool(label)) for f, (x, y), label in points]


def next_click(
    reference: BoolArray, attempts: Sequence[Attempt], count: int = 100
) -> tuple[Prompt, Click] | None:
    """What the user does next, and the click that is new in it; None: done."""
    prompts = RitmClicks(count).next_prompts(task_of(reference), attempts, stream("unused"))
    if not prompts:
        return None
    (prompt,) = prompts
    return prompt, clicks(prompt)[-1]


def by_hand(reference: BoolArray, mask: BoolArray, before: Sequence[Click]) -> Click | None:
    """The rule told once more, slowly: distances from pixel to pixel."""
    clicked = {(it.frame, it.y, it.x) for it in before}
    missed = depths(reference & ~mask, clicked)
    covered = depths(mask & ~reference, clicked)
    positive = max(missed.values()) > max(covered.values())
    found = missed if positive else covered
    deepest = max(found.values())
    if deepest == 0:
        return None
    return Click(*min(place for place, depth in found.items() if depth == deepest), positive)


def depths(error: BoolArray, clicked: set[tuple[int, int, int]]) -> dict[tuple[int, int, int], int]:
    """Squared distance of each pixel to the nearest correct one, a border of those around."""
    found = {}
    for frame, mask in enumerate(error):
        correct = np.argwhere(~np.pad(mask, 1)) - 1
        for y, x in np.ndindex(mask.shape):
            wrong = mask[y, x] and (frame, y, x) not in clicked
            squared = int(((correct - (y, x)) ** 2).sum(axis=1).min())
            found[frame, y, x] = squared if wrong else 0
    return found


@st.composite
def pairs(draw: st.DrawFn) -> tuple[BoolArray, BoolArray]:
    """A reference and what the user is shown, (F, H, W) each."""
    reference = draw(stacks())
    answers = [draw(masks(reference.shape[1:])) for _ in reference]
    return reference, np.stack(answers)


@given(pairs())
def test_the_click_is_where_the_slow_rule_says(pair: tuple[BoolArray, BoolArray]) -> None:
    reference, mask = pair
    found = next_click(reference, [shown(mask)])
    assert (found[1] if found else None) == by_hand(reference, mask, [])


@given(pairs())
def test_clicks_on_an_answer_that_never_changes_follow_the_slow_rule(
    pair: tuple[BoolArray, BoolArray],
) -> None:
    reference, mask = pair
    attempts, before = [shown(mask)], list[Click]()
    for _ in range(6):
        expected = by_hand(reference, mask, before)
        found = next_click(reference, attempts)
        assert (found[1] if found else None) == expected
        if found is None:
            return
        before.append(found[1])
        assert clicks(found[0]) == before
        attempts.append(shown(mask, found[0]))


@given(pairs())
def test_a_positive_click_is_on_a_missed_pixel_and_a_negative_one_on_a_wrongly_covered(
    pair: tuple[BoolArray, BoolArray],
) -> None:
    reference, mask = pair
    found = next_click(reference, [shown(mask)])
    if found is None:
        assert np.array_equal(reference, mask)
        return
    _, click = found
    place = (click.frame, click.y, click.x)
    assert (reference[place], mask[place]) == (click.positive, not click.positive)


@given(stacks())
def test_the_first_click_is_the_deepest_pixel_of_the_target(stack: BoolArray) -> None:
    found = next_click(stack, [])
    assert found is not None
    assert found[1] == by_hand(stack, np.zeros_like(stack), [])
    assert found[1].positive


def test_the_middle_of_a_square_is_its_deepest_pixel() -> None:
    square = picture(".....", ".###.", ".###.", ".###.", ".....")
    found = next_click(square, [])
    assert found is not None
    assert found[1] == Click(0, 2, 2, positive=True)


def test_the_first_of_equally_deep_pixels_in_raster_order_is_clicked() -> None:
    reference = picture("..#..", "#...#", "..#..")
    found = next_click(reference, [])
    assert found is not None
    assert found[1] == Click(0, 0, 2, positive=True)


def test_what_lies_beyond_the_image_counts_as_correct() -> None:
    # Were it wrong as well, the deepest pixel would be in the corner, far from the dot.
    reference = picture("#####", "#####", "#####", "#####", "#####")
    found = next_click(reference, [])
    assert found is not None
    assert found[1] == Click(0, 2, 2, positive=True)


def test_equally_deep_errors_of_both_kinds_get_a_negative_click() -> None:
    reference, mask = picture("#....", ".....", "....."), picture(".....", ".....", "....#")
    found = next_click(reference, [shown(mask)])
    assert found is not None
    assert found[1] == Click(0, 2, 4, positive=False)


def test_a_strictly_deeper_missed_region_gets_a_positive_click() -> None:
    reference = picture("###..", "###..", "###..")
    mask = picture("....#", "....#", "....#")
    found = next_click(reference, [shown(mask)])
    assert found is not None
    assert found[1] == Click(0, 1, 1, positive=True)


def test_the_deepest_error_of_all_frames_is_clicked_on_its_own_frame() -> None:
    reference = np.concatenate([picture("#..", "...", "..."), picture("###", "###", "###")])
    found = next_click(reference, [])
    assert found is not None
    prompt, click = found
    assert click == Click(1, 1, 1, positive=True)
    assert prompt.frame_index == 1


def test_no_pixel_is_clicked_twice_and_the_user_gives_up_when_none_is_left() -> None:
    reference = picture("##.", "...")
    attempts = [shown(np.zeros_like(reference))]
    seen = []
    while (found := next_click(reference, attempts)) is not None:
        seen.append(found[1])
        attempts.append(shown(np.zeros_like(reference), found[0]))
    assert seen == [Click(0, 0, 0, positive=True), Click(0, 0, 1, positive=True)]


def test_the_user_is_done_when_nothing_is_wrong() -> None:
    reference = picture("##.", "...")
    assert next_click(reference, [shown(reference)]) is None


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_user_stops_at_the_count_of_clicks(count: int) -> None:
    reference = picture("#####", "#####", "#####")
    attempts: list[Attempt] = []
    while (found := next_click(reference, attempts, count)) is not None:
        attempts.append(shown(np.zeros_like(reference), found[0]))
    assert len(attempts) == count
    assert len(clicks(attempts[-1].prompt)) == count


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("single", None),  # candidate 0 is right
        ("first", Click(0, 0, 2, positive=True)),  # candidate 1 lacks the last pixel
        ("largest", Click(0, 0, 3, positive=False)),  # candidate 2 has one too many
    ],
)
def test_the_user_corrects_the_candidate_that_is_shown(
    rule: Selection, expected: Click | None
) -> None:
    reference = picture("###...")
    answers = np.stack([reference, picture("##...."), picture("####..")])
    attempt = Attempt(1, Prompt(), Prediction(answers, np.zeros(3), multimask=(1, 2)))
    user = RitmClicks(5, shown=rule)
    prompts = user.next_prompts(task_of(reference), [attempt], stream("unused"))
    assert [clicks(prompt)[-1] for prompt in prompts] == ([expected] if expected else [])


def test_the_mode_stands_on_a_curve_at_its_number_of_clicks() -> None:
    assert RitmClicks(7).curve == ("clicks", 7)
