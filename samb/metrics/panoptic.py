"""Panoptic quality of the masks of a frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import ClassVar

from samb.metrics.base import InstanceMetric, Unit, Unmatched
from samb.metrics.instances import Overlaps, exclusive, matches
from samb.types import BoolArray


@dataclass(frozen=True)
class PanopticQuality(InstanceMetric):
    """PQ = SQ x RQ of Kirillov et al. 2019, for one class, on exclusive masks.

    Pairs have an IoU above 0.5. SQ is their mean IoU, RQ their F1.
    """

    names: ClassVar[tuple[str, ...]] = ("pq", "sq", "rq")
    units: ClassVar[Mapping[str, Unit]] = {"pq": "fraction", "sq": "fraction", "rq": "fraction"}

    empty: Mapping[str, Unmatched] = field(
        default_factory=lambda: {
            "pq": Unmatched(),
            "sq": Unmatched(no_prediction=nan, no_reference=nan, no_match=nan),
            "rq": Unmatched(),
        }
    )
    """What is scored where there is nothing to match."""

    def score(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        overlaps = Overlaps.of(exclusive(predictions), exclusive(references))
        iou = overlaps.iou
        found = matches(iou, above=0.5)
        if not found.true_positives:
            return self.without_match()
        quality = float(iou[found.pairs[:, 0], found.pairs[:, 1]].mean())
        recognition = f1(found.true_positives, found.false_positives, found.false_negatives)
        return {"pq": quality * recognition, "sq": quality, "rq": recognition}


def f1(true_positives: int, false_positives: int, false_negatives: int) -> float:
    """2 TP / (2 TP + FP + FN), with something to count."""
    return 2 * true_positives / (2 * true_positives + false_positives + false_negatives)
