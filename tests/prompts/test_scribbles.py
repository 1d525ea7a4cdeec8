from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.measure import label

from samb.geometry import components
from samb.prompts.scribbles import Scribble, ScribbleMask
from samb.types import BoolArray
from tests.prompts.drawn import TWO_REGIONS, picture, pixel_list, points_of, prompted
from tests.strategies import masks

Line: TypeAlias = Literal["skeleton", "boundary", "walk"]
LINES: tuple[Line, ...] = ("skeleton", "boundary", "walk")
EVERY_PIXEL = 10_000


def drawn(
    line: Line, mask: BoolArray, seed: object = 0, count: int = EVERY_PIXEL
) -> list[tuple[float, float]]:
    return points_of(prompted(Scribble(line, count), mask, seed), 1)


def as_mask(points: list[tuple[float, float]], shape: tuple[int, ...]) -> BoolArray:
    mask = np.zeros(shape, dtype=bool)
    for x, y in points:
        mask[int(y), int(x)] = True
    return mask


@pytest.mark.parametrize("line", LINES)
@given(mask=masks(), seed=st.integers())
def test_a_scribble_is_one_line_inside_the_largest_region(
    line: Line, mask: BoolArray, seed: int
) -> None:
    points = drawn(line, mask, seed)
    region = components(mask)[0]
    assert len(points) == len(set(points)) >= 1
    assert set(points) <= set(pixel_list(region))
    if line != "boundary":  # a region with a hole has two boundaries
        assert label(as_mask(points, mask.shape), connectivity=2).max() == 1  # type: ignore[no-untyped-call]


@given(masks())
def test_the_boundary_is_all_pixels_with_one_outside_next_to_them(mask: BoolArray) -> None:
    region = components(mask)[0]
    padded = np.pad(region, 1)
    edge = {(x, y) for x, y in pixel_list(region) if not padded[y : y + 3, x : x + 3].all()}
    assert set(drawn("boundary", mask)) == edge


def test_the_skeleton_of_a_bar_is_its_middle_line() -> None:
    points = drawn("skeleton", picture(*["." * 13, *["." + "#" * 11 + "."] * 3, "." * 13]))
    assert [y for x, y in points if 3 <= x <= 9] == [2] * 7


def test_a_walk_takes_as_many_steps_as_the_longer_side() -> None:
    line = picture("#" * 12)
    lengths = {len(drawn("walk", line, index)) for index in range(200)}
    assert max(lengths) <= 12
    assert min(lengths) >= 6  # it turns back at an end only


def test_a_walk_goes_on_in_its_direction() -> None:
    disc = np.hypot(*np.ogrid[-20:21, -20:21]) <= 20
    reach = [np.ptp(np.array(drawn("walk", disc, index)), axis=0).max() for index in range(50)]
    assert np.median(reach) > 12  # 41 steps without a direction would get some 6 px far


@pytest.mark.parametrize("line", LINES)
def test_clicks_are_as_many_as_asked_for_and_spread_out(line: Line) -> None:
    mask = np.zeros((60, 80), dtype=bool)
    mask[10:50, 10:70] = True
    points = np.array(drawn(line, mask, "seed", count=4))
    others = np.array(drawn(line, mask, "seed"))
    assert len(points) == 4
    gaps = [np.hypot(*(points[i] - points[j])) for i in range(4) for j in range(i)]
    farthest = max(np.hypot(*(points - other).T).min() for other in others)
    assert min(gaps) >= farthest  # no pixel of the line is lonelier than the clicks are apart


@pytest.mark.parametrize("line", LINES)
def test_the_only_pixel_of_a_target_is_the_scribble(line: Line) -> None:
    assert drawn(line, picture("...", "..#"), count=10) == [(2, 1)]


@pytest.mark.parametrize("line", LINES)
def test_small_regions_are_left_out(line: Line) -> None:
    assert all(x < 6 for x, _ in drawn(line, picture(*TWO_REGIONS)))


def test_steps_of_a_walk_are_to_neighbours_and_end_at_the_border() -> None:
    for index in range(100):
        xs = sorted(x for x, _ in drawn("walk", picture("#####"), index))
        assert all(right - left == 1 for left, right in pairwise(xs))


@pytest.mark.parametrize("line", LINES)
@given(mask=masks(), seed=st.integers())
def test_a_drawn_scribble_covers_its_line_and_stays_inside_the_region(
    line: Line, mask: BoolArray, seed: int
) -> None:
    given_mask = prompted(ScribbleMask(line, pen=0.2), mask, seed).mask
    assert given_mask is not None
    assert set(drawn(line, mask, seed)) <= set(pixel_list(given_mask))
    assert not (given_mask & ~components(mask)[0]).any()


def test_the_pen_is_as_wide_as_it_says() -> None:
    mask = np.zeros((21, 100), dtype=bool)
    mask[2:19, 5:95] = True
    pens = {pen: prompted(ScribbleMask(pen=pen), mask, 0).mask for pen in (0.001, 0.04)}
    middle = {
        pen: int(drawing[:, 50].sum()) for pen, drawing in pens.items() if drawing is not None
    }
    assert middle == {0.001: 1, 0.04: 5}  # within 2 px of a line of one


def test_only_a_walk_is_drawn_at_random() -> None:
    assert [ScribbleMask(line).stochastic for line in LINES] == [False, False, True]


def test_the_mode_stands_on_the_curve_of_points() -> None:
    assert Scribble("walk", 7).curve == ("points", 7)
    assert Scribble().stochastic
