"""Pixel counts, from which the report makes Dice values of whole data sets and cases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from samb.metrics.base import MaskMetric, Unit
from samb.metrics.checks import check_pair
from samb.metrics.dice import Counts
from samb.types import BoolArray


@dataclass(frozen=True)
class PooledDice(MaskMetric):
    """Pixels of a prediction, of its reference, and of both.

    One mask has no pooled Dice; `samb.stages.pooling` adds these counts up.
    """

    names: ClassVar[tuple[str, ...]] = ("px_predicted", "px_reference", "px_shared")
    units: ClassVar[Mapping[str, Unit]] = dict.fromkeys(names, "count")

    empty: Mapping[str, float | None] = field(
        default_factory=lambda: {"px_predicted": 0.0, "px_reference": None, "px_shared": 0.0}
    )
    """What an empty prediction scores; the reference keeps its pixels."""

    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Raises ValueError for an empty reference or two shapes."""
        check_pair(prediction, reference)
        counts = Counts.of(prediction, reference)
        values = (counts.predicted, counts.wanted, counts.shared)
        found = dict(zip(self.names, map(float, values), strict=True))
        return found if prediction.any() else {**found, **self.empty_prediction}
