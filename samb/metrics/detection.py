"""How many targets are found, and at the price of how many false alarms, over many frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from samb.metrics.instances import Matches


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
