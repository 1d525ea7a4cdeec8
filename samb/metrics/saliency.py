"""Measures that polyp segmentation took over from salient object detection.

Defined on soft predictions, (H, W) floats in [0, 1]; samb's are masks, so all their values are 0
or 1. Every function gives what py_sod_metrics 1.6.2 gives for a reference that is not empty.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from samb.types import BoolArray

Soft = NDArray[np.float64]

EPSILON = float(np.spacing(1.0))
"""Keeps divisions defined; the sources are Matlab's `eps`."""


def mean_absolute_error(prediction: Soft, reference: BoolArray) -> float:
    """Mean over all pixels (Perazzi et al. 2012)."""
    return float(np.abs(prediction - reference).mean())


def s_measure(prediction: Soft, reference: BoolArray, alpha: float = 0.5) -> float:
    """Likeness of the objects and of the regions (Fan et al. 2017), the former weighing alpha."""
    if reference.all():
        return float(prediction.mean())
    whole = alpha * _object_likeness(prediction, reference)
    return max(0.0, whole + (1 - alpha) * _region_likeness(prediction, reference))


def _object_likeness(prediction: Soft, reference: BoolArray) -> float:
    share = float(reference.mean())
    inside, outside = prediction[reference], 1 - prediction[~reference]
    return share * _uniformity(inside) + (1 - share) * _uniformity(outside)


def _uniformity(values: Soft) -> float:
    mean = float(values.mean())
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return float(2 * mean / (mean**2 + 1 + spread + EPSILON))


def _region_likeness(prediction: Soft, reference: BoolArray) -> float:
    """Structural similarity of the four quarters around the reference's centroid, by area.

    A quarter without a pixel has no weight.
    """
    row, column = (int(it) + 1 for it in np.argwhere(reference).mean(axis=0).round())
    quarters = [
        (rows, columns)
        for rows in (slice(0, row), slice(row, None))
        for columns in (slice(0, column), slice(column, None))
        if reference[rows, columns].size
    ]
    weights = [reference[quarter].size / reference.size for quarter in quarters]
    likeness = [_similarity(prediction[it], reference[it]) for it in quarters]
    return float(np.dot(weights, likeness))


def _similarity(prediction: Soft, reference: BoolArray) -> float:
    free = reference.size - 1 + EPSILON
    x, y = prediction.mean(), reference.mean()
    apart_x, apart_y = prediction - x, reference - y
    shared = 4 * x * y * (apart_x * apart_y).sum() / free
    either = (x**2 + y**2) * ((apart_x**2).sum() + (apart_y**2).sum()) / free
    if shared == 0:
        return 1.0 if either == 0 else 0.0
    return float(shared / (either + EPSILON))


def e_measures(prediction: Soft, reference: BoolArray) -> NDArray[np.float64]:
    """Enhanced alignment (Fan et al. 2018) of the prediction cut at each of 255 ... 0, (256,).

    At 0 every pixel is predicted. The sum over N pixels is divided by N - 1, so a perfect one
    scores a little more than 1; NaN for an image of one pixel.
    """
    if reference.size == 1:
        return np.full(256, np.nan)
    levels = (prediction * 255).astype(np.uint8)
    hits, misses = (_above(levels[part]) for part in (reference, ~reference))
    wanted, size = int(reference.sum()), reference.size
    predicted = hits + misses
    if wanted == size:
        return predicted / (size - 1 + EPSILON)
    share, own = predicted / size, wanted / size
    aligned = (
        hits * _alignment(1 - share, 1 - own)
        + misses * _alignment(1 - share, -own)
        + (wanted - hits) * _alignment(-share, 1 - own)
        + (size - wanted - misses) * _alignment(-share, -own)
    )
    found: NDArray[np.float64] = aligned / (size - 1 + EPSILON)
    return found


def _above(levels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many are at least 255, 254 ... 0."""
    return np.cumsum(np.bincount(levels, minlength=256)[::-1])


def _alignment(ours: NDArray[np.float64], theirs: float) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 2 * ours * theirs / (ours**2 + theirs**2 + EPSILON)
    return (found + 1) ** 2 / 4


def weighted_f(prediction: Soft, reference: BoolArray) -> float:
    """F1 of errors that weigh less beside others, and more far outside (Margolin et al. 2014)."""
    error = np.abs(prediction - reference)
    far, nearest = ndimage.distance_transform_edt(~reference, return_indices=True)
    spread = ndimage.convolve(error[tuple(nearest)], _bell(7, 5.0), mode="constant")
    error = np.where(reference, np.minimum(error, spread), error * (2 - 0.5 ** (far / 5)))
    hits = reference.sum() - error[reference].sum()
    recall = 1 - error[reference].mean()
    precision = hits / (hits + error[~reference].sum() + EPSILON)
    return float(2 * recall * precision / (recall + precision + EPSILON))


def _bell(side: int, width: float) -> NDArray[np.float64]:
    steps = np.arange(side) - side // 2
    line = np.exp(-(steps**2) / (2 * width**2))
    bell = np.outer(line, line)
    kernel: NDArray[np.float64] = bell / bell.sum()
    return kernel
