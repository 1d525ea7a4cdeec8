"""The surface of a mask as elements with an area, as google-deepmind/surface-distance has it.

An element lies in a cell of 2 x 2 x 2 pixel centres (2 x 2 in 2-D) that are neither all inside nor
all outside of the mask. Its place is the centre of the cell, a corner of pixels, and its area (in
2-D its length) that of marching cubes (squares) in the cell; what lies beyond the image is outside.
Where a cell can be cut in more than one way, the fewer of its corners are taken for the solid ones
and kept apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray
from skimage import measure

from samb.metrics.nearest import Distances, nearest_distances
from samb.metrics.outlines import shared_box
from samb.types import BoolArray

Areas = NDArray[np.float64]


@dataclass(frozen=True)
class WeighedDistances:
    """From each element of a surface to the nearest of the other's."""

    distances: Distances
    """(N,), in units of the spacing."""
    areas: Areas
    """(N,), in the spacing's unit, squared in 3-D."""


def element_distances(
    prediction: BoolArray,
    reference: BoolArray,
    spacing: tuple[float, ...],
    within: float = inf,
) -> tuple[WeighedDistances, WeighedDistances]:
    """From the prediction's elements and from the reference's, of two non-empty masks.

    Beyond `within`, distances are infinite.
    """
    box = shared_box(prediction, reference)
    (ours, our_areas), (theirs, their_areas) = (
        surface_elements(mask[box], spacing) for mask in (prediction, reference)
    )
    return (
        WeighedDistances(nearest_distances(ours, theirs, spacing, within), our_areas),
        WeighedDistances(nearest_distances(theirs, ours, spacing, within), their_areas),
    )


def mean_distance(side: WeighedDistances) -> float:
    """By area."""
    return float(np.average(side.distances, weights=side.areas))


def share_reach(side: WeighedDistances, share: float) -> float:
    """The least of the distances that such a share of the area, or more, lies within."""
    order = np.lexsort((side.areas, side.distances))
    filled = np.cumsum(side.areas[order]) / np.sum(side.areas)
    return float(side.distances[order[np.searchsorted(filled[:-1], share)]])


def surface_elements(mask: BoolArray, spacing: tuple[float, ...]) -> tuple[BoolArray, Areas]:
    """The cells that hold an element, one more than pixels on each axis, and the areas of these.

    Areas are in raster order.
    """
    codes = _codes(mask)
    areas = areas_of_codes(spacing)
    cells = (codes != 0) & (codes != len(areas) - 1)
    return cells, areas[codes[cells]]


def _codes(mask: BoolArray) -> NDArray[np.uint8]:
    """Of every cell, which of its corners are inside: bit i is corner i in raster order."""
    codes: NDArray[np.uint8] = np.pad(mask, 1).astype(np.uint8)
    for axis in reversed(range(mask.ndim)):
        lines = np.moveaxis(codes, axis, 0)
        corners_before = np.uint8(1 << (mask.ndim - 1 - axis))
        codes = np.moveaxis(lines[:-1] | np.left_shift(lines[1:], corners_before), 0, axis)
    return codes


@lru_cache(maxsize=64)
def areas_of_codes(spacing: tuple[float, ...]) -> Areas:
    """(16,) or (256,): the area for every way to fill a cell, by code."""
    normals, codes = _facets(len(spacing))
    across = np.prod(spacing) / np.array(spacing)
    sizes = np.linalg.norm(normals * across, axis=1)
    areas: Areas = np.bincount(codes, sizes, minlength=1 << (1 << len(spacing))).astype(float)
    return areas


@cache
def _facets(dimensions: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Normals, as long as the facets are large, in a cell of side 1; and the code of each.

    (N, axes), (N,): one triangle a row, or one segment of a line.
    """
    found = [
        (normal, code)
        for code in range(1, (1 << (1 << dimensions)) - 1)
        for normal in _normals(_solid(code, dimensions))
    ]
    return np.array([normal for normal, _ in found]), np.array([code for _, code in found])


def _solid(code: int, dimensions: int) -> BoolArray:
    """The corners of a cell, turned inside out where more of them are inside than outside."""
    corners = np.array([code >> bit & 1 for bit in range(1 << dimensions)], dtype=bool)
    if 2 * np.count_nonzero(corners) > len(corners):
        corners = ~corners
    return corners.reshape((2,) * dimensions)


def _normals(cell: BoolArray) -> Iterator[NDArray[np.float64]]:
    if cell.ndim == 2:
        for line in measure.find_contours(cell.astype(float), 0.5):  # type: ignore[no-untyped-call]  # skimage has no types
            yield from np.diff(line, axis=0)[:, ::-1] * (1, -1)
    else:
        vertices, faces, *_ = measure.marching_cubes(  # type: ignore[no-untyped-call]  # as above
            cell.astype(float), 0.5, method="lorensen"
        )
        first, second, third = vertices[faces.T].astype(float)
        yield from np.cross(second - first, third - first) / 2
