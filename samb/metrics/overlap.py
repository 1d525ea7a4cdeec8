"""How much of two masks coincides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from samb.metrics.base import MaskMetric, Unit
from samb.metrics.checks import check_pair
from samb.types import BoolArray


@dataclass(frozen=True)
class Overlap(MaskMetric):
    """Dice similarity coefficient and intersection over union.

    Equal to `dc` and `jc` of medpy 0.5.2. The spacing cancels out and is not used.
    """

    names: ClassVar[tuple[str, ...]] = ("dsc", "iou")
    units: ClassVar[Mapping[str, Unit]] = {"dsc": "fraction", "iou": "fraction"}

    empty: Mapping[str, float] = field(default_factory=lambda: {"dsc": 0.0, "iou": 0.0})
    """What an empty prediction scores."""

    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Raises ValueError for an empty reference or two shapes."""
        check_pair(prediction, reference)
        if not prediction.any():
            return dict(self.empty_prediction)
        total = int(np.count_nonzero(prediction)) + int(np.count_nonzero(reference))
        shared = int(np.count_nonzero(prediction & reference))
        return {"dsc": 2 * shared / total, "iou": shared / (total - shared)}
