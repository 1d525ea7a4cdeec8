"""A user who clicks the middle of the target and points of a ring around it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from scipy import ndimage

from samb.dialogue import Prompt
from samb.geometry import depth_inside, fill_box, pixels_xy, tight_box
from samb.prompts.drawing import some_pixels
from samb.prompts.single import SinglePrompter, clicked
from samb.types import BoolArray, FloatArray


@dataclass(frozen=True)
class RingPoints(SinglePrompter):
    """micro-sam's points (computational-cell-analytics/micro-sam, micro_sam/prompt_generators.py).

    The first positive is the deepest pixel, the first of equals in raster order; the others are
    uniform over the target. Negatives are uniform over the target's box grown by `distance_px` less
    the target dilated by as much; where that is too small, over all that is outside the target.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    positives: Annotated[int, Field(ge=1)] = 2
    negatives: Annotated[int, Field(ge=0)] = 4
    distance_px: Annotated[int, Field(ge=0)] = 5

    @property
    def stochastic(self) -> bool:
        return self.positives > 1 or self.negatives > 0

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        return clicked(self._positive(mask, rng), self._negative(mask, rng))

    def _positive(self, mask: BoolArray, rng: np.random.Generator) -> FloatArray:
        pixels, wanted = pixels_xy(mask), self.positives - 1
        others = rng.choice(len(pixels), size=wanted, replace=wanted > len(pixels))
        return np.concatenate([first_deepest(mask), pixels[others]])

    def _negative(self, mask: BoolArray, rng: np.random.Generator) -> FloatArray:
        found = some_pixels(_ring(mask, self.distance_px), self.negatives, rng)
        rest = ~mask
        rest[found[:, 1].astype(int), found[:, 0].astype(int)] = False
        return np.concatenate([found, some_pixels(rest, self.negatives - len(found), rng)])


def first_deepest(mask: BoolArray) -> FloatArray:
    """The deepest pixel of an (H, W) mask, the first of equals in raster order, (1, 2)."""
    depth = depth_inside(mask)
    return pixels_xy(depth == depth.max())[:1]


def _ring(mask: BoolArray, distance: int) -> BoolArray:
    grown = fill_box(tight_box(mask) + distance * np.array([-1, -1, 1, 1]), mask.shape)
    dilated: BoolArray = ndimage.maximum_filter(mask, size=2 * distance + 1, mode="constant")
    return grown & ~dilated
