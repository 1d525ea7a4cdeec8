"""Dice and Hausdorff distance object by object, weighted by their areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from samb.metrics.base import InstanceMetric, Unit, Unmatched
from samb.metrics.checks import check_spacing
from samb.metrics.instances import Overlaps, exclusive
from samb.metrics.nearest import nearest_distances
from samb.metrics.outlines import filled_box, shared_box, surface
from samb.types import BoolArray

UNDEFINED = Unmatched(nan, nan, nan, nan)


@dataclass(frozen=True)
class Objects(InstanceMetric):
    """Object-level Dice and Hausdorff distance of the GlaS contest, on exclusive masks.

    Each prediction is held against the reference that it shares most pixels with, and the other
    way round. One that shares none has Dice 0, and the Hausdorff distance to the nearest by
    that distance. Means by area over either side, then the mean of both.
    """

    names: ClassVar[tuple[str, ...]] = ("object_dice", "object_hausdorff")
    units: ClassVar[Mapping[str, Unit]] = {
        "object_dice": "fraction",
        "object_hausdorff": "distance",
    }

    empty: Mapping[str, Unmatched] = field(
        default_factory=lambda: {"object_dice": Unmatched(), "object_hausdorff": UNDEFINED}
    )
    """What is scored where a side is empty; `no_match` does not arise, the contest defines it."""

    def score(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        check_spacing(spacing, 2)
        ours, theirs = exclusive(predictions), exclusive(references)
        overlaps = Overlaps.of(ours, theirs)
        dice = 2 * overlaps.shared / (overlaps.predicted[:, None] + overlaps.wanted)
        here, there = np.arange(len(ours)), np.arange(len(theirs))
        toward = dice[here, overlaps.shared.argmax(axis=1)]
        back = dice[overlaps.shared.argmax(axis=0), there]
        distant = _distances(ours, theirs, overlaps.shared, spacing)
        returned = _distances(theirs, ours, overlaps.shared.T, spacing)
        weights = overlaps.predicted, overlaps.wanted
        return {
            "object_dice": _mean_of_means(toward, back, *weights),
            "object_hausdorff": _mean_of_means(distant, returned, *weights),
        }


def _mean_of_means(
    toward: NDArray[np.float64],
    back: NDArray[np.float64],
    predicted: NDArray[np.int64],
    wanted: NDArray[np.int64],
) -> float:
    return float(np.average(toward, weights=predicted) + np.average(back, weights=wanted)) / 2


def _distances(
    masks: Sequence[BoolArray],
    others: Sequence[BoolArray],
    shared: NDArray[np.int64],
    spacing: tuple[float, float],
) -> NDArray[np.float64]:
    """Of each mask to its partner, (N,), by (N, M) shared pixels."""
    partners = shared.argmax(axis=1)
    return np.array(
        [
            hausdorff(mask, others[partner], spacing)
            if row[partner]
            else nearest_hausdorff(mask, others, spacing)
            for mask, row, partner in zip(masks, shared, partners, strict=True)
        ]
    )


def hausdorff(first: BoolArray, second: BoolArray, spacing: tuple[float, ...]) -> float:
    """The greatest distance from a pixel of either non-empty mask to the nearest of the other.

    Over all pixels, not the surface's alone: a hole within one of the masks counts.
    """
    box = shared_box(first, second)
    return max(
        _directed(first[box], second[box], spacing), _directed(second[box], first[box], spacing)
    )


def _directed(first: BoolArray, second: BoolArray, spacing: tuple[float, ...]) -> float:
    outside = first & ~second
    if not outside.any():
        return 0.0
    # The nearest pixel of a mask, seen from outside of it, is one of its surface.
    return float(nearest_distances(outside, surface(second), spacing).max())


def nearest_hausdorff(
    mask: BoolArray, others: Sequence[BoolArray], spacing: tuple[float, ...]
) -> float:
    """The Hausdorff distance to the other that is nearest by it."""
    # Two boxes whose sides differ by some steps hold masks at least that far apart.
    sides = _sides(mask)
    gaps = [float((np.abs(_sides(it) - sides) * spacing).max()) for it in others]
    best = np.inf
    for index in np.argsort(gaps, kind="stable"):
        if gaps[index] >= best:
            break
        best = min(best, hausdorff(mask, others[index], spacing))
    return best


def _sides(mask: BoolArray) -> NDArray[np.int64]:
    """First and last row and column, (2, axes)."""
    box = filled_box(mask)
    return np.array([[side.start for side in box], [side.stop for side in box]])
