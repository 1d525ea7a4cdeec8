"""The six columns of a polyp table that are not Dice and IoU."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from samb.metrics import saliency
from samb.metrics.base import MaskMetric, Unit
from samb.metrics.checks import check_pair
from samb.types import BoolArray

NAMES = ("s_measure", "weighted_f", "e_measure_max", "e_measure_mean", "mae")


@dataclass(frozen=True)
class Polyps(MaskMetric):
    """S-measure, weighted F, maximum and mean E-measure and MAE, as py_sod_metrics 1.6.2.

    Of masks, not of soft predictions: the E-measure has two values then, one of them (at the
    threshold 0) that of predicting everything, which counts once in the 256 of the mean.
    """

    dimensions: ClassVar[tuple[int, ...]] = (2,)
    names: ClassVar[tuple[str, ...]] = NAMES
    units: ClassVar[Mapping[str, Unit]] = {
        "s_measure": "likeness",
        "weighted_f": "likeness",
        "e_measure_max": "likeness",
        "e_measure_mean": "likeness",
        "mae": "error",
    }

    empty: Mapping[str, float | None] = field(default_factory=lambda: dict.fromkeys(NAMES))
    """What an empty prediction scores; None: what the formula gives, as in the source."""

    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Raises ValueError for an empty reference, two shapes, or a volume."""
        check_pair(prediction, reference)
        if reference.ndim not in self.dimensions:
            msg = f"these measures are defined on images, (H, W), got {reference.shape}"
            raise ValueError(msg)
        soft = prediction.astype(float)
        aligned = saliency.e_measures(soft, reference)
        found = {
            "s_measure": saliency.s_measure(soft, reference),
            "weighted_f": saliency.weighted_f(soft, reference),
            "e_measure_max": float(aligned.max()),
            "e_measure_mean": float(aligned.mean()),
            "mae": saliency.mean_absolute_error(soft, reference),
        }
        return found if prediction.any() else {**found, **self.empty_prediction}
