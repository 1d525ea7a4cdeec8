"""The interface of a metric."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from samb.types import BoolArray


class Metric(ABC):
    """Compares a prediction with a reference that is not empty."""

    names: ClassVar[tuple[str, ...]]
    """Of the values it gives."""
    units: ClassVar[Mapping[str, str]]
    """Name -> `fraction` or `distance` (mm where the spacing is known, else px)."""
    empty_prediction: ClassVar[Mapping[str, float]]
    """Name -> the value of an empty prediction; NaN is undefined, and counted."""

    @abstractmethod
    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Values by name, for two masks of one shape, 2-D or 3-D; spacing is per axis."""
