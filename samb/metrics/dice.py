"""Dice of several structures together, and of several cases together, from pixel counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np

from samb.types import BoolArray

Weighting = Literal["crum", "sudre"]


@dataclass(frozen=True)
class Counts:
    """Pixels of one prediction, of its reference, and of both."""

    predicted: int
    wanted: int
    shared: int

    @classmethod
    def of(cls, prediction: BoolArray, reference: BoolArray) -> "Counts":
        """Raises ValueError unless both have one shape."""
        if prediction.shape != reference.shape:
            shapes = f"{prediction.shape} and {reference.shape}"
            msg = f"prediction and reference must have one shape, got {shapes}"
            raise ValueError(msg)
        both = int(np.count_nonzero(prediction & reference))
        return cls(int(np.count_nonzero(prediction)), int(np.count_nonzero(reference)), both)


def global_dice(cases: Sequence[Counts]) -> float:
    """Dice of all cases as if they were one image: pooled pixels, not a mean of Dices.

    NaN without a pixel in any of them.
    """
    total = sum(case.predicted + case.wanted for case in cases)
    return 2 * sum(case.shared for case in cases) / total if total else nan


def generalised_dice(structures: Sequence[Counts], weighting: Weighting) -> float:
    """Dice of the structures of one image, each weighted by w = 1 / wanted^p.

    `crum`: p = 1, the inverse volume (Crum, Camara and Hill 2006). `sudre`: p = 2, its square
    (Sudre et al. 2017). A structure without a reference has no finite weight and is left out;
    NaN where that leaves none.
    """
    power = 1 if weighting == "crum" else 2
    present = [it for it in structures if it.wanted]
    if not present:
        return nan
    weights = [float(it.wanted) ** -power for it in present]
    shared = sum(weight * it.shared for weight, it in zip(weights, present, strict=True))
    total = sum(w * (it.predicted + it.wanted) for w, it in zip(weights, present, strict=True))
    return 2 * shared / total
