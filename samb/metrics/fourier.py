"""How complex an outline is: the number of elliptic Fourier harmonics that draw it."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import measure

from samb.metrics.outlines import filled_box
from samb.types import BoolArray

ENOUGH = 0.97
"""Dice of the drawn outline with the mask, above which the order is sufficient."""
LEAST_GAIN = 0.001
"""A harmonic that adds less Dice than this ends the search."""
HIGHEST = 50
"""An assumption: the source names no limit."""
SAMPLES = 400
"""Points on the drawn outline."""


def fourier_order(mask: BoolArray, *, patient: bool = False) -> float:
    """Order of a non-empty (H, W) mask's outline, F + 200 (1 - Dice) (Huang et al. 2024).

    The order F rises from 1 until the outline drawn by it has a Dice above 0.97 with the mask, or
    gains less than 0.001 (not with `patient`: a star gains nothing at order 2, and much later).
    Assumptions: the outline is the longest contour of the filled largest region at level 0.5; the
    mask it is compared with is that region.
    """
    region = _largest_filled(mask)
    outline = _outline(region)
    order, before, dice = 1, 0.0, _dice(_drawn(outline, 1, region.shape), region)
    while dice <= ENOUGH and order < HIGHEST and (patient or dice - before >= LEAST_GAIN):
        order, before = order + 1, dice
        dice = _dice(_drawn(outline, order, region.shape), region)
    return order + 200 * (1 - dice)


def _largest_filled(mask: BoolArray) -> BoolArray:
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    largest = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    filled: BoolArray = ndimage.binary_fill_holes(largest[filled_box(largest)])
    return filled


def _outline(region: BoolArray) -> NDArray[np.float64]:
    """Closed, (N, 2)."""
    padded = np.pad(region, 1).astype(float)
    found: list[NDArray[np.float64]] = measure.find_contours(  # type: ignore[no-untyped-call]  # skimage has no types
        padded, 0.5, fully_connected="high"
    )
    return max(found, key=len) - 1


def _drawn(outline: NDArray[np.float64], order: int, shape: tuple[int, ...]) -> BoolArray:
    """The region inside the sum of the first harmonics of a closed (N, 2) outline."""
    return filled_polygon(summed_harmonics(outline, order), shape)


def filled_polygon(corners: NDArray[np.float64], shape: tuple[int, ...]) -> BoolArray:
    """Pixels of an (H, W) image whose centres lie inside of (N, 2) corners, by the even-odd rule.

    Row by row: a ray from the left is inside after every odd crossing of a side.
    """
    (y, x), (next_y, next_x) = corners.T, np.roll(corners, -1, axis=0).T
    low, high = (np.ceil(it).clip(0, shape[0]).astype(int) for it in np.sort([y, next_y], axis=0))
    side = np.repeat(np.arange(len(corners)), high - low)
    row = np.arange(len(side)) - np.repeat(np.cumsum(high - low) - high, high - low)
    slope = (next_x - x)[side] / (next_y - y)[side]
    column = np.ceil(x[side] + (row - y[side]) * slope).clip(0, shape[1]).astype(int)
    crossings = np.zeros((shape[0], shape[1] + 1), dtype=np.uint8)
    np.add.at(crossings, (row, column), 1)
    inside: BoolArray = np.add.accumulate(crossings, axis=1, dtype=np.uint8)[:, :-1] % 2 == 1
    return inside


def summed_harmonics(outline: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Points of the sum of the first elliptic harmonics (Kuhl and Giardina 1982), (SAMPLES, 2).

    Of a closed (N, 2) outline; they go once around it, from where it begins.
    """
    steps = np.diff(outline, axis=0)
    lengths = np.hypot(*steps.T)
    ends = np.cumsum(lengths)
    total, slopes = ends[-1], steps / lengths[:, None]
    points = np.tile(_centre(outline, lengths), (SAMPLES, 1))
    turns = np.linspace(0, 2 * np.pi, SAMPLES, endpoint=False)
    for harmonic in range(1, order + 1):
        rate = 2 * np.pi * harmonic / total
        angles = rate * np.append(0, ends)
        scale = 2 / (total * rate**2)
        cosines = scale * (slopes * np.diff(np.cos(angles))[:, None]).sum(axis=0)
        sines = scale * (slopes * np.diff(np.sin(angles))[:, None]).sum(axis=0)
        points += np.outer(np.cos(harmonic * turns), cosines)
        points += np.outer(np.sin(harmonic * turns), sines)
    return points


def _centre(outline: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean along the outline."""
    middles = (outline[1:] + outline[:-1]) / 2
    centre: NDArray[np.float64] = np.average(middles, axis=0, weights=lengths)
    return centre


def _dice(drawn: BoolArray, region: BoolArray) -> float:
    shared, total = np.count_nonzero(drawn & region), drawn.sum() + region.sum()
    return float(2 * shared / total)
