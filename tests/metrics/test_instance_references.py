"""AP, F1, mSA and PQ equal elf's and cellseg_models_pytorch's, and AJI the latter's."""

import numpy as np
import pytest
from cellseg_models_pytorch import metrics as cellseg
from elf import evaluation as elf
from numpy.typing import NDArray
from scipy import ndimage

from samb.metrics.base import numbered
from samb.metrics.hits import Hits
from samb.metrics.instances import Overlaps
from samb.metrics.jaccard import AggregatedJaccard
from samb.metrics.panoptic import PanopticQuality
from samb.types import BoolArray

Labels = NDArray[np.uint32]
THRESHOLDS = (0.1, 0.3, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def cells(rng: np.random.Generator) -> Labels:
    noise = ndimage.gaussian_filter(rng.standard_normal((30, 40)), 1.5)
    return np.asarray(ndimage.label(noise > np.quantile(noise, 0.6))[0], dtype=np.uint32)


def pairs(seed: int) -> list[tuple[Labels, Labels]]:
    """Predictions that have little in common with the reference, and others that are near."""
    rng = np.random.default_rng(seed)
    references = [cells(rng) for _ in range(30)]
    near = [
        np.where(rng.random(it.shape) < 0.9, np.roll(it, rng.integers(3), axis=1), 0)
        for it in references
    ]
    return [
        (other if index % 3 else cells(rng), reference)
        for index, (other, reference) in enumerate(zip(near, references, strict=True))
    ]


def masks_of(labels: Labels) -> list[BoolArray]:
    return [labels == it for it in np.unique(labels) if it]


@pytest.mark.parametrize("seed", range(2))
def test_hits_are_those_of_elf(seed: int) -> None:
    for prediction, reference in pairs(seed):
        found = Hits(THRESHOLDS)(masks_of(prediction), masks_of(reference), (1.0, 1.0))
        # Theirs count an IoU at the threshold too: held a little above it, none is there.
        above = [it + 1e-9 for it in THRESHOLDS]
        msa, precisions = elf.mean_segmentation_accuracy(prediction, reference, above, True)
        expected = {"msa": msa}
        for threshold, bound, precision in zip(THRESHOLDS, above, precisions, strict=True):
            expected[numbered("ap", threshold)] = precision
            expected[numbered("f1", threshold)] = elf.matching(prediction, reference, bound)["f1"]
        assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(2))
def test_panoptic_quality_is_that_of_cellseg_models(seed: int) -> None:
    for prediction, reference in pairs(seed):
        theirs = cellseg.panoptic_quality(reference, prediction, eps=1e-15)
        found = PanopticQuality()(masks_of(prediction), masks_of(reference), (1.0, 1.0))
        # Their IoU has 1e-8 added below the line.
        assert found["pq"] == pytest.approx(theirs["pq"], abs=1e-8)
        assert found["rq"] == pytest.approx(theirs["dq"], abs=1e-12)
        assert np.nan_to_num(found["sq"]) == pytest.approx(theirs["sq"], abs=1e-8)


def test_the_aggregated_jaccard_index_is_that_of_cellseg_models_where_partners_agree() -> None:
    compared = 0
    for prediction, reference in pairs(0):
        ours, theirs = masks_of(prediction), masks_of(reference)
        overlaps = Overlaps.of(ours, theirs)
        # They pair by shared pixels, all of several equals; as Kumar et al., samb does by IoU.
        most = overlaps.shared == overlaps.shared.max(axis=0).clip(1)
        best = overlaps.iou == overlaps.iou.max(axis=0).clip(1e-9)
        if (most != best).any() or (most.sum(axis=0) > 1).any():
            continue
        compared += 1
        expected = cellseg.aggregated_jaccard_index(reference, prediction, eps=0)
        found = AggregatedJaccard()(ours, theirs, (1.0, 1.0))
        assert found["aji"] == pytest.approx(expected, abs=1e-12)
    assert compared > 10
