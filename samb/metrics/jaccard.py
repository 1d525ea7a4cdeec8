"""The aggregated Jaccard index of the masks of a frame, and its one-to-one variant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from samb.metrics.base import InstanceMetric, Unit, Unmatched
from samb.metrics.instances import Overlaps, exclusive
from samb.types import BoolArray


@dataclass(frozen=True)
class AggregatedJaccard(InstanceMetric):
    """AJI of Kumar et al. 2017 and AJI+ of Graham et al. 2019, on exclusive masks.

    AJI pairs every reference with the prediction of highest IoU, which may serve several; AJI+
    pairs one to one with the greatest sum of IoU. Shared pixels of all pairs over their united
    pixels, and the pixels of whatever has no partner.
    """

    names: ClassVar[tuple[str, ...]] = ("aji", "aji_plus")
    units: ClassVar[Mapping[str, Unit]] = {"aji": "fraction", "aji_plus": "fraction"}

    empty: Mapping[str, Unmatched] = field(
        default_factory=lambda: {"aji": Unmatched(), "aji_plus": Unmatched()}
    )
    """What is scored where there is nothing to match."""

    def score(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        overlaps = Overlaps.of(exclusive(predictions), exclusive(references))
        if not overlaps.shared.any():
            return self.without_match()
        iou = overlaps.iou
        best = np.stack([iou.argmax(axis=0), np.arange(iou.shape[1])], axis=1)
        one_to_one = np.stack(linear_sum_assignment(iou, maximize=True), axis=1)
        return {
            "aji": aggregated(overlaps, best),
            "aji_plus": aggregated(overlaps, one_to_one),
        }


def aggregated(overlaps: Overlaps, pairs: NDArray[np.intp]) -> float:
    """Shared over united pixels, given (M, 2) pairs; those that share nothing are no pairs."""
    ours, theirs = pairs[overlaps.shared[pairs[:, 0], pairs[:, 1]] > 0].T
    alone = np.delete(overlaps.predicted, ours).sum() + np.delete(overlaps.wanted, theirs).sum()
    united = overlaps.union[ours, theirs].sum() + alone
    return float(overlaps.shared[ours, theirs].sum() / united)
