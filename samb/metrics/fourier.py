"""How complex an outline is: the number of elliptic Fourier harmonics that draw it."""

from dataclasses import dataclass
from functools import cached_property

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
    outline = Outline.of(region)
    points = outline.centre + outline.harmonic(1)
    order, before, dice = 1, 0.0, _dice(filled_polygon(points, region.shape), region)
    while dice <= ENOUGH and order < HIGHEST and (patient or dice - before >= LEAST_GAIN):
        order, before = order + 1, dice
        points = points + outline.harmonic(order)
        dice = _dice(filled_polygon(points, region.shape), region)
    return order + 200 * (1 - dice)


def _largest_filled(mask: BoolArray) -> BoolArray:
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    largest = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    filled: BoolArray = ndimage.binary_fill_holes(largest[filled_box(largest)])
    return filled


@dataclass(frozen=True)
class Outline:
    """A closed polygon of (N, 2) points, the first of which comes again at the end."""

    points: NDArray[np.float64]

    @classmethod
    def of(cls, region: BoolArray) -> "Outline":
        """The longest contour of a non-empty (H, W) region."""
        padded = np.pad(region, 1).astype(float)
        found: list[NDArray[np.float64]] = measure.find_contours(  # type: ignore[no-untyped-call]  # skimage has no types
            padded, 0.5, fully_connected="high"
        )
        return cls(max(found, key=len) - 1)

    @cached_property
    def _lengths(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.hypot(*np.diff(self.points, axis=0).T)
        return found

    @property
    def centre(self) -> NDArray[np.float64]:
        """Mean along the outline, (2,)."""
        middles = (self.points[1:] + self.points[:-1]) / 2
        centre: NDArray[np.float64] = np.average(middles, axis=0, weights=self._lengths)
        return centre

    def harmonic(self, number: int) -> NDArray[np.float64]:
        """What one harmonic adds to each of SAMPLES points round the centre, (SAMPLES, 2)."""
        ends = np.cumsum(self._lengths)
        slopes = np.diff(self.points, axis=0) / self._lengths[:, None]
        rate = 2 * np.pi * number / ends[-1]
        angles = rate * np.append(0, ends)
        scale = 2 / (ends[-1] * rate**2)
        cosines = scale * (slopes * np.diff(np.cos(angles))[:, None]).sum(axis=0)
        sines = scale * (slopes * np.diff(np.sin(angles))[:, None]).sum(axis=0)
        turns = number * np.linspace(0, 2 * np.pi, SAMPLES, endpoint=False)
        return np.outer(np.cos(turns), cosines) + np.outer(np.sin(turns), sines)


def filled_polygon(points: NDArray[np.float64], shape: tuple[int, ...]) -> BoolArray:
    """(H, W) pixel centres inside a polygon of (N, 2) points, by the even-odd rule, row by row.

    Equal to skimage's polygon2mask but for centres on the polygon itself, and independent of
    height times width times N, which makes that slow for large targets.
    """
    height, width = shape
    rows = np.arange(height)[:, None]
    row0, column0 = points.T
    row1, column1 = np.roll(points, -1, axis=0).T
    row, edge = np.nonzero((row0 > rows) != (row1 > rows))
    slope = (column1[edge] - column0[edge]) / (row1[edge] - row0[edge])
    crossed = np.ceil(column0[edge] + (row - row0[edge]) * slope).clip(0, width).astype(np.intp)
    flips = np.bincount(row * (width + 1) + crossed, minlength=height * (width + 1))
    odd = np.cumsum(flips.reshape(height, width + 1), axis=1) % 2 == 1
    inside: BoolArray = odd[:, :width]
    return inside


def _dice(drawn: BoolArray, region: BoolArray) -> float:
    shared, total = np.count_nonzero(drawn & region), drawn.sum() + region.sum()
    return float(2 * shared / total)
