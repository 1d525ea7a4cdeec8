import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samb.prompts.ring import RingPoints
from samb.types import BoolArray
from tests.prompts.drawn import picture, pixel_list, points_of, prompted, squared_depths
from tests.strategies import masks


def ring(mask: BoolArray, distance: int) -> list[tuple[int, int]]:
    """Pixels of the grown box that are farther than that from every pixel of the target."""
    inside = pixel_list(mask)
    xs, ys = zip(*inside, strict=True)
    return [
        (x, y)
        for x, y in pixel_list(np.ones_like(mask))
        if min(xs) - distance <= x <= max(xs) + distance
        and min(ys) - distance <= y <= max(ys) + distance
        and all(max(abs(x - u), abs(y - v)) > distance for u, v in inside)
    ]


@given(masks(), st.integers(), st.integers(0, 5))
def test_negatives_come_from_the_ring_first_then_from_all_that_is_outside(
    mask: BoolArray, seed: int, distance: int
) -> None:
    negative = points_of(prompted(RingPoints(2, 4, distance), mask, seed), 0)
    allowed = ring(mask, distance)
    assert len(negative) == len(set(negative)) == min(4, len(pixel_list(~mask)))
    assert set(negative) <= set(pixel_list(~mask))
    assert len(set(negative) & set(allowed)) == min(4, len(allowed))


@given(masks(), st.integers())
def test_the_first_positive_is_the_first_deepest_pixel_and_the_others_are_inside(
    mask: BoolArray, seed: int
) -> None:
    first, *others = points_of(prompted(RingPoints(4, 0), mask, seed), 1)
    depths = squared_depths(mask)
    deepest = [xy for xy, depth in depths.items() if depth == max(depths.values())]
    assert (int(first[0]), int(first[1])) == deepest[0]
    assert set(others) <= set(pixel_list(mask))
    assert len(others) == 3


def test_the_others_are_distinct_where_the_target_has_enough_pixels() -> None:
    mask = picture("....", ".##.", "....")
    for index in range(20):
        _, *others = points_of(prompted(RingPoints(3, 0), mask, index), 1)
        assert sorted(others) == [(1, 1), (2, 1)]


def test_a_rectangle_fills_its_grown_box_so_that_negatives_come_from_farther_away() -> None:
    mask = np.zeros((40, 40), dtype=bool)
    mask[18:22, 15:25] = True
    negative = {
        point for index in range(200) for point in points_of(prompted(RingPoints(), mask, index), 0)
    }
    assert ring(mask, 5) == []
    assert any(x < 5 or x > 34 or y < 8 or y > 31 for x, y in negative)


def test_a_filled_frame_gets_no_negative_point() -> None:
    prompt = prompted(RingPoints(2, 4), picture("##", "##"))
    assert prompt.point_labels.tolist() == [1, 1]


def test_a_frame_with_two_free_pixels_gets_two_negative_points() -> None:
    prompt = prompted(RingPoints(2, 4), picture("#.", ".#"))
    assert sorted(points_of(prompt, 0)) == [(0, 1), (1, 0)]


def test_chance_is_asked_for_all_but_the_first_point() -> None:
    assert RingPoints().stochastic
    assert not RingPoints(1, 0).stochastic
