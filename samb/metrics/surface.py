"""How far the surfaces of two masks lie apart.

The surface of a mask is those of its pixels that miss a neighbour across a face (4 in 2-D, 6 in
3-D); what lies beyond the image counts as outside, so an object cut off by the border has its
surface there. Distances run between pixel centres.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from samb.metrics.base import Metric
from samb.metrics.checks import check_pair
from samb.types import BoolArray


@dataclass(frozen=True)
class Surface(Metric):
    """HD95 and ASSD over both pooled lists of surface distances; NaN for an empty prediction.

    Equal to `hd95` and `assd` of medpy 0.5.2, whose distance transforms span the whole image;
    here only the surface points are compared, exactly and in double precision.
    """

    names: ClassVar[tuple[str, ...]] = ("hd95", "assd")
    units: ClassVar[Mapping[str, str]] = {"hd95": "distance", "assd": "distance"}
    empty_prediction: ClassVar[Mapping[str, float]] = {"hd95": nan, "assd": nan}

    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Raises ValueError for an empty reference, two shapes, or a spacing that does not fit."""
        check_pair(prediction, reference)
        check_spacing(spacing, reference.ndim)
        if not prediction.any():
            return dict(self.empty_prediction)
        distances = surface_distances(prediction, reference, spacing)
        return {"hd95": float(np.percentile(distances, 95)), "assd": float(distances.mean())}


def check_spacing(spacing: tuple[float, ...], dimensions: int) -> None:
    """Raise ValueError unless there is one positive, finite spacing per axis."""
    if len(spacing) != dimensions or not all(0 < step < np.inf for step in spacing):
        msg = f"spacing must be {dimensions} positive numbers, one per axis, got {spacing}"
        raise ValueError(msg)


def surface_distances(
    prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
) -> NDArray[np.float64]:
    """From each surface point of either non-empty mask to the nearest of the other, pooled."""
    points = surface_points(prediction, spacing)
    others = surface_points(reference, spacing)
    return np.concatenate([nearest_distances(points, others), nearest_distances(others, points)])


def surface_points(mask: BoolArray, spacing: tuple[float, ...]) -> NDArray[np.float64]:
    """Centres of the surface pixels of a non-empty mask, (N, axes), in units of the spacing."""
    box = filled_box(mask)
    cropped = mask[box]
    corner = [side.start for side in box]
    points: NDArray[np.float64] = (np.argwhere(cropped & ~interior(cropped)) + corner) * spacing
    return points


def filled_box(mask: BoolArray) -> tuple[slice, ...]:
    """The smallest block of the array that holds all of a non-empty mask."""
    block, sides = mask, []
    for axis in range(mask.ndim):
        others = tuple(other for other in range(mask.ndim) if other != axis)
        filled = np.flatnonzero(block.any(axis=others))
        sides.append(slice(int(filled[0]), int(filled[-1]) + 1))
        block = mask[tuple(sides)]
    return tuple(sides)


def interior(mask: BoolArray) -> BoolArray:
    """Pixels whose neighbours across every face are filled; none at the edge of the array."""
    inside = mask.copy()
    for axis in range(mask.ndim):
        along, kept = np.moveaxis(mask, axis, 0), np.moveaxis(inside, axis, 0)
        kept[1:] &= along[:-1]
        kept[:-1] &= along[1:]
        kept[[0, -1]] = False
    return inside


def nearest_distances(
    points: NDArray[np.float64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Exact Euclidean distance from each point to the nearest of the others, (N,)."""
    # A plain tree is a third faster here: surface points of a grid are spread evenly.
    tree = cKDTree(others, balanced_tree=False, compact_nodes=False)
    # One worker: scores are computed in worker processes, which share the cores already.
    distances: NDArray[np.float64] = tree.query(points, workers=1)[0]
    return distances
