import math

import numpy as np
import pytest
from hypothesis import given

from samb.geometry import fill_disc
from samb.metrics.attributes import (
    NAMES,
    attributes,
    intensity_attributes,
    shape_attributes,
    volume,
)
from samb.types import BoolArray, ByteArray
from tests.strategies import masks

SQUARE = np.zeros((20, 30), dtype=bool)
SQUARE[5:9, 10:18] = True


def painted(mask: BoolArray, inside: int, outside: int) -> ByteArray:
    grey = np.where(mask, inside, outside).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def test_a_rectangle_of_even_grey() -> None:
    found = attributes(painted(SQUARE, 100, 40), SQUARE, (2.0, 0.5))
    assert tuple(found) == NAMES
    assert found["area"] == 32
    assert found["share"] == 32 / 600
    assert found["components"] == 1
    assert found["aspect_ratio"] == 0.5
    assert found["solidity"] == pytest.approx(1)
    assert (found["intensity_inside"], found["intensity_outside"]) == (100, 40)
    assert found["contrast"] == 60


def test_the_ring_is_five_pixels_wide() -> None:
    mask = np.zeros((21, 21), dtype=bool)
    mask[10, 10] = True
    image = painted(mask, 200, 10)
    image[10, 16:], image[10, 15] = 255, 90
    ring = sum(1 for row in range(21) for column in range(21)
               if 0 < math.hypot(row - 10, column - 10) <= 5)  # fmt: skip
    found = attributes(image, mask, (1.0, 1.0))
    assert found["intensity_outside"] == pytest.approx(10 + 80 / ring)


def test_the_gradient_across_a_straight_border() -> None:
    mask = np.zeros((6, 8), dtype=bool)
    mask[:, 4:] = True
    # Central differences: (80 - 20) / 2 on either side of the border.
    assert attributes(painted(mask, 80, 20), mask, (1.0, 1.0))["boundary_contrast"] == 30


def test_a_disc_is_compact_and_a_line_is_not() -> None:
    disc = fill_disc(np.array([50.0, 50.0]), 40, (101, 101))
    line = np.zeros_like(disc)
    line[50, 5:95] = True
    assert attributes(painted(disc, 1, 0), disc, (1.0, 1.0))["compactness"] == pytest.approx(
        1, 0.02
    )
    assert attributes(painted(line, 1, 0), line, (1.0, 1.0))["compactness"] < 0.1


def test_a_cross_fills_five_sevenths_of_its_hull() -> None:
    cross = np.zeros((5, 5), dtype=bool)
    cross[2, 1:4] = cross[1:4, 2] = True
    # Five unit squares; the hull of their corners has 3 x 3 less four half squares.
    assert attributes(painted(cross, 1, 0), cross, (1.0, 1.0))["solidity"] == pytest.approx(5 / 7)


def test_diagonal_neighbours_are_one_component() -> None:
    assert attributes(painted(np.eye(4) > 0, 1, 0), np.eye(4) > 0, (1.0, 1.0))["components"] == 1


def test_nothing_around_a_target_leaves_contrast_undefined() -> None:
    mask = np.ones((4, 5), dtype=bool)
    found = attributes(painted(mask, 7, 0), mask, (1.0, 1.0))
    undefined = {name for name, value in found.items() if math.isnan(value)}
    assert undefined == {"intensity_outside", "contrast", "boundary_contrast"}


@given(masks())
def test_every_mask_has_attributes_in_their_ranges(mask: BoolArray) -> None:
    found = attributes(painted(mask, 9, 3), mask, (1.0, 1.0))
    assert 0 < found["solidity"] <= 1 + 1e-12
    assert 0 < found["aspect_ratio"] <= 1
    assert found["compactness"] > 0
    assert found["share"] == pytest.approx(found["area"] / mask.size)


@given(masks())
def test_a_small_target_is_measured_as_in_the_whole_frame(mask: BoolArray) -> None:
    mask = np.pad(mask, ((0, 20), (15, 0)))
    image = np.random.default_rng(0).integers(0, 256, (*mask.shape, 3)).astype(np.uint8)
    found = attributes(image, mask, (1.0, 1.0))
    whole = {**shape_attributes(mask), **intensity_attributes(image.mean(axis=2), mask)}
    assert {name: found[name] for name in whole} == pytest.approx(whole, abs=1e-9, nan_ok=True)


def test_a_volume_has_a_size_and_parts() -> None:
    mask = np.zeros((3, 4, 5), dtype=bool)
    mask[0, 0, 0] = mask[1, 1, 1] = mask[2, 3, 4] = True
    found = volume(mask, (5.0, 1.0, 0.5))
    assert found == {"volume": 7.5, "share": 3 / 60, "components": 2}


def test_what_does_not_fit_is_refused() -> None:
    image = painted(SQUARE, 1, 0)
    with pytest.raises(ValueError, match=r"should be \(20, 30, 3\), got \(20, 29, 3\)"):
        attributes(image[:, :-1], SQUARE, (1.0, 1.0))
    with pytest.raises(ValueError, match="an empty mask has no attributes"):
        attributes(image, np.zeros_like(SQUARE), (1.0, 1.0))
