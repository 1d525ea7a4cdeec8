"""A user who clicks the centre of the target, wherever that falls."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from samb.dialogue import Prompt
from samb.geometry import clip_box, pixels_xy, tight_box
from samb.prompts.drawing import Pixels, check_range, random_move, some_pixels
from samb.prompts.single import SinglePrompter, clicked
from samb.types import BoolArray, FloatArray


def centre_of_mass(mask: BoolArray) -> FloatArray:
    """Mean of the pixels of an (H, W) mask, truncated to whole pixels, (1, 2).

    May lie outside the mask, never outside its box (yuhoo0302's utils/get_prompts.py).
    """
    centre: FloatArray = np.floor(pixels_xy(mask).mean(axis=0, keepdims=True, dtype=np.float64))
    return centre


def pulled_inside(point_xy: FloatArray, mask: BoolArray, rng: np.random.Generator) -> FloatArray:
    """The point, or a uniformly drawn pixel of the (H, W) mask where the point lies outside."""
    x, y = point_xy[0].astype(int)
    return point_xy if mask[y, x] else some_pixels(mask, 1, rng)


@dataclass(frozen=True)
class CentrePoint(SinglePrompter):
    """One point in the middle: of mass (Huang et al. 2023), or of the box (Cheng et al. 2023)."""

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    of: Literal["mass", "box"] = "mass"
    """The centre of mass is truncated to whole pixels; that of the box may lie between two."""
    inside: bool = False
    """Whether a centre outside the target is replaced by a random pixel of the target."""
    least_px: Pixels = 0.0
    most_px: Pixels = 0.0
    """The point is then moved along each axis by so many pixels, and clipped to the image."""

    def __post_init__(self) -> None:
        check_range(self.least_px, self.most_px)

    @property
    def stochastic(self) -> bool:
        return self.inside or self.most_px > 0

    @property
    def curve(self) -> tuple[str, float] | None:
        return ("shift_px", self.most_px) if self.most_px else None

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        point = centre_of_mass(mask) if self.of == "mass" else _middle(mask)
        if self.inside:
            point = pulled_inside(point, mask, rng)
        if self.most_px:
            point = point + random_move(self.least_px, self.most_px, rng)
        return clicked(clip_box(np.tile(point[0], 2), mask.shape)[None, :2])


def _middle(mask: BoolArray) -> FloatArray:
    middle: FloatArray = tight_box(mask).reshape(2, 2).mean(axis=0, keepdims=True)
    return middle


@dataclass(frozen=True)
class BoxAndCentre(SinglePrompter):
    """The tight box and the centre of mass together (Huang et al. 2023, S6 = S5 + S2)."""

    kinds: ClassVar[frozenset[str]] = frozenset({"box", "points"})

    inside: bool = True
    """Whether a centre outside the target is replaced by a random pixel of the target."""

    @property
    def stochastic(self) -> bool:
        return self.inside

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        point = centre_of_mass(mask)
        if self.inside:
            point = pulled_inside(point, mask, rng)
        labels = np.ones(1, dtype=np.int8)
        return Prompt(points_xy=point, point_labels=labels, box_xyxy=tight_box(mask))
