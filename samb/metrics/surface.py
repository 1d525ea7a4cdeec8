"""How far the surfaces of two masks lie apart: of pixels, or of elements that have an area."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, nan
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from samb.metrics.base import MaskMetric, Unit, numbered
from samb.metrics.checks import check_pair, check_spacing
from samb.metrics.elements import (
    WeighedDistances,
    element_distances,
    mean_distance,
    share_reach,
)
from samb.metrics.nearest import Distances, nearest_distances
from samb.metrics.outlines import shared_box, surface
from samb.types import BoolArray

Pair = tuple[Distances, Distances]
WeighedPair = tuple[WeighedDistances, WeighedDistances]
Value = Literal["hd", "hd95", "hd95_max", "assd", "masd"]
"""Of surface pixels."""
AreaValue = Literal["hd95_area", "hd99_area", "asd_area_prediction", "asd_area_reference"]
"""Of surface elements, weighed by their areas."""
Tolerance = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True)
class Surface(MaskMetric):
    """Distances between two surfaces, and the share of either within a tolerance of the other.

    `hd`, `hd95` and `assd` equal medpy 0.5.2, whose distance transforms span the whole image; here
    only the surface pixels are compared, exactly and in double precision. Names with `area` are of
    surface elements and equal google-deepmind/surface-distance 0.1. What is asked for in one
    choice shares one computation of the distances of pixels, and one of those of elements.
    """

    values: tuple[Value | AreaValue, ...] = ("hd95", "assd")
    nsd_count: tuple[Tolerance, ...] = ()
    """Tolerances in the unit of the spacing; a distance equal to one is within it."""
    nsd_area: tuple[Tolerance, ...] = ()
    """As `nsd_count`, of surface elements by area (length in 2-D) in place of surface pixels."""
    empty: Mapping[str, float] = field(default_factory=lambda: {"hd95": nan, "assd": nan})
    """What an empty prediction scores."""

    @property
    def names(self) -> tuple[str, ...]:
        counts = (numbered("nsd_count", it) for it in self.nsd_count)
        return (*self.values, *counts, *(numbered("nsd_area", it) for it in self.nsd_area))

    @property
    def units(self) -> Mapping[str, Unit]:
        return {it: "distance" if it in self.values else "fraction" for it in self.names}

    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Raises ValueError for an empty reference, two shapes, or a spacing that does not fit."""
        check_pair(prediction, reference)
        check_spacing(spacing, reference.ndim)
        if not prediction.any():
            return dict(self.empty_prediction)
        found: dict[str, float] = {}
        if self.nsd_count or any(it in OF_PIXELS for it in self.values):
            found |= self._of_pixels(surface_distances(prediction, reference, spacing))
        if self.nsd_area or any(it in OF_ELEMENTS for it in self.values):
            pair = element_distances(prediction, reference, spacing, self._farthest_element)
            found |= self._of_elements(pair)
        return {name: found[name] for name in self.names}

    @property
    def _farthest_element(self) -> float:
        """The distance beyond which it does not matter how far away an element is."""
        if any(it in OF_ELEMENTS for it in self.values):
            return inf
        return at_most(max(self.nsd_area))

    def _of_pixels(self, pair: Pair) -> dict[str, float]:
        pooled = np.concatenate(pair)
        found: dict[str, float]
        found = {it: OF_PIXELS[it](pair, pooled) for it in OF_PIXELS if it in self.values}
        shares = {numbered("nsd_count", it): share_within(pooled, it) for it in self.nsd_count}
        return {**found, **shares}

    def _of_elements(self, pair: WeighedPair) -> dict[str, float]:
        found: dict[str, float]
        found = {it: OF_ELEMENTS[it](*pair) for it in OF_ELEMENTS if it in self.values}
        pooled = np.concatenate([side.distances for side in pair])
        areas = np.concatenate([side.areas for side in pair])
        shares = {numbered("nsd_area", it): share_within(pooled, it, areas) for it in self.nsd_area}
        return {**found, **shares}


OF_PIXELS: Mapping[Value, Callable[[Pair, Distances], float]] = {
    "hd": lambda _, pooled: float(pooled.max()),
    "hd95": lambda _, pooled: float(np.percentile(pooled, 95)),
    "hd95_max": lambda both, _: max(float(np.percentile(it, 95)) for it in both),
    "assd": lambda _, pooled: float(pooled.mean()),
    "masd": lambda both, _: float(both[0].mean() + both[1].mean()) / 2,
}
OF_ELEMENTS: Mapping[AreaValue, Callable[[WeighedDistances, WeighedDistances], float]] = {
    "hd95_area": lambda ours, theirs: max(share_reach(it, 0.95) for it in (ours, theirs)),
    "hd99_area": lambda ours, theirs: max(share_reach(it, 0.99) for it in (ours, theirs)),
    "asd_area_prediction": lambda ours, _: mean_distance(ours),
    "asd_area_reference": lambda _, theirs: mean_distance(theirs),
}


def surface_distances(
    prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
) -> Pair:
    """From each surface pixel of either non-empty mask to the nearest of the other, (N,) and (M,).

    The prediction's come first.
    """
    box = shared_box(prediction, reference)
    ours, theirs = surface(prediction[box]), surface(reference[box])
    return nearest_distances(ours, theirs, spacing), nearest_distances(theirs, ours, spacing)


def share_within(
    distances: NDArray[np.float64], tolerance: float, weights: NDArray[np.float64] | None = None
) -> float:
    """The (weighted) share of distances up to a tolerance."""
    return float(np.average(distances <= at_most(tolerance), weights=weights))


def at_most(tolerance: float) -> float:
    """A billionth more counts as equal, so that 3 steps of 0.1 are within 0.3."""
    return tolerance * (1 + 1e-9)
