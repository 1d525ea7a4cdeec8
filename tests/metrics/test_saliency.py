"""Values by hand, and those of py_sod_metrics."""

import math
import warnings
from typing import Any

import numpy as np
import py_sod_metrics
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics import saliency
from samb.types import BoolArray
from tests.strategies import masks

REFERENCE = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], dtype=bool)


def test_mean_absolute_error_is_the_share_of_wrong_pixels() -> None:
    assert saliency.mean_absolute_error(np.zeros((4, 4)), REFERENCE) == 4 / 16


def test_a_perfect_mask_has_likeness_one() -> None:
    perfect = REFERENCE.astype(float)
    assert saliency.s_measure(perfect, REFERENCE) == pytest.approx(1, abs=1e-12)
    assert saliency.weighted_f(perfect, REFERENCE) == pytest.approx(1, abs=1e-12)
    assert saliency.e_measures(perfect, REFERENCE).max() == pytest.approx(16 / 15, abs=1e-12)


def test_the_s_measure_of_nothing_is_what_the_background_earns() -> None:
    # Object: 12 of 16 pixels are background, all right. Region: the centroid (0.5, 0.5) rounds to
    # (0, 0), so the quarters have 1, 3, 3 and 9 pixels. Only the first is even in the reference
    # too, and two even pictures are alike; the others hold one pixel of the reference each.
    expected = 0.5 * 12 / 16 + 0.5 * 1 / 16
    found = saliency.s_measure(np.zeros((4, 4)), REFERENCE)
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_e_measure_of_everything_is_a_quarter_a_pixel() -> None:
    # The prediction is the same everywhere, so it aligns with nothing: (0 + 1)^2 / 4 per pixel.
    found = saliency.e_measures(np.ones((4, 4)), REFERENCE)
    np.testing.assert_allclose(found, 16 / 4 / 15, atol=1e-12)


def test_a_mask_has_two_e_measures_one_of_them_that_of_everything() -> None:
    found = saliency.e_measures(REFERENCE.astype(float), REFERENCE)
    np.testing.assert_allclose(found, [*[16 / 15] * 255, 4 / 15], atol=1e-12)


def test_an_image_of_one_pixel_has_no_e_measure() -> None:
    assert np.isnan(saliency.e_measures(np.ones((1, 1)), np.ones((1, 1), dtype=bool))).all()


def test_the_weighted_f_of_nothing_is_zero() -> None:
    inside = np.pad(REFERENCE, 8)
    assert saliency.weighted_f(np.zeros(inside.shape), inside) == pytest.approx(0, abs=1e-12)


def soft_of(reference: BoolArray, data: st.DataObject) -> saliency.Soft:
    """A prediction of 256 levels or two, that spans 0 to 1 or is all 1."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    levels = rng.integers(0, 256, reference.shape)
    if data.draw(st.booleans()):
        levels = 255 * data.draw(masks(reference.shape))
    else:
        levels.ravel()[:2] = [0, 255][: levels.size]
    return levels / 255


@given(masks(), st.data())
def test_equal_to_py_sod_metrics(reference: BoolArray, data: st.DataObject) -> None:
    soft = soft_of(reference, data)
    found = saliency.e_measures(soft, reference)
    measures = {
        "sm": (py_sod_metrics.Smeasure(), saliency.s_measure(soft, reference)),
        "wfm": (py_sod_metrics.WeightedFmeasure(), saliency.weighted_f(soft, reference)),
        "mae": (py_sod_metrics.MAE(), saliency.mean_absolute_error(soft, reference)),
    }
    for name, (measure, ours) in measures.items():
        expected = once(measure, soft, reference)[name]
        # Without a pixel in one of the quarters the package's S-measure is undefined.
        assert math.isnan(expected) or ours == pytest.approx(expected, abs=1e-9)
    if reference.size > 1:
        curve = once(py_sod_metrics.Emeasure(), soft, reference)["em"]["curve"]
        np.testing.assert_allclose(found, curve, atol=1e-9)


def once(measure: Any, soft: saliency.Soft, reference: BoolArray) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measure.step(soft, reference, normalize=False)
    return measure.get_results()
