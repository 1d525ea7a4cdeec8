"""Users whose box is not tight, by a number of pixels."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.dialogue import Prompt
from samb.geometry import clip_box, tight_box
from samb.prompts.drawing import Pixels, check_range, random_move
from samb.prompts.single import SinglePrompter
from samb.types import BoolArray, FloatArray


@dataclass(frozen=True)
class ShiftedBox(SinglePrompter):
    """The tight box, moved as a whole, then clipped to the image.

    Huang et al. 2023 (2304.14660) enlarge or move boxes randomly by 0-10, 10-20 and 20-30 px; that
    the box keeps its size, and that each axis moves by such a number, are assumptions.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    least_px: Pixels = 0.0
    most_px: Pixels = 10.0

    def __post_init__(self) -> None:
        check_range(self.least_px, self.most_px)

    @property
    def stochastic(self) -> bool:
        return self.most_px > 0

    @property
    def curve(self) -> tuple[str, float]:
        return "shift_px", self.most_px

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        move = np.tile(random_move(self.least_px, self.most_px, rng), 2)
        return Prompt(box_xyxy=clip_box(tight_box(mask) + move, mask.shape))


@dataclass(frozen=True)
class MarginBox(SinglePrompter):
    """The tight box with a fixed margin on every side, clipped to the image.

    MedSAM's SAM baseline (bowang-lab/MedSAM, comparisons/SAM) adds 20 px on the 1024 px grid.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    margin_px: Pixels = 20.0
    grid_px: Annotated[int, Field(ge=1)] | None = 1024
    """Side of the square to which the image is stretched where the margin is counted; None: the
    margin is counted in original pixels."""

    @property
    def stochastic(self) -> bool:
        return False

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        margin = self._margin(mask.shape)
        box = tight_box(mask) + np.concatenate([-margin, margin])
        return Prompt(box_xyxy=clip_box(box, mask.shape))

    def _margin(self, shape: tuple[int, int]) -> FloatArray:
        """(across, down) in original pixels."""
        if self.grid_px is None:
            return np.full(2, self.margin_px)
        margin: FloatArray = self.margin_px * np.array(shape[::-1]) / self.grid_px
        return margin


@dataclass(frozen=True)
class ImageBox(SinglePrompter):
    """The box of the whole image: all that a user gives who does not look."""

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    @property
    def stochastic(self) -> bool:
        return False

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        return Prompt(box_xyxy=tight_box(np.ones_like(mask)))
