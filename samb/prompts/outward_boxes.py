"""A user whose box is never too small: MedSAM's in training."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.dialogue import Prompt
from samb.geometry import clip_box, tight_box
from samb.prompts.single import SinglePrompter
from samb.types import BoolArray


@dataclass(frozen=True)
class OutwardBox(SinglePrompter):
    """The tight box, each edge moved outward by a whole number of px from 0 to `most_px`.

    Uniform and independent by edge, counted on the image stretched to `grid_px`, then clipped to
    the image: bowang-lab/MedSAM, train_one_gpu.py (0 to 20 px of 1024) and train.py of its first
    version (0 to 19 px of 256).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    most_px: Annotated[int, Field(ge=0)] = 20
    grid_px: Annotated[int, Field(ge=1)] = 1024

    @property
    def stochastic(self) -> bool:
        return self.most_px > 0

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        moves = rng.integers(0, self.most_px + 1, 4) * np.array([-1, -1, 1, 1])
        scale = np.tile(np.array(mask.shape[::-1]) / self.grid_px, 2)
        return Prompt(box_xyxy=clip_box(tight_box(mask) + moves * scale, mask.shape))
