"""How much of the bands along two borders coincides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from scipy import ndimage

from samb.metrics.base import MaskMetric, Unit
from samb.metrics.checks import check_pair
from samb.types import BoolArray


@dataclass(frozen=True)
class BoundaryIou(MaskMetric):
    """IoU of the pixels of either mask that lie near its border (Cheng et al. 2021).

    Equal to `boundary_iou` of their boundary-iou-api. The spacing is not used.
    """

    dimensions: ClassVar[tuple[int, ...]] = (2,)
    names: ClassVar[tuple[str, ...]] = ("boundary_iou",)
    units: ClassVar[Mapping[str, Unit]] = {"boundary_iou": "fraction"}

    width: Annotated[float, Field(gt=0, le=1)] = 0.02
    """Of the band, as a fraction of the image's diagonal; at least one pixel."""
    empty: Mapping[str, float] = field(default_factory=lambda: {"boundary_iou": 0.0})
    """What an empty prediction scores."""

    def __call__(
        self, prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
    ) -> dict[str, float]:
        """Raises ValueError for an empty reference or two shapes."""
        check_pair(prediction, reference)
        if not prediction.any():
            return dict(self.empty_prediction)
        pixels = max(1, round(self.width * float(np.hypot(*reference.shape))))
        ours, theirs = band(prediction, pixels), band(reference, pixels)
        shared, either = np.count_nonzero(ours & theirs), np.count_nonzero(ours | theirs)
        return {"boundary_iou": shared / either}


def band(mask: BoolArray, pixels: int) -> BoolArray:
    """Pixels of an (H, W) mask at most so many steps, diagonal ones too, from its outside.

    What lies beyond the image counts as outside.
    """
    deep = ndimage.minimum_filter(mask, size=2 * pixels + 1, mode="constant", cval=0)
    found: BoolArray = mask & ~deep
    return found
