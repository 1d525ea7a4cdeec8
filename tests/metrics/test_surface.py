import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics.surface import Surface, interior, surface_distances


def test_parallel_lines_lie_their_gap_apart_in_mm() -> None:
    reference, prediction = np.zeros((2, 7, 5), dtype=bool)
    reference[1], prediction[4] = True, True
    assert Surface()(prediction, reference, (2.5, 0.5)) == {"hd95": 7.5, "assd": 7.5}


def test_both_lists_are_pooled_before_the_mean_and_the_percentile() -> None:
    reference = np.array([[1, 0, 0, 0, 0]], dtype=bool)
    prediction = np.array([[1, 0, 0, 1, 1]], dtype=bool)
    # Prediction to reference: 0, 3, 4; back: 0. The mean of the two means would be 7/6.
    assert sorted(surface_distances(prediction, reference, (1.0, 1.0))) == [0, 0, 3, 4]
    values = Surface()(prediction, reference, (1.0, 1.0))
    assert values["assd"] == 7 / 4
    assert values["hd95"] == pytest.approx(3 + 0.95 * 3 - 2, abs=1e-12)


def test_pixels_at_the_image_border_belong_to_the_surface() -> None:
    mask = np.ones((4, 5), dtype=bool)
    expected = np.zeros_like(mask)
    expected[1:-1, 1:-1] = True
    np.testing.assert_array_equal(interior(mask), expected)


def test_diagonal_neighbours_do_not_make_a_surface() -> None:
    mask = np.ones((5, 5), dtype=bool)
    mask[1, 1] = False
    assert interior(mask)[2, 2]
    assert not interior(mask)[1, 2]


def test_an_empty_prediction_is_undefined_as_the_class_states() -> None:
    reference = np.ones((2, 3, 4), dtype=bool)
    values = Surface()(np.zeros_like(reference), reference, (5.0, 1.0, 1.0))
    assert set(values) == set(Surface.names) == set(Surface.empty_prediction)
    assert np.isnan([*values.values(), *Surface.empty_prediction.values()]).all()


def test_an_empty_reference_is_refused() -> None:
    mask = np.ones((2, 3), dtype=bool)
    with pytest.raises(ValueError, match="reference must not be empty"):
        Surface()(mask, np.zeros_like(mask), (1.0, 1.0))


def test_two_shapes_are_refused_and_named() -> None:
    with pytest.raises(ValueError, match=r"got \(2, 3\) and \(3, 2\)"):
        Surface()(np.ones((2, 3), dtype=bool), np.ones((3, 2), dtype=bool), (1.0, 1.0))


@pytest.mark.parametrize("spacing", [(1.0,), (1.0, 1.0, 1.0), (1.0, 0.0), (1.0, float("nan"))])
def test_a_spacing_that_does_not_fit_is_refused(spacing: tuple[float, ...]) -> None:
    mask = np.ones((2, 3), dtype=bool)
    with pytest.raises(ValueError, match="spacing must be 2 positive numbers"):
        Surface()(mask, mask, spacing)


@given(st.integers(0, 2**32 - 1))
def test_flips_swaps_and_identity(seed: int) -> None:
    first, second = np.random.default_rng(seed).random((2, 5, 6, 7)) < 0.1
    first[2, 3, 3] = second[4, 5, 6] = True
    spacing = (3.0, 1.5, 1.0)
    values = Surface()(first, second, spacing)
    assert Surface()(first, first, spacing) == {"hd95": 0, "assd": 0}
    assert Surface()(second, first, spacing) == pytest.approx(values, abs=1e-9)
    assert Surface()(first[::-1, :, ::-1], second[::-1, :, ::-1], spacing) == pytest.approx(
        values, abs=1e-9
    )
