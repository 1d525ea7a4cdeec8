"""Surface elements by hand, and equal to google-deepmind/surface-distance."""

import itertools
import math
import warnings
from typing import get_args

import numpy as np
import pytest
import surface_distance
from surface_distance import lookup_tables

from samb.metrics.elements import WeighedDistances, areas_of_codes, share_reach, surface_elements
from samb.metrics.surface import AreaValue, Surface
from samb.types import BoolArray

VALUES: tuple[AreaValue, ...] = get_args(AreaValue)
BY_AREA = Surface(VALUES, nsd_area=(0.5, 2), empty=dict.fromkeys((*VALUES, "nsd_area"), math.nan))


def test_the_outline_of_a_pixel_is_a_rhombus() -> None:
    cells, lengths = surface_elements(np.ones((1, 1), dtype=bool), (6.0, 8.0))
    # Between the middles of the pixel's distances to its neighbours: 4 sides of 3-4-5.
    assert cells.tolist() == [[True, True], [True, True]]
    assert lengths.tolist() == [5, 5, 5, 5]


def test_the_surface_of_a_voxel_is_an_octahedron() -> None:
    cells, areas = surface_elements(np.ones((1, 1, 1), dtype=bool), (2.0, 2.0, 2.0))
    assert cells.shape == (2, 2, 2)
    # Equilateral triangles of side sqrt 2.
    assert areas == pytest.approx([math.sqrt(3) / 2] * 8)


def test_a_straight_edge_is_as_long_as_the_step_along_it() -> None:
    cells, lengths = surface_elements(np.ones((1, 3), dtype=bool), (6.0, 8.0))
    assert cells.all()
    assert lengths.tolist() == [5, 8, 8, 5, 5, 8, 8, 5]


def test_pixels_that_touch_at_a_corner_are_apart_inside_and_outside() -> None:
    filled = np.pad(np.eye(2, dtype=bool), 1)
    for mask in (filled, np.pad(~filled, 1, constant_values=True)):
        cells, lengths = surface_elements(mask, (6.0, 8.0))
        middle = np.argwhere(cells).tolist().index([s // 2 for s in cells.shape])
        assert lengths[middle] == 5 + 5


def test_a_cell_turned_inside_out_has_the_same_surface() -> None:
    for spacing in ((1.0, 3.0), (1.0, 2.0, 5.0)):
        areas = areas_of_codes(spacing)
        np.testing.assert_array_equal(areas, areas[::-1])
        assert (areas[0], areas[-1]) == (0, 0)


def test_the_distance_that_holds_a_share_of_the_area() -> None:
    side = WeighedDistances(np.array([5.0, 0.0, 3.0]), np.array([1.0, 7.0, 2.0]))
    assert [share_reach(side, share) for share in (0.5, 0.7, 0.8, 0.95, 1.0)] == [0, 0, 3, 5, 5]


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (2.5, 0.7)])
def test_lengths_are_those_of_surface_distance(spacing: tuple[float, ...]) -> None:
    theirs = lookup_tables.create_table_neighbour_code_to_contour_length(spacing)
    assert in_our_order(theirs, lookup_tables.ENCODE_NEIGHBOURHOOD_2D_KERNEL) == pytest.approx(
        areas_of_codes(spacing).tolist(), abs=1e-12
    )


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (2.5, 0.7, 0.8), (0.3, 0.9, 5.0)])
def test_areas_are_those_of_surface_distance(spacing: tuple[float, ...]) -> None:
    theirs = lookup_tables.create_table_neighbour_code_to_surface_area(spacing)
    assert in_our_order(theirs, lookup_tables.ENCODE_NEIGHBOURHOOD_3D_KERNEL) == pytest.approx(
        areas_of_codes(spacing).tolist(), abs=1e-12
    )


def in_our_order(theirs: np.ndarray, weights: np.ndarray) -> list[float]:
    """Their corners have other bits."""
    bits = weights.ravel()[::-1]
    fillings = itertools.product((0, 1), repeat=len(bits))  # the first corner changes last
    return [float(theirs[int(np.dot(filling, bits))]) for filling in fillings]


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("seed", range(2))
def test_equal_to_surface_distance(dimensions: int, seed: int) -> None:
    rng = np.random.default_rng([seed, dimensions])
    for _ in range(100):
        shape = rng.integers(1, 10, dimensions)
        first, second = rng.random((2, *shape)) < rng.choice([0.03, 0.3, 0.9])
        first[tuple(rng.integers(shape))] = second[tuple(rng.integers(shape))] = True
        # Sums of squares of these steps are exact, so nobody's rounding decides at a tolerance.
        spacing = tuple(float(step) for step in rng.choice([0.375, 1.0, 2.5], dimensions))
        expected = by_surface_distance(first, second, spacing)
        assert BY_AREA(first, second, spacing) == pytest.approx(expected, abs=1e-9)


def by_surface_distance(
    prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks SciPy for modules under their old names
        found = surface_distance.compute_surface_distances(reference, prediction, spacing)
    from_reference, from_prediction = surface_distance.compute_average_surface_distance(found)
    return {
        "hd95_area": surface_distance.compute_robust_hausdorff(found, 95),
        "hd99_area": surface_distance.compute_robust_hausdorff(found, 99),
        "asd_area_prediction": from_prediction,
        "asd_area_reference": from_reference,
        "nsd_area_0p5": surface_distance.compute_surface_dice_at_tolerance(found, 0.5),
        "nsd_area_2": surface_distance.compute_surface_dice_at_tolerance(found, 2),
    }


def test_the_share_is_the_same_whether_or_not_distances_are_asked_for() -> None:
    rng = np.random.default_rng(0)
    alone = Surface((), nsd_area=(0.5, 2), empty={"nsd_area": 0.0})
    for _ in range(50):
        first, second = rng.random((2, 12, 15)) < 0.1
        first[0, 0] = second[5, 5] = True
        both = BY_AREA(first, second, (1.0, 0.5))
        found = alone(first, second, (1.0, 0.5))
        assert found == {name: both[name] for name in alone.names}


def test_an_empty_prediction_scores_what_the_table_says() -> None:
    reference = np.ones((2, 3), dtype=bool)
    alone = Surface((), nsd_area=(2,), empty={"nsd_area": 0.0})
    assert alone(~reference, reference, (1.0, 1.0)) == {"nsd_area_2": 0.0}
