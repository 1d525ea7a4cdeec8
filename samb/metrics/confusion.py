"""What is found, what is found wrongly, and how the sizes compare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import ClassVar

import numpy as np

from samb.metrics.base import MaskMetric, Unit
from samb.metrics.checks import check_pair
from samb.types import BoolArray


def _of_nothing() -> Mapping[str, float]:
    return {
        "precision": nan,
        "recall": 0.0,
        "specificity": 1.0,
        "volume_error": -1.0,
        "volume_error_abs": 1.0,
        "volumetric_similarity": 0.0,
    }


@dataclass(frozen=True)
class Confusion(MaskMetric):
    """Rates of the confusion matrix, and errors of the volume (of the area, in 2-D).

    `precision`, `recall` and `specificity` equal medpy 0.5.2. The spacing cancels out.
    """

    names: ClassVar[tuple[str, ...]] = tuple(_of_nothing())
    units: ClassVar[Mapping[str, Unit]] = {
        "precision": "fraction",
        "recall": "fraction",
        "specificity": "fraction",
        "volume_error": "signed_error",
        "volume_error_abs": "error",
        "volumetric_similarity": "fraction",
    }

    empty: Mapping[str, float] = field(default_factory=_of_nothing)
    """What an empty prediction scores."""

    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """`specificity` is NaN where the reference fills the image; raises as Overlap."""
        check_pair(prediction, reference)
        if not prediction.any():
            return dict(self.empty_prediction)
        shared = int(np.count_nonzero(prediction & reference))
        predicted, wanted = int(np.count_nonzero(prediction)), int(np.count_nonzero(reference))
        outside = reference.size - wanted
        error = (predicted - wanted) / wanted
        return {
            "precision": shared / predicted,
            "recall": shared / wanted,
            "specificity": 1 - (predicted - shared) / outside if outside else nan,
            "volume_error": error,
            "volume_error_abs": abs(error),
            "volumetric_similarity": 1 - abs(predicted - wanted) / (predicted + wanted),
        }
