"""How many targets are found, and at the price of how many false alarms, over many frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Annotated

from pydantic import Field

from samb.metrics.base import InstanceMetric, Unit, Unmatched, numbered
from samb.metrics.instances import Matches, Overlaps, exclusive, matches
from samb.types import BoolArray


@dataclass(frozen=True)
class Detection:
    """Over the units given: frames, or volumes."""

    sensitivity: float
    """Found targets / targets, pooled; NaN without a target."""
    false_positives: float
    """Mean number of masks without a target, per unit; units without targets count."""


def detection(units: Sequence[Matches]) -> Detection:
    """Of the matched lists of frames or of volumes; both values are NaN without a unit."""
    found = sum(unit.true_positives for unit in units)
    targets = found + sum(unit.false_negatives for unit in units)
    alarms = sum(unit.false_positives for unit in units)
    return Detection(
        sensitivity=found / targets if targets else nan,
        false_positives=alarms / len(units) if units else nan,
    )


@dataclass(frozen=True)
class FoundTargets(InstanceMetric):
    """Sensitivity and number of false positives of a frame, on exclusive masks.

    A target is found by a mask of its own whose IoU with it is above the threshold.
    """

    threshold: Annotated[float, Field(ge=0, lt=1)] = 0.5
    empty: Mapping[str, Unmatched] = field(
        default_factory=lambda: {
            "sensitivity": Unmatched(no_reference=nan),
            "false_positives": Unmatched(0.0, 0.0, None, None),
        }
    )
    """What is scored where there is nothing to match; without a target every mask is false."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(numbered(it, self.threshold) for it in ("sensitivity", "false_positives"))

    @property
    def units(self) -> Mapping[str, Unit]:
        return dict(zip(self.names, ("fraction", "error"), strict=True))

    def score(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        iou = Overlaps.of(exclusive(predictions), exclusive(references)).iou
        matched = matches(iou, self.threshold)
        found = detection([matched])
        values = (found.sensitivity, found.false_positives)
        stated = {} if matched.true_positives else self.without_match()
        return dict(zip(self.names, values, strict=True)) | stated
