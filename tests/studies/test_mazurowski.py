"""The modes that repeat Mazurowski et al., against their rules written a second time."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.dialogue import Prompt
from samb.types import BoolArray
from tests.prompts.drawn import box_of, picture, points_of
from tests.studies import mazurowski as rule
from tests.studies.drawings import DRAWN, answers, noise
from tests.studies.playing import Classes, Played, Reply, played, prompts

pytestmark = rule.needs_ipp
CLICKS = {"first": "clicks_dt_paper_9", "oracle_iou": "clicks_dt_paper_oracle_9"}
SEEDS = st.integers(0, 2**32)

every_drawing = pytest.mark.parametrize("mask", DRAWN.values(), ids=DRAWN)


def assert_points(prompt: Prompt, regions: Sequence[BoolArray]) -> None:
    """One positive point on a deepest pixel of each region, in their order, and nothing else."""
    assert prompt.kinds == {"points"}
    assert prompt.point_labels.tolist() == [1] * len(regions)
    for point, region in zip(points_of(prompt), regions, strict=True):
        assert point in rule.deepest(region)


def assert_five_modes(mask: BoolArray, seed: int = 0) -> None:
    """All five modes of use."""
    three = rule.regions(mask)[:3]
    (largest,) = prompts("point_dt_mazurowski", mask, seed)
    assert_points(largest, three[:1])
    (together,) = prompts("point_each_3", mask, seed)
    assert_points(together, three)
    for name, boxed in {"box_largest": three[:1], "box_each_3": three, "box_all": [mask]}.items():
        asked = prompts(name, mask, seed)
        assert [box_of(it) for it in asked] == [rule.tight(it) for it in boxed]
        assert all(it.kinds == {"box"} for it in asked)


@every_drawing
def test_the_five_modes_on_drawn_masks(mask: BoolArray) -> None:
    assert_five_modes(mask)


@given(noise(), SEEDS)
def test_the_five_modes_on_random_masks(mask: BoolArray, seed: int) -> None:
    assert_five_modes(mask, seed)


def test_points_and_boxes_worked_out_by_hand() -> None:
    # Regions by size: 3 x 3 px at the upper right; of the two of 4 px the one that starts later;
    # then the other. The lone pixels come fourth and fifth, and get nothing.
    mask = DRAWN["five, two pairs of them equal"]
    (point,) = prompts("point_dt_mazurowski", mask)
    assert points_of(point) == [(8, 1)]
    (points,) = prompts("point_each_3", mask)
    around: list[set[tuple[float, float]]] = [
        {(8, 1)},
        {(3, 3), (4, 3), (3, 4), (4, 4)},
        {(0, 0), (1, 0), (0, 1), (1, 1)},
    ]
    assert all(it in found for it, found in zip(points_of(points), around, strict=True))
    boxes = [box_of(it) for it in prompts("box_each_3", mask)]
    assert boxes == [[7, 0, 9, 2], [3, 3, 4, 4], [0, 0, 1, 1]]
    assert [box_of(it) for it in prompts("box_largest", mask)] == boxes[:1]
    assert [box_of(it) for it in prompts("box_all", mask)] == [[0, 0, 9, 4]]


def test_a_touching_corner_joins_so_that_one_box_holds_both_pixels() -> None:
    asked = prompts("box_each_3", DRAWN["two pixels that touch at a corner"])
    assert [box_of(it) for it in asked] == [[1, 1, 2, 2]]


@every_drawing
@pytest.mark.parametrize("name", ["point_dt_mazurowski", "clicks_dt_paper_9"])
def test_every_admissible_point_is_drawn_and_no_other(mask: BoolArray, name: str) -> None:
    admissible = rule.deepest(rule.regions(mask)[0] if name == "point_dt_mazurowski" else mask)
    right = reply_with([np.stack([mask] * 4)])  # one click and the user is done
    drawn = {
        points_of(played(name, {"target": mask}, right, seed=seed).asked[0])[0]
        for seed in range(20 * len(admissible))
    }
    assert drawn == admissible


def test_the_first_click_goes_to_the_deepest_pixel_of_all_the_point_to_that_of_the_largest() -> (
    None
):
    # The upper region has 9 pixels, all 1 deep; the lower one has 8 and one that is deeper.
    mask = picture("#########.....", "..........###.", "..........###.", "..........##..")
    clicked = {points_of(prompts("clicks_dt_paper_9", mask, seed)[0])[0] for seed in range(9)}
    assert clicked == {(11, 2)}
    pointed = {points_of(prompts("point_dt_mazurowski", mask, seed)[0])[0] for seed in range(99)}
    assert pointed == {(x, 0) for x in range(9)}


def reply_with(every: Sequence[BoolArray]) -> Reply:
    """The first answer to the first request, and so on; the last one again and again."""
    return lambda number, _: every[min(number, len(every) - 1)]


def selected(every: Sequence[BoolArray], reference: BoolArray, selection: str) -> list[BoolArray]:
    if selection == "first":
        return [rule.first_of_three(it) for it in every]
    return [rule.oracle_of_three(it, reference) for it in every]


@given(st.data(), noise(), st.sampled_from(["first", "oracle_iou"]), SEEDS)
def test_boxes_are_asked_apart_and_their_answers_united_candidate_by_candidate(
    data: st.DataObject, mask: BoolArray, selection: str, seed: int
) -> None:
    every = [data.draw(answers(mask.shape)) for _ in rule.regions(mask)[:3]]
    found = played("box_each_3", {"target": mask}, reply_with(every), seed=seed)
    assert len(found.asked) == len(every)
    (wanted,) = selected([np.logical_or.reduce(every)], mask, selection)
    assert found.scores("iou", selection) == [pytest.approx(rule.iou(wanted, mask))]


@given(st.data(), noise(), SEEDS)
def test_the_first_of_three_and_the_oracle_of_three_leave_the_single_mask_answer_out(
    data: st.DataObject, mask: BoolArray, seed: int
) -> None:
    candidates = data.draw(answers(mask.shape))
    candidates[0] = mask  # perfect, and yet none of the three
    found = played("point_dt_mazurowski", {"target": mask}, reply_with([candidates]), seed=seed)
    for selection in ("first", "oracle_iou"):
        (wanted,) = selected([candidates], mask, selection)
        assert found.scores("iou", selection) == [pytest.approx(rule.iou(wanted, mask))]


def clicks(found: Played) -> Iterator[tuple[list[rule.Pixel], list[int]]]:
    """All points and labels that were sent, request by request."""
    for prompt in found.asked:
        assert prompt.kinds == {"points"}  # neither box nor logits of an earlier answer
        points = [(int(x), int(y)) for x, y in prompt.points_xy]
        yield points, prompt.point_labels.tolist()


def assert_click_by_click(
    classes: Classes, every: Sequence[BoolArray], selection: str, seed: int
) -> None:
    """The whole protocol on the first of the classes."""
    reference, masks = next(iter(classes.values())), list(classes.values())
    found = played(CLICKS[selection], classes, reply_with(every), seed=seed)
    shown = [np.zeros_like(reference), *selected(every, reference, selection)]
    before: tuple[list[rule.Pixel], list[int]] = ([], [])
    for round_, (points, labels) in enumerate(clicks(found)):
        assert (points[:-1], labels[:-1]) == before  # all points again, and one more
        assert points[-1] in rule.clickable(reference, shown[min(round_, len(shown) - 1)])
        assert labels[-1] == rule.label(masks, points[-1])
        before = points, labels
    right = [index for index, mask in enumerate(shown) if np.array_equal(mask, reference)]
    # Nine clicks; samb's user, unlike theirs, stops where nothing is wrong any more.
    assert len(found.asked) == (min(right[0], 9) if right else 9)
    ious = [rule.iou(it, reference) for it in shown[1:]]
    scored = found.scores("iou", selection)
    assert scored[: len(ious)] == pytest.approx(ious[: len(scored)])


@st.composite
def scenes(draw: st.DrawFn) -> dict[str, BoolArray]:
    """One to three classes that share no pixel; the first is never empty, no other one is kept
    empty: an absent class is no target."""
    numbers = draw(noise()).astype(int)
    others = draw(st.integers(0, 2))
    for number in range(2, 2 + others):
        numbers[draw(noise(numbers.shape)) & (numbers == 0)] = number
    return {f"class{it}": numbers == it for it in range(1, 2 + others) if (numbers == it).any()}


@given(st.data(), scenes(), st.sampled_from(["first", "oracle_iou"]), SEEDS)
def test_click_by_click_on_random_scenes(
    data: st.DataObject, classes: dict[str, BoolArray], selection: str, seed: int
) -> None:
    shape = next(iter(classes.values())).shape
    every = [data.draw(answers(shape)) for _ in range(data.draw(st.integers(1, 9)))]
    assert_click_by_click(classes, every, selection, seed)


@every_drawing
@pytest.mark.parametrize("selection", CLICKS)
def test_click_by_click_on_drawn_masks(mask: BoolArray, selection: str) -> None:
    shifted = [np.roll(mask, step, axis=1) for step in range(4)]
    every = [
        np.stack([mask, *(np.roll(it, turn, axis=0) for it in shifted[1:])]) for turn in (0, 1)
    ]
    assert_click_by_click({"target": mask}, every, selection, seed=0)


def test_a_click_on_another_class_counts_as_positive_and_one_on_nothing_does_not() -> None:
    liver = picture("##......", "##......", "........", "........")
    spleen = picture("........", "........", ".....###", ".....###")
    covered = picture("##......", "##......", ".....###", ".....###")
    beside = picture("##......", "##......", "..###...", "..###...")
    every = [np.stack([liver, it, liver, liver]) for it in (covered, beside)]
    found = played("clicks_dt_paper_9", {"liver": liver, "spleen": spleen}, reply_with(every))
    (_, first), (second_points, second), (third_points, third), *_ = clicks(found)
    assert first == [1]
    x, y = second_points[1]
    assert spleen[y, x]
    assert second == [1, 1]  # as published: the click says "here, too" about the spleen
    x, y = third_points[2]
    assert beside[y, x]
    assert not liver[y, x]
    assert third == [1, 1, 0]
    # The same user, had the spleen been no class, or with the sign that follows the target.
    for name, classes in (
        ("clicks_dt_paper_9", {"liver": liver}),
        ("clicks_dt_9", {"liver": liver, "spleen": spleen}),
    ):
        _, (_, second), *_ = clicks(played(name, classes, reply_with(every)))
        assert second == [1, 0]


@pytest.mark.parametrize("selection", CLICKS)
def test_default_and_oracle_runs_see_other_clicks(selection: str) -> None:
    # The first of three leaves the left half to correct, the best of three the right pixel.
    reference = picture("....####....", "....####....", "....####....")
    first, best = picture(*["......##...."] * 3), picture(*["....###....."] * 3)
    every = [np.stack([reference, first, best, first])]
    found = played(CLICKS[selection], {"target": reference}, reply_with(every))
    _, (points, labels), *_ = clicks(found)
    assert points[1][0] in ({4, 5} if selection == "first" else {7})
    assert labels == [1, 1]


def test_the_protocol_has_a_value_for_each_of_nine_clicks() -> None:
    mask = DRAWN["a ring"]
    found = played("clicks_dt_paper_9", {"target": mask})  # the model never finds anything
    assert [len(points) for points, _ in clicks(found)] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert found.scores("iou", "first") == [0.0] * 9
