"""A user who spreads points by taking every so-manieth pixel in raster order."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.dialogue import Prompt
from samb.geometry import pixels_xy, tight_box
from samb.prompts.centre import centre_of_mass
from samb.prompts.single import SinglePrompter, clicked
from samb.types import BoolArray, FloatArray


@dataclass(frozen=True)
class StridedPoints(SinglePrompter):
    """The truncated centre of mass and pixels at equal steps through the target, in raster order.

    Negatives likewise from the pixels outside it in its box of twice the size. Huang et al. 2023,
    S3 and S4 (yuhoo0302/Segment-Anything-Model-for-Medical-Images, utils/get_prompts.py).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    positives: Annotated[int, Field(ge=1)] = 5
    negatives: Annotated[int, Field(ge=0)] = 0

    @property
    def stochastic(self) -> bool:
        return False

    @property
    def curve(self) -> tuple[str, float] | None:
        return None if self.negatives else ("points", self.positives)

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        positive = _at_equal_steps(pixels_xy(mask), self.positives)
        negative = _at_equal_steps(pixels_xy(_doubled_box(mask) & ~mask), self.negatives)
        return clicked(np.concatenate([centre_of_mass(mask), positive[1:]]), negative)


def _at_equal_steps(pixels: FloatArray, count: int) -> FloatArray:
    """At most `count` of (N, 2) pixels, from the first on; all of them where N is smaller."""
    return pixels[:: max(1, len(pixels) // count)][:count] if count else pixels[:0]


def _doubled_box(mask: BoolArray) -> BoolArray:
    """Pixels of the target's box scaled by 2 about its centre and clipped, (H, W).

    The source counts a box from 3 to 8 as 5 px wide and truncates: a one-pixel target has no room.
    """
    x0, y0, x1, y1 = tight_box(mask)
    doubled = np.zeros_like(mask)
    rows = _doubled(y0, y1, mask.shape[0])
    doubled[rows, _doubled(x0, x1, mask.shape[1])] = True
    return doubled


def _doubled(low: float, high: float, size: int) -> slice:
    extent = high - low
    start, stop = max(0, low - extent / 2), min(size, high + extent / 2)
    return slice(int(start), int(start) + int(stop - start))
