import math
from typing import Any

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from medpy.metric import binary

from samb.metrics.confusion import Confusion
from samb.types import BoolArray
from tests.strategies import masks


def test_three_predicted_of_four_two_of_them_rightly_among_ten_pixels() -> None:
    reference = np.array([[1, 1, 1, 1, 0, 0, 0, 0, 0, 0]], dtype=bool)
    prediction = np.array([[0, 0, 1, 1, 1, 0, 0, 0, 0, 0]], dtype=bool)
    assert Confusion()(prediction, reference, (1.0, 1.0)) == {
        "precision": 2 / 3,
        "recall": 2 / 4,
        "specificity": pytest.approx(5 / 6),
        "volume_error": -1 / 4,
        "volume_error_abs": 1 / 4,
        "volumetric_similarity": pytest.approx(1 - 1 / 7),
    }


@given(masks(), st.data())
def test_equal_to_medpy(reference: BoolArray, data: st.DataObject) -> None:
    prediction = data.draw(masks(reference.shape))
    found = Confusion()(prediction, reference, (1.0, 1.0))
    theirs = {
        "precision": binary.precision(prediction, reference),
        "recall": binary.recall(prediction, reference),
        "volume_error": binary.ravd(prediction, reference),
    }
    assert {name: found[name] for name in theirs} == pytest.approx(theirs, abs=1e-12)
    if not reference.all():
        specificity = binary.specificity(prediction, reference)
        assert found["specificity"] == pytest.approx(specificity, abs=1e-12)


@given(masks(), st.data())
def test_the_volumetric_similarity_is_simpleitks(reference: BoolArray, data: st.DataObject) -> None:
    prediction = data.draw(masks(reference.shape))
    found = Confusion()(prediction, reference, (1.0, 1.0))["volumetric_similarity"]
    measures: Any = SimpleITK.LabelOverlapMeasuresImageFilter()  # type: ignore[no-untyped-call]  # it has no types
    measures.Execute(
        *(SimpleITK.GetImageFromArray(it.astype(np.uint8)) for it in (reference, prediction))
    )
    # Theirs is signed, and runs to 2.
    assert found == pytest.approx(1 - abs(measures.GetVolumeSimilarity()) / 2, abs=1e-12)


def test_an_empty_prediction_scores_what_the_table_says() -> None:
    reference = np.array([[1, 0]], dtype=bool)
    values = Confusion()(np.zeros_like(reference), reference, (1.0, 1.0))
    assert math.isnan(values.pop("precision"))
    assert values == {
        "recall": 0,
        "specificity": 1,
        "volume_error": -1,
        "volume_error_abs": 1,
        "volumetric_similarity": 0,
    }


def test_nothing_outside_of_the_reference_leaves_specificity_undefined() -> None:
    reference = np.ones((2, 2), dtype=bool)
    assert math.isnan(Confusion()(reference, reference, (1.0, 1.0))["specificity"])
