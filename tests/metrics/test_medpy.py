"""DSC, IoU, HD, HD95, ASSD and MASD equal medpy's on 2,000 random mask pairs, to 1e-9."""

from math import nan

import numpy as np
import pytest
from medpy.metric import binary
from scipy import ndimage

from samb.metrics.overlap import Overlap
from samb.metrics.surface import Surface
from samb.types import BoolArray

PAIRS_PER_BLOCK = 250
DISTANCES = Surface(
    ("hd", "hd95", "assd", "masd"), empty=dict.fromkeys(("hd", "hd95", "assd", "masd"), nan)
)


def smooth(shape: tuple[int, ...], rng: np.random.Generator) -> BoolArray:
    """Random regions that touch borders as often as not."""
    noise = ndimage.gaussian_filter(rng.standard_normal(shape), rng.uniform(0.5, 3))
    return np.asarray(noise > np.quantile(noise, rng.uniform(0.3, 0.95)))


def block(shape: tuple[int, ...], rng: np.random.Generator) -> BoolArray:
    """A box that always touches at least one border."""
    mask = np.zeros(shape, dtype=bool)
    starts = [int(rng.integers(side)) for side in shape]
    starts[0] = 0
    mask[tuple(slice(start, int(rng.integers(start, 2 * start + 9)) + 1) for start in starts)] = 1
    return mask


def single(shape: tuple[int, ...], rng: np.random.Generator) -> BoolArray:
    mask = np.zeros(shape, dtype=bool)
    mask[tuple(rng.integers(shape))] = True
    return mask


def scattered(shape: tuple[int, ...], rng: np.random.Generator) -> BoolArray:
    return np.asarray((rng.random(shape) < rng.uniform(0.01, 0.9)) | single(shape, rng))


DRAW = (smooth, block, single, scattered)


def random_pair(dimensions: int, rng: np.random.Generator) -> tuple[BoolArray, BoolArray]:
    largest = 48 if dimensions == 2 else 16
    shape = tuple(int(side) for side in rng.integers(1, largest, dimensions))
    prediction, reference = (DRAW[rng.integers(len(DRAW))](shape, rng) for _ in range(2))
    kept = single(shape, rng)
    return prediction | kept, reference | (kept if rng.random() < 0.5 else single(shape, rng))


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_equal_to_medpy(dimensions: int, seed: int) -> None:
    rng = np.random.default_rng([seed, dimensions])
    for _ in range(PAIRS_PER_BLOCK):
        prediction, reference = random_pair(dimensions, rng)
        spacing = tuple(float(step) for step in rng.choice([0.37, 0.8, 1.0, 2.5, 5.0], dimensions))
        ours = {**Overlap()(prediction, reference, spacing)}
        ours |= DISTANCES(prediction, reference, spacing)
        theirs = {
            "dsc": binary.dc(prediction, reference),
            "iou": binary.jc(prediction, reference),
            "hd": binary.hd(prediction, reference, spacing),
            "hd95": binary.hd95(prediction, reference, spacing),
            "assd": binary.assd(prediction, reference, spacing),
            "masd": np.mean(
                [
                    binary.asd(prediction, reference, spacing),
                    binary.asd(reference, prediction, spacing),
                ]
            ),
        }
        assert ours == pytest.approx(theirs, abs=1e-9, rel=0)
