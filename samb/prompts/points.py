"""A user who clicks random points of the target, and of what is not the target."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.dialogue import Prompt
from samb.geometry import pixels_xy
from samb.prompts.drawing import some_pixels
from samb.prompts.single import SinglePrompter, clicked
from samb.types import BoolArray


@dataclass(frozen=True)
class RandomPoints(SinglePrompter):
    """Foreground points drawn uniformly from the target's pixels, without replacement.

    A target with fewer pixels than points gives all of them, then draws again with replacement
    (the rule of MIC-DKFZ/radioactive for points in a slice). Background points are drawn uniformly
    from the rest of the frame without replacement: fewer where there are fewer such pixels.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    count: Annotated[int, Field(ge=1)] = 1
    negatives: Annotated[int, Field(ge=0)] = 0

    @property
    def curve(self) -> tuple[str, float] | None:
        return None if self.negatives else ("points", self.count)

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        pixels = pixels_xy(mask)
        chosen = rng.permutation(len(pixels))[: self.count]
        again = rng.integers(len(pixels), size=self.count - len(chosen))
        negative = some_pixels(~mask, self.negatives, rng)
        return clicked(pixels[np.concatenate([chosen, again])], negative)
