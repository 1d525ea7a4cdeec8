"""A user who draws a box round each large region of the target."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.dialogue import Prompt
from samb.geometry import components, tight_box
from samb.prompts.single import SinglePrompter, in_parts
from samb.types import BoolArray


@dataclass(frozen=True)
class RegionBoxes(SinglePrompter):
    """Tight boxes of the largest regions (8 neighbours), decoded apart and united, or one of all.

    Modes 3 to 5 of mazurowski-lab/segment-anything-medical-evaluation (Mazurowski et al. 2023).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    regions: Annotated[int, Field(ge=1)] | None = 1
    """Boxes at most, one per region, the largest regions first; None: one box round all of them."""

    @property
    def stochastic(self) -> bool:
        return False

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        boxed = [mask] if self.regions is None else components(mask, self.regions)
        return in_parts([Prompt(box_xyxy=tight_box(it)) for it in boxed])
