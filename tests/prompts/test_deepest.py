from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.geometry import components
from samb.prompts.chamfer import chamfer_depth
from samb.prompts.deepest import DeepestPoints
from samb.types import BoolArray
from tests.prompts.drawn import TWO_REGIONS, picture, points_of, prompted, squared_depths
from tests.strategies import masks

EXACT = DeepestPoints(1, "exact")


@given(masks(), st.integers(), st.integers(1, 3))
def test_each_point_is_a_deepest_pixel_of_its_region(
    mask: BoolArray, seed: int, regions: int
) -> None:
    prompt = prompted(DeepestPoints(regions, "exact"), mask, seed)
    largest = components(mask)[:regions]
    for point, region in zip(points_of(prompt, 1), largest, strict=True):
        depths = squared_depths(region)
        assert depths[int(point[0]), int(point[1])] == max(depths.values())
    assert len(prompt.point_labels) == len(largest)


@given(masks(), st.integers())
def test_with_the_chamfer_distance_the_point_is_at_its_maximum(mask: BoolArray, seed: int) -> None:
    ((x, y),) = points_of(prompted(DeepestPoints(1, "chamfer"), mask, seed))
    depth = chamfer_depth(components(mask)[0])
    assert depth[int(y), int(x)] == depth.max()


def test_equally_deep_pixels_are_drawn_equally_often() -> None:
    bar = picture(".....", "#####", ".....")
    drawn = Counter(points_of(prompted(EXACT, bar, index))[0] for index in range(1000))
    assert set(drawn) == {(x, 1.0) for x in range(5)}
    assert all(abs(count - 200) < 5 * (1000 * 0.2 * 0.8) ** 0.5 for count in drawn.values())


def test_small_regions_get_no_point_unless_asked_for() -> None:
    assert points_of(prompted(EXACT, picture(*TWO_REGIONS))) in ([(2.0, 2.0)], [(3.0, 2.0)])
    both = points_of(prompted(DeepestPoints(3, "exact"), picture(*TWO_REGIONS)))
    assert [x for x, _ in both] in ([2, 7], [3, 7])


def test_of_equal_regions_the_later_one_in_raster_order_is_clicked() -> None:
    assert points_of(prompted(EXACT, picture("#...", "...#"))) == [(3.0, 1.0)]
    assert points_of(prompted(EXACT, picture("...#", "#..."))) == [(0.0, 1.0)]


def test_a_region_at_the_border_is_no_deeper_for_it() -> None:
    assert points_of(prompted(EXACT, picture("###..", "###..", "###.."))) == [(1.0, 1.0)]


@pytest.mark.parametrize("distance", ["exact", "chamfer"])
def test_the_only_pixel_is_clicked(distance: str) -> None:
    user = DeepestPoints(3, "exact" if distance == "exact" else "chamfer")
    assert points_of(prompted(user, picture("..", ".#"))) == [(1.0, 1.0)]


def test_a_corner_joins_two_pixels_to_one_region() -> None:
    drawn = {points_of(prompted(EXACT, picture("#..", ".#."), index))[0] for index in range(50)}
    assert drawn == {(0.0, 0.0), (1.0, 1.0)}


def test_ties_make_repeats_tell_something() -> None:
    assert EXACT.stochastic
    assert np.array_equal(
        prompted(EXACT, picture("#####"), "names").points_xy,
        prompted(EXACT, picture("#####"), "names").points_xy,
    )
