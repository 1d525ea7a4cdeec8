"""How many masks of a frame are hit, by how strictly one looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from samb.metrics.base import InstanceMetric, Unit, Unmatched, numbered
from samb.metrics.instances import Matches, Overlaps, exclusive, matches
from samb.metrics.panoptic import f1
from samb.types import BoolArray

Threshold = Annotated[float, Field(ge=0, lt=1)]
TEN = tuple(percent / 100 for percent in range(50, 100, 5))


@dataclass(frozen=True)
class Hits(InstanceMetric):
    """AP = TP / (TP + FP + FN) and F1 above each IoU, and `msa`, the mean of the APs.

    AP and `msa` are those of the Data Science Bowl 2018, which has no confidence to rank by; COCO's
    AP is another number.
    """

    thresholds: Annotated[tuple[Threshold, ...], Field(min_length=1)] = TEN
    """A hit has an IoU above, not at, the threshold."""
    overlapping: Literal["exclusive", "raw"] = "exclusive"
    """Whether overlaps within either list are resolved first, or the masks matched as they are."""
    empty: Mapping[str, Unmatched] = field(
        default_factory=lambda: {"ap": Unmatched(), "f1": Unmatched(), "msa": Unmatched()}
    )
    """What is scored where there is nothing to match."""

    @property
    def names(self) -> tuple[str, ...]:
        numbers = (numbered(kind, it) for kind in ("ap", "f1") for it in self.thresholds)
        return (*numbers, "msa")

    @property
    def units(self) -> Mapping[str, Unit]:
        return dict.fromkeys(self.names, "fraction")

    def score(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        if self.overlapping == "exclusive":
            predictions, references = exclusive(predictions), exclusive(references)
        iou = Overlaps.of(predictions, references).iou
        if iou.max() <= min(self.thresholds):
            return self.without_match()
        found = {it: matches(iou, it) for it in self.thresholds}
        precisions = {it: average_precision(hit) for it, hit in found.items()}
        scores = self.without_match() | {"msa": sum(precisions.values()) / len(precisions)}
        for it, hit in found.items():
            if hit.true_positives:
                counts = hit.true_positives, hit.false_positives, hit.false_negatives
                scores |= {numbered("ap", it): precisions[it], numbered("f1", it): f1(*counts)}
        return scores


def average_precision(found: Matches) -> float:
    """TP / (TP + FP + FN)."""
    missed = found.false_positives + found.false_negatives
    return found.true_positives / (found.true_positives + missed)
