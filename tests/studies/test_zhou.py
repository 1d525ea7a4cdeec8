"""The oracle of Zhou et al. 2023 (arXiv 2304.07583), against their rule written a second time.

Of all masks of an image the one of highest S-measure counts, whether it meets the polyp or not;
the six values of their tables are of that mask. S-measure, weighted F, E-measure and MAE by
py_sod_metrics.
"""

import warnings
from typing import Any

import numpy as np
import py_sod_metrics
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from samb.types import BoolArray
from tests.prompts.drawn import picture
from tests.studies.drawings import answers, noise
from tests.studies.playing import everything

RULE = "oracle_s_measure"


def likeness(prediction: BoolArray, reference: BoolArray) -> float:
    """S-measure; NaN where the package divides by the area of a quarter without pixels."""
    measure = py_sod_metrics.Smeasure()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measure.step(prediction.astype(float), reference, normalize=False)
    return float(measure.get_results()["sm"])


@settings(max_examples=40)
@given(st.data(), noise())
def test_the_most_alike_of_all_masks_counts(data: st.DataObject, polyp: BoolArray) -> None:
    masks = data.draw(answers(polyp.shape))
    found = [likeness(mask, polyp) for mask in masks if mask.any()]
    assume(found and not np.isnan(found).any())
    scored = everything(masks, polyp)
    assert scored.scores("s_measure", RULE) == [pytest.approx(max(found), abs=1e-9)]


POLYP = picture("........", ".##.....", ".##.....", "........", "........", "........")
BESIDE = picture("........", "........", "........", "........", "........", ".......#")
NEARLY_ALL = picture("########", "########", "########", "########", "########", "#######.")


def test_a_mask_beside_the_polyp_may_be_the_most_alike_and_then_counts_with_dice_0() -> None:
    assert likeness(BESIDE, POLYP) > likeness(NEARLY_ALL, POLYP)
    scored = everything(np.stack([NEARLY_ALL, BESIDE]), POLYP)
    assert scored.scores("s_measure", RULE) == [pytest.approx(likeness(BESIDE, POLYP))]
    assert scored.scores("dsc", RULE) == [0.0]
    assert scored.scores("mae", RULE) == [5 / 48]  # four pixels missed, one covered
    # By Dice the other counts: 2 * 4 / (47 + 4).
    assert scored.scores("dsc", "oracle_dice") == [pytest.approx(8 / 51)]


def test_of_equals_the_first_counts_and_an_image_without_masks_scores_as_an_empty_one() -> None:
    twins = np.stack([np.roll(POLYP, 1, axis=0), np.roll(POLYP, 1, axis=0)])
    # 2 of 4 pixels shared.
    assert everything(twins, POLYP).scores("iou", RULE) == [pytest.approx(2 / 6)]
    none = everything(np.zeros((0, *POLYP.shape), dtype=bool), POLYP)
    assert none.scores("dsc", RULE) == [0.0]
    assert none.scores("mae", RULE) == [4 / 48]


def test_the_six_values_are_of_the_one_mask_that_counts() -> None:
    masks = np.stack([BESIDE, POLYP ^ BESIDE, NEARLY_ALL])
    scored, chosen = everything(masks, POLYP), masks[1].astype(float)
    measures: dict[str, Any] = {
        "s_measure": py_sod_metrics.Smeasure(),
        "weighted_f": py_sod_metrics.WeightedFmeasure(),
        "mae": py_sod_metrics.MAE(),
    }
    for name, measure in measures.items():
        measure.step(chosen, POLYP, normalize=False)
        (expected,) = measure.get_results().values()
        assert scored.scores(name, RULE) == [pytest.approx(expected)]
    aligned: Any = py_sod_metrics.Emeasure()
    aligned.step(chosen, POLYP, normalize=False)
    greatest = aligned.get_results()["em"]["curve"].max()
    assert scored.scores("e_measure_max", RULE) == [pytest.approx(greatest)]
    assert scored.scores("dsc", RULE) == [8 / 9]
    assert scored.scores("iou", RULE) == [4 / 5]
