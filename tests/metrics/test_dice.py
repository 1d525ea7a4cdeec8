import math

import numpy as np
import pytest

from samb.metrics.dice import Counts, generalised_dice, global_dice


def test_counts_of_two_masks() -> None:
    prediction = np.array([1, 1, 1, 0], dtype=bool)
    reference = np.array([0, 1, 1, 1], dtype=bool)
    assert Counts.of(prediction, reference) == Counts(predicted=3, wanted=3, shared=2)


def test_pooled_pixels_are_not_the_mean_of_dices() -> None:
    large, small = Counts(100, 100, 90), Counts(1, 1, 0)
    assert global_dice([large, small]) == 2 * 90 / 202
    assert math.isnan(global_dice([Counts(0, 0, 0)]))


def test_structures_weigh_by_the_inverse_of_their_size_or_of_its_square() -> None:
    structures = [Counts(8, 10, 8), Counts(2, 2, 1)]
    crum = 2 * (8 / 10 + 1 / 2) / (18 / 10 + 4 / 2)
    sudre = 2 * (8 / 100 + 1 / 4) / (18 / 100 + 4 / 4)
    assert generalised_dice(structures, "crum") == pytest.approx(crum)
    assert generalised_dice(structures, "sudre") == pytest.approx(sudre)


def test_a_structure_without_a_reference_is_left_out() -> None:
    assert generalised_dice([Counts(4, 4, 4), Counts(9, 0, 0)], "sudre") == 1.0
    assert math.isnan(generalised_dice([Counts(9, 0, 0)], "crum"))
