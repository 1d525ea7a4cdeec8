"""A user who scribbles on the target: clicks along the line, or the line itself as a mask."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import Field
from scipy import ndimage
from skimage.morphology import skeletonize

from samb.dialogue import Prompt
from samb.geometry import box_extent, components, pixels_xy, tight_box
from samb.prompts.drawing import some_pixels
from samb.prompts.single import SinglePrompter, clicked
from samb.types import BoolArray, FloatArray

Line: TypeAlias = Literal["skeleton", "boundary", "walk"]
ACROSS, DOWN = (1, 1, 0, -1, -1, -1, 0, 1), (0, 1, 1, 1, 0, -1, -1, -1)
"""Steps to the 8 neighbours by heading; each next heading is an eighth of a turn further."""
STRAIGHT = 0.9
"""Share of a walker's steps that keep the heading where they can."""


@dataclass(frozen=True)
class Scribble(SinglePrompter):
    """Positive clicks spread over a line that is drawn on the largest region of the target.

    The first click is uniform over the line's pixels, each further one on the pixel farthest from
    all clicks so far, the first of equals in raster order.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    line: Line = "skeleton"
    """The region's skeleton; its outermost pixels; or a random walk inside it that mostly keeps its
    heading, with as many steps as the longer side of the region's box has pixels."""
    count: Annotated[int, Field(ge=1)] = 10
    """Clicks at most: a line of fewer pixels gives all of them."""

    @property
    def curve(self) -> tuple[str, float]:
        return "points", self.count

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        (region,) = components(mask, 1)
        return clicked(_spread(_pixels(self.line, region, rng), self.count, rng))


@dataclass(frozen=True)
class ScribbleMask(SinglePrompter):
    """The line itself, drawn with a round pen and cut at the edge of the region, as a mask prompt.

    That the pen is as wide as a hundredth of the image's longer side is an assumption: SAM's mask
    input has 256 px, where a thinner line would fade between its neighbours.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"mask"})

    line: Line = "skeleton"
    """As in `Scribble`."""
    pen: Annotated[float, Field(gt=0, le=0.5)] = 0.01
    """Width of the line as a fraction of the image's longer side; at least one pixel."""

    @property
    def stochastic(self) -> bool:
        return self.line == "walk"

    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        (region,) = components(mask, 1)
        free = np.ones(mask.shape, dtype=bool)
        x, y = _pixels(self.line, region, rng).astype(int).T
        free[y, x] = False
        radius = self.pen * max(mask.shape) / 2
        return Prompt(mask=region & (ndimage.distance_transform_edt(free) <= radius))


def _pixels(line: Line, region: BoolArray, rng: np.random.Generator) -> FloatArray:
    """The line's pixels, (N, 2)."""
    if line == "walk":
        return _walk(region, rng)
    if line == "boundary":
        inner = ndimage.binary_erosion(region, structure=np.ones((3, 3)))
        return pixels_xy(region & ~inner)
    return pixels_xy(skeletonize(region))  # type: ignore[no-untyped-call]


def _walk(region: BoolArray, rng: np.random.Generator) -> FloatArray:
    free = np.pad(region, 1)
    walked = np.zeros_like(free)
    x, y = some_pixels(free, 1, rng)[0].astype(int)
    heading = int(rng.integers(8))
    walked[y, x] = True
    for _ in range(int(box_extent(tight_box(region)).max())):
        ways = [way for way in _preferred(heading, rng) if free[y + DOWN[way], x + ACROSS[way]]]
        if ways:
            heading = ways[0]
            x, y = x + ACROSS[heading], y + DOWN[heading]
            walked[y, x] = True
    return pixels_xy(walked[1:-1, 1:-1])


def _preferred(heading: int, rng: np.random.Generator) -> list[int]:
    """All headings in the order a walker tries them: ahead and the eighth turns, then the rest."""
    one_side, other_side = rng.permutation([-1, 1])
    straight = rng.random() < STRAIGHT
    ahead = (0, one_side, other_side) if straight else (one_side, 0, other_side)
    return [int(heading + turn) % 8 for turn in (*ahead, *rng.permutation([2, 3, 4, 5, 6]))]


def _spread(line: FloatArray, count: int, rng: np.random.Generator) -> FloatArray:
    chosen = [int(rng.integers(len(line)))]
    distance = np.full(len(line), np.inf)
    while len(chosen) < min(count, len(line)):
        distance = np.minimum(distance, np.hypot(*(line - line[chosen[-1]]).T))
        chosen.append(int(np.argmax(distance)))
    return line[chosen]
