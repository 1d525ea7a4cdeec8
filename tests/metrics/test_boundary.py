import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics.boundary import BoundaryIou, band
from samb.types import BoolArray
from tests.strategies import masks


def test_the_band_of_a_square_is_its_ring_and_the_image_border_is_an_end() -> None:
    mask = np.ones((5, 6), dtype=bool)
    expected = mask.copy()
    expected[1:-1, 1:-1] = False
    np.testing.assert_array_equal(band(mask, 1), expected)


def test_a_diagonal_gap_is_one_step_away() -> None:
    mask = np.ones((7, 7), dtype=bool)
    mask[2, 2] = False
    assert band(mask, 1)[3, 3]


def test_rings_of_two_squares_one_step_apart() -> None:
    reference, prediction = np.zeros((2, 10, 10), dtype=bool)
    reference[1:6, 1:6], prediction[1:6, 2:7] = True, True
    # Rings of 16 pixels each. They share 4 of the 5 in either long row, and the two
    # columns fall on columns 2, 6 and 1, 5 apart from those rows: 8 shared, 24 in all.
    assert BoundaryIou()(prediction, reference, (1.0, 1.0)) == {"boundary_iou": 8 / 24}


@given(masks(), st.integers(1, 4))
def test_the_band_is_what_repeated_erosion_takes_away(mask: BoolArray, pixels: int) -> None:
    left = np.pad(mask, 1)
    for _ in range(pixels):
        shifted = [
            np.roll(left, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)
        ]
        left = np.logical_and.reduce(shifted)
    np.testing.assert_array_equal(band(mask, pixels), mask & ~left[1:-1, 1:-1])


def test_the_band_is_two_percent_of_the_diagonal_wide() -> None:
    reference = np.ones((300, 400), dtype=bool)
    prediction = reference.copy()
    prediction[10:290, 10:390] = False
    # Diagonal 500, so 10 px: all of the prediction is band, and exactly that of the reference.
    assert BoundaryIou()(prediction, reference, (1.0, 1.0)) == {"boundary_iou": 1.0}


def test_an_empty_prediction_scores_what_the_table_says() -> None:
    reference = np.ones((3, 3), dtype=bool)
    assert BoundaryIou()(~reference, reference, (1.0, 1.0)) == {"boundary_iou": 0.0}


@pytest.mark.parametrize("pixels", [1, 2])
def test_equal_to_the_erosion_of_the_authors_with_opencv(pixels: int) -> None:
    rng = np.random.default_rng(pixels)
    for _ in range(50):
        mask = rng.random((20, 25)) < 0.9
        padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=pixels)[1:-1, 1:-1]
        np.testing.assert_array_equal(band(mask, pixels), mask & ~eroded.astype(bool))
