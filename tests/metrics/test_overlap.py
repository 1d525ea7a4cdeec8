import numpy as np
import pytest

from samb.metrics.overlap import Overlap


def test_two_of_three_pixels_shared_with_one_extra() -> None:
    reference = np.array([[1, 1, 1, 0]], dtype=bool)
    prediction = np.array([[0, 1, 1, 1]], dtype=bool)
    assert Overlap()(prediction, reference, (1.0, 1.0)) == {"dsc": 2 / 3, "iou": 0.5}


def test_a_mask_overlaps_itself_wholly_and_its_complement_not_at_all() -> None:
    mask = np.eye(5, dtype=bool)
    assert Overlap()(mask, mask, (1.0, 1.0)) == {"dsc": 1.0, "iou": 1.0}
    assert Overlap()(~mask, mask, (1.0, 1.0)) == {"dsc": 0.0, "iou": 0.0}


def test_an_empty_prediction_scores_zero_as_the_class_states() -> None:
    reference = np.ones((2, 3, 4), dtype=bool)
    values = Overlap()(np.zeros_like(reference), reference, (5.0, 1.0, 1.0))
    assert values == {"dsc": 0.0, "iou": 0.0} == dict(Overlap().empty_prediction)


def test_an_empty_reference_is_refused() -> None:
    mask = np.ones((2, 3), dtype=bool)
    with pytest.raises(ValueError, match="reference must not be empty"):
        Overlap()(mask, np.zeros_like(mask), (1.0, 1.0))


def test_two_shapes_are_refused_and_named() -> None:
    with pytest.raises(ValueError, match=r"got \(2, 3\) and \(3, 2\)"):
        Overlap()(np.ones((2, 3), dtype=bool), np.ones((3, 2), dtype=bool), (1.0, 1.0))
