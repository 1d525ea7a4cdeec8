import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics.surface import Surface, share_within, surface_distances


def test_parallel_lines_lie_their_gap_apart_in_mm() -> None:
    reference, prediction = np.zeros((2, 7, 5), dtype=bool)
    reference[1], prediction[4] = True, True
    assert Surface()(prediction, reference, (2.5, 0.5)) == {"hd95": 7.5, "assd": 7.5}


def test_both_lists_are_pooled_before_the_mean_and_the_percentile() -> None:
    reference = np.array([[1, 0, 0, 0, 0]], dtype=bool)
    prediction = np.array([[1, 0, 0, 1, 1]], dtype=bool)
    # Prediction to reference: 0, 3, 4; back: 0. The mean of the two means would be 7/6.
    ours, theirs = surface_distances(prediction, reference, (1.0, 1.0))
    assert (sorted(ours), list(theirs)) == ([0, 3, 4], [0])
    values = Surface()(prediction, reference, (1.0, 1.0))
    assert values["assd"] == 7 / 4
    assert values["hd95"] == pytest.approx(3 + 0.95 * 3 - 2, abs=1e-12)


def test_an_empty_prediction_is_undefined_as_the_class_states() -> None:
    reference = np.ones((2, 3, 4), dtype=bool)
    values = Surface()(np.zeros_like(reference), reference, (5.0, 1.0, 1.0))
    assert set(values) == {"hd95", "assd"} == set(Surface().empty_prediction)
    assert np.isnan([*values.values(), *Surface().empty_prediction.values()]).all()


MORE = Surface(("hd", "masd"), (1, 2.5), empty={"hd": 99.0, "masd": math.nan, "nsd_count": 0.0})


def test_greatest_distance_mean_of_means_and_share_within_a_tolerance() -> None:
    reference = np.array([[1, 0, 0, 0, 0]], dtype=bool)
    prediction = np.array([[1, 0, 0, 1, 1]], dtype=bool)
    # Distances 0, 3, 4 and back 0, in steps of 0.5.
    assert MORE(prediction, reference, (1.0, 0.5)) == {
        "hd": 2.0,
        "masd": pytest.approx((7 / 6 + 0) / 2),
        "nsd_count_1": 2 / 4,
        "nsd_count_2p5": 1.0,
    }


def test_the_greater_of_two_percentiles_is_not_the_percentile_of_both() -> None:
    reference = np.array([[1, 0, 0, 0, 0]], dtype=bool)
    prediction = np.array([[1, 0, 0, 1, 1]], dtype=bool)
    metric = Surface(("hd95_max",), empty={"hd95_max": math.nan})
    # Of the prediction's 0, 3, 4; the reference has 0 alone.
    assert metric(prediction, reference, (1.0, 1.0)) == {"hd95_max": pytest.approx(3.9)}


def test_what_an_empty_prediction_scores_is_a_parameter() -> None:
    reference = np.ones((2, 3), dtype=bool)
    values = MORE(~reference, reference, (1.0, 1.0))
    assert values.pop("hd") == 99.0
    assert math.isnan(values.pop("masd"))
    assert values == {"nsd_count_1": 0.0, "nsd_count_2p5": 0.0}


def test_a_table_that_leaves_a_value_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"empty should say what \['hd', 'hd95'\] score"):
        Surface(("hd", "hd95"), empty={"hd": 0.0})


def test_a_distance_equal_to_the_tolerance_is_within_it_however_it_was_rounded() -> None:
    assert 3 * 0.1 > 0.3
    assert share_within(np.array([3 * 0.1, 0.301, 0.0]), 0.3) == 2 / 3


def test_weights_count_in_the_share_within_a_tolerance() -> None:
    assert share_within(np.array([0.0, 5.0]), 1.0, weights=np.array([1.0, 3.0])) == 0.25


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
