"""A user who clicks where the target is thickest."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import Field

from samb.dialogue import Prompt
from samb.geometry import components, depth_inside
from samb.prompts.chamfer import chamfer_depth
from samb.prompts.drawing import one_deepest
from samb.prompts.single import SinglePrompter, clicked
from samb.types import BoolArray, FloatArray

Distance: TypeAlias = Literal["exact", "chamfer"]
"""Euclidean, or OpenCV's 5x5 approximation."""


def depth(mask: BoolArray, distance: Distance) -> FloatArray:
    """Distance in px of each pixel of an (H, W) mask to the nearest one outside."""
    return depth_inside(mask) if distance == "exact" else chamfer_depth(mask)


@dataclass(frozen=True)
class DeepestPoints(SinglePrompter):
    """One point at the greatest depth of each of the largest regions (8 neighbours), all together.

    Equally deep pixels are drawn uniformly. Modes 1 and 2 of
    mazurowski-lab/segment-anything-medical-evaluation (Mazurowski et al. 2023), with `chamfer`.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    regions: Annotated[int, Field(ge=1)] = 1
    """Points at most, one per region, the largest regions first."""
    distance: Distance = "exact"

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        chosen = components(mask, self.regions)
        points = [one_deepest(depth(region, self.distance), rng) for region in chosen]
        return clicked(np.concatenate(points))
