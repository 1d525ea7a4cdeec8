import numpy as np
import pyefd
import pytest
from hypothesis import given
from skimage import draw

from samb.geometry import fill_disc, fill_ellipse
from samb.metrics.fourier import SAMPLES, Outline, filled_polygon, fourier_order
from samb.types import BoolArray
from tests.strategies import masks


def star(points: int = 5) -> BoolArray:
    rows, columns = np.ogrid[-60:61, -60:61]
    angle = np.arctan2(rows, columns)
    return np.asarray(np.hypot(rows, columns) <= 35 + 20 * np.cos(points * angle))


@pytest.mark.parametrize(
    "mask",
    [
        fill_disc(np.array([40.0, 40.0]), 30, (81, 81)),
        fill_ellipse(np.array([5.0, 10, 75, 65]), (81, 81)),
    ],
)
def test_a_round_outline_is_its_first_harmonic(mask: BoolArray) -> None:
    assert 1 <= fourier_order(mask) < 1 + 200 * 0.03


def test_a_rectangle_needs_a_third_harmonic() -> None:
    mask = np.zeros((60, 80), dtype=bool)
    mask[10:50, 5:75] = True
    assert 3 <= fourier_order(mask, patient=True) < 5 + 200 * 0.03


def test_a_star_stalls_at_the_second_and_needs_more_with_patience() -> None:
    stalled, patient = fourier_order(star()), fourier_order(star(), patient=True)
    assert int(stalled) >= 2
    assert stalled > 2 + 200 * 0.03
    assert 4 <= patient < 12 + 200 * 0.03


def test_only_the_largest_region_counts_and_its_holes_do_not() -> None:
    disc = fill_disc(np.array([40.0, 40.0]), 30, (81, 91))
    other = disc.copy()
    other[38:43, 38:43], other[:3, 85:] = False, True
    assert fourier_order(other) == fourier_order(disc)


@pytest.mark.parametrize("seed", range(20))
def test_a_polygon_is_filled_as_by_scikit_image_also_where_it_crosses_itself(seed: int) -> None:
    corners = np.random.default_rng(seed).uniform(-5, 35, (3 + seed, 2))
    expected: BoolArray = draw.polygon2mask((30, 25), corners)  # type: ignore[no-untyped-call]  # it has no types
    np.testing.assert_array_equal(filled_polygon(corners, (30, 25)), expected)


@pytest.mark.parametrize("order", [1, 2, 7])
def test_the_sum_of_the_harmonics_is_that_of_pyefd(order: int) -> None:
    angles = np.sort(np.random.default_rng(order).uniform(0, 2 * np.pi, 30))
    outline = np.stack([20 + 9 * np.cos(angles), 30 + 5 * np.sin(angles)], axis=1)
    outline = np.concatenate([outline, outline[:1]])
    coefficients = pyefd.elliptic_fourier_descriptors(outline, order=order)
    centre = pyefd.calculate_dc_coefficients(outline)
    expected = pyefd.reconstruct_contour(coefficients, centre, SAMPLES + 1)[:-1]
    ours = Outline(outline)
    found = ours.centre + sum(ours.harmonic(number) for number in range(1, order + 1))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@given(masks())
def test_every_mask_has_an_order_wherever_it_lies(mask: BoolArray) -> None:
    order = fourier_order(mask)
    assert 1 <= order <= 250
    assert fourier_order(np.pad(mask, ((3, 0), (2, 5)))) == order
