"""The interfaces of a metric: of one mask against one, and of the masks of a frame together."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import ClassVar, Literal

from samb.types import BoolArray

Unit = Literal["fraction", "likeness", "distance", "error", "signed_error", "count"]
"""`fraction`: 0 to 1, 1 is best. `likeness`: the same up to rounding, or a little more than 1.
`distance`: 0 is best, mm where the spacing is known, else px. `error`: 0 is best, without a limit.
`signed_error`: 0 is best, either side of it is worse. `count`: of pixels, neither good nor bad."""


class Metric(ABC):
    """What a choice of the group `metric` builds: a MaskMetric or an InstanceMetric."""

    empty: Mapping[str, object]
    """What is scored without a mask; one entry serves names that differ in their number alone."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Of the values it gives."""

    @property
    @abstractmethod
    def units(self) -> Mapping[str, Unit]:
        """Name -> unit of each value."""

    def __post_init__(self) -> None:
        kinds = {kind_of(name) for name in self.names}
        if set(self.empty) != kinds:
            msg = f"empty should say what {sorted(kinds)} score, got {sorted(self.empty)}"
            raise ValueError(msg)


class MaskMetric(Metric):
    """Compares a prediction with a reference that is not empty."""

    dimensions: ClassVar[tuple[int, ...]] = (2, 3)
    """Of the masks it is defined for; a metric of images is none of volumes."""

    empty: Mapping[str, float | None]
    """What an empty prediction scores; NaN is undefined, and counted; None is by formula."""

    @property
    def empty_prediction(self) -> Mapping[str, float]:
        """Name -> the value of an empty prediction, where it does not follow from the formula."""
        stated = ((name, self.empty[kind_of(name)]) for name in self.names)
        return {name: value for name, value in stated if value is not None}

    @abstractmethod
    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Values by name, for two masks of one shape, 2-D or 3-D; spacing is per axis."""


@dataclass(frozen=True)
class Unmatched:
    """What a value of a frame is where there is nothing to work on; None: follows by formula."""

    neither: float | None = nan
    """Neither predictions nor references."""
    no_prediction: float | None = 0.0
    no_reference: float | None = 0.0
    no_match: float | None = 0.0
    """Both, but no pair of them matches."""


class InstanceMetric(Metric):
    """Compares all predicted masks of a frame with all its references of one structure."""

    empty: Mapping[str, Unmatched]
    """What is scored without predictions, references or matches."""

    def __call__(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        """Values by name, for (H, W) masks that may overlap; either list may be empty.

        Raises ValueError for an empty mask in a list, or for two shapes.
        """
        if predictions and references:
            return self.score(predictions, references, spacing)
        if predictions or references:
            stated = self._stated("no_reference" if predictions else "no_prediction")
        else:
            stated = self._stated("neither")
        if len(stated) == len(self.names):
            return stated
        return self.score(predictions, references, spacing) | stated

    @abstractmethod
    def score(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        """Values by name; a list is empty only where a value of that is by formula."""

    def without_match(self) -> dict[str, float]:
        """Values by name where no pair of masks matches, but those that are by formula."""
        return self._stated("no_match")

    def _stated(
        self, what: Literal["neither", "no_prediction", "no_reference", "no_match"]
    ) -> dict[str, float]:
        values = {name: getattr(self.empty[kind_of(name)], what) for name in self.names}
        return {name: value for name, value in values.items() if value is not None}


def kind_of(name: str) -> str:
    """The name without the number at its end: `nsd_count` of nsd_count_0p5."""
    return re.sub(r"_\d+(p\d+)?$", "", name)


def numbered(kind: str, number: float) -> str:
    """The name of one of several values that differ in a number: nsd_count_0p5."""
    return f"{kind}_{number:g}".replace(".", "p")
