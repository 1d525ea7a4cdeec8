"""A user who hands over the reference mask itself, or a worse one made from it."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy import ndimage

from samb.dialogue import Prompt
from samb.geometry import depth_inside, tight_box
from samb.prompts.single import SinglePrompter
from samb.types import BoolArray


@dataclass(frozen=True)
class ReferenceMask(SinglePrompter):
    """The target's mask, grown or shrunk by a disc, then moved, as a mask prompt.

    Masks that are dilated, eroded and shifted by pixels: ucsdbiag/Prompt-Robustness-MedSegFMs.
    """

    grow_px: int = 0
    """Radius of the disc that dilates the mask; negative: that erodes it."""
    shift_px: Annotated[int, Field(ge=0)] = 0
    """The mask moves by whole pixels, each axis by an independent uniform draw from -shift_px to
    shift_px, less far where its box would leave the image."""
    box: bool = False
    """Whether the tight box of the mask that is given goes with it, as micro-sam does."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({"mask", "box"} if self.box else {"mask"})

    @property
    def stochastic(self) -> bool:
        return self.shift_px > 0

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        given = moved(resized(mask, self.grow_px), self.shift_px, rng)
        return Prompt(mask=given, box_xyxy=tight_box(given) if self.box else None)


def resized(mask: BoolArray, grow_px: int) -> BoolArray:
    """A non-empty (H, W) mask dilated, or eroded where negative, by a disc of that radius.

    What lies beyond the image counts as outside. Where nothing would be left, the deepest pixels
    are kept.
    """
    if grow_px > 0:
        grown: BoolArray = ndimage.distance_transform_edt(~mask) <= grow_px
        return grown
    depth = depth_inside(mask)
    least = min(float(-grow_px), np.nextafter(depth.max(), 0))
    shrunk: BoolArray = depth > least
    return shrunk


def moved(mask: BoolArray, most_px: int, rng: np.random.Generator) -> BoolArray:
    """A non-empty (H, W) mask moved by whole pixels, its box kept inside the image."""
    if not most_px:
        return mask
    x0, y0, x1, y1 = tight_box(mask).astype(int)
    height, width = mask.shape
    dx, dy = rng.integers(-most_px, most_px + 1, size=2)
    dx, dy = np.clip(dx, -x0, width - 1 - x1), np.clip(dy, -y0, height - 1 - y1)
    return np.roll(mask, (int(dy), int(dx)), axis=(0, 1))
