"""A user who draws one box."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.dialogue import Prompt
from samb.geometry import box_extent, clip_box, tight_box
from samb.prompts.single import SinglePrompter
from samb.types import BoolArray, FloatArray


@dataclass(frozen=True)
class Box(SinglePrompter):
    """The tight box of the target, each edge moved by uniform +-jitter times the box's extent.

    Jitter as a fraction of the box: Roy et al. (SAM.MD, 2304.05396), Cheng et al. (2305.00035);
    that it is uniform, and independent by edge, is an assumption (neither says).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    jitter: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """Fraction of the box's width (left and right edge) and height (top and bottom edge)."""

    @property
    def stochastic(self) -> bool:
        return self.jitter > 0

    @property
    def curve(self) -> tuple[str, float]:
        return "jitter", self.jitter

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        box = tight_box(mask)
        return Prompt(box_xyxy=self._moved(box, mask.shape, rng) if self.jitter else box)

    def _moved(
        self, box: FloatArray, shape: tuple[int, int], rng: np.random.Generator
    ) -> FloatArray:
        reach = self.jitter * np.tile(box_extent(box), 2)
        return clip_box(box + rng.uniform(-reach, reach), shape)
