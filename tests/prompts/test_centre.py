from collections import Counter
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.prompts.centre import BoxAndCentre, CentrePoint
from samb.types import BoolArray
from tests.prompts.drawn import box_of, picture, pixel_list, points_of, prompted
from tests.strategies import masks

RING = picture("#####", "#...#", "#...#", "#...#", "#####")


def centre(mask: BoolArray) -> tuple[int, int]:
    """Whole-number arithmetic: nothing is rounded on the way."""
    pixels = pixel_list(mask)
    mean_x = Fraction(sum(x for x, _ in pixels), len(pixels))
    mean_y = Fraction(sum(y for _, y in pixels), len(pixels))
    return floor(mean_x), floor(mean_y)


@given(masks())
def test_the_centre_of_mass_is_truncated_to_whole_pixels(mask: BoolArray) -> None:
    assert points_of(prompted(CentrePoint(), mask), 1) == [centre(mask)]


@given(masks(), st.integers())
def test_inside_is_the_centre_itself_or_any_pixel_of_the_target(mask: BoolArray, seed: int) -> None:
    (point,) = points_of(prompted(CentrePoint(inside=True), mask, seed), 1)
    x, y = centre(mask)
    assert point == (x, y) if mask[y, x] else point in pixel_list(mask)


def test_a_centre_outside_the_target_is_clicked_all_the_same() -> None:
    assert points_of(prompted(CentrePoint(), RING), 1) == [(2, 2)]


def test_the_fallback_draws_every_pixel_of_the_target_equally_often() -> None:
    user = CentrePoint(inside=True)
    drawn = Counter(points_of(prompted(user, RING, index))[0] for index in range(1600))
    assert set(drawn) == set(pixel_list(RING))
    assert all(abs(count - 100) < 50 for count in drawn.values())  # five standard errors


def test_two_regions_have_their_centre_between_them() -> None:
    assert points_of(prompted(CentrePoint(), picture("#...#"))) == [(2, 0)]


def test_the_middle_of_the_box_is_not_rounded_and_not_drawn_to_the_mass() -> None:
    mask = picture("......", ".####.", ".#....")
    assert points_of(prompted(CentrePoint("box"), mask)) == [(2.5, 1.5)]
    assert points_of(prompted(CentrePoint("mass"), mask)) == [(2, 1)]


@given(masks(), st.integers())
def test_a_moved_point_stays_in_the_image(mask: BoolArray, seed: int) -> None:
    user = CentrePoint(inside=True, least_px=20, most_px=30)
    ((x, y),) = points_of(prompted(user, mask, seed), 1)
    assert 0 <= x <= mask.shape[1] - 1
    assert 0 <= y <= mask.shape[0] - 1


def test_a_moved_point_is_so_far_along_each_axis() -> None:
    mask = np.zeros((201, 301), dtype=bool)
    mask[100, 150] = True
    user = CentrePoint(inside=True, least_px=10, most_px=20)
    moves = np.array([points_of(prompted(user, mask, index))[0] for index in range(200)])
    moves -= [150, 100]
    assert (abs(moves) >= 10).all()
    assert (abs(moves) <= 20).all()
    assert (moves > 0).any(axis=0).all()
    assert (moves < 0).any(axis=0).all()


def test_a_box_and_its_centre_are_one_prompt() -> None:
    prompt = prompted(BoxAndCentre(), picture("....", ".##.", ".##.", "...."))
    assert box_of(prompt) == [1, 1, 2, 2]
    assert points_of(prompt, 1) == [(1, 1)]
    assert prompt.kinds == BoxAndCentre.kinds


@given(st.integers())
def test_the_point_beside_a_box_is_on_the_target(seed: int) -> None:
    assert points_of(prompted(BoxAndCentre(), RING, seed))[0] in pixel_list(RING)
    assert points_of(prompted(BoxAndCentre(inside=False), RING, seed)) == [(2, 2)]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (CentrePoint(), False),
        (CentrePoint(inside=True), True),
        (CentrePoint(most_px=1), True),
        (BoxAndCentre(), True),
        (BoxAndCentre(inside=False), False),
    ],
)
def test_chance_counts_where_it_may_be_asked(
    user: CentrePoint | BoxAndCentre, expected: bool
) -> None:
    assert user.stochastic is expected


def test_only_moved_points_stand_on_a_curve() -> None:
    assert CentrePoint().curve is None
    assert CentrePoint(most_px=20).curve == ("shift_px", 20)
