"""How far the surfaces of two masks lie apart, between pixel centres."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from samb.metrics.base import MaskMetric, Unit, numbered
from samb.metrics.checks import check_pair, check_spacing
from samb.metrics.nearest import Distances, nearest_distances
from samb.metrics.outlines import shared_box, surface
from samb.types import BoolArray

Value = Literal["hd", "hd95", "assd", "masd"]
Tolerance = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True)
class Surface(MaskMetric):
    """Distances between two surfaces, and the share of surface pixels within a tolerance.

    `hd`, `hd95` and `assd` equal medpy 0.5.2, whose distance transforms span the whole image; here
    only the surface pixels are compared, exactly and in double precision. What is asked for in one
    choice shares one computation of the distances.
    """

    values: tuple[Value, ...] = ("hd95", "assd")
    nsd_count: tuple[Tolerance, ...] = ()
    """Tolerances in the unit of the spacing; a distance equal to one is within it."""
    empty: Mapping[str, float] = field(default_factory=lambda: {"hd95": nan, "assd": nan})
    """What an empty prediction scores."""

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.values, *(numbered("nsd_count", it) for it in self.nsd_count))

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
        distances = surface_distances(prediction, reference, spacing)
        pooled = np.concatenate(distances)
        found: dict[str, float] = {name: VALUES[name](distances, pooled) for name in self.values}
        shares = {numbered("nsd_count", it): share_within(pooled, it) for it in self.nsd_count}
        return {**found, **shares}


Pair = tuple[Distances, Distances]
VALUES: Mapping[Value, Callable[[Pair, Distances], float]] = {
    "hd": lambda _, pooled: float(pooled.max()),
    "hd95": lambda _, pooled: float(np.percentile(pooled, 95)),
    "assd": lambda _, pooled: float(pooled.mean()),
    "masd": lambda both, _: float(both[0].mean() + both[1].mean()) / 2,
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
    """The (weighted) share of distances up to a tolerance.

    A billionth more counts as equal, so that 3 steps of 0.1 are within 0.3.
    """
    return float(np.average(distances <= tolerance * (1 + 1e-9), weights=weights))
