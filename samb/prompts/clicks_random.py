"""Users who click anywhere in the error."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samb.dialogue import Attempt
from samb.geometry import depth_inside, fill_box, tight_box
from samb.prompts.corrections import Click, CorrectiveClicks, Seen
from samb.prompts.drawing import one_voxel
from samb.selections import Selection
from samb.types import BoolArray

AROUND_PX = 3
"""micro-sam looks for negatives in the object's box grown by so much."""


@dataclass(frozen=True)
class UniformErrorClicks(CorrectiveClicks):
    """One wrong pixel a round, uniform: positive where it was missed, else negative.

    OpenGVLab/SAM-Med2D, which goes on with a point of label -1 (that SAM ignores) when nothing is
    wrong; this user is done then.
    """

    def _clicks(self, seen: Seen, rng: np.random.Generator) -> list[Click]:
        error = seen.missed | seen.covered
        return [_click_in(error, seen, rng)] if error.any() else []


@dataclass(frozen=True)
class PairedClicks(CorrectiveClicks):
    """One positive and one negative click a round, after a first positive one on the deepest pixel.

    The positive is uniform over the missed pixels, else over the target, all of it rightly found.
    The negative is uniform over the wrongly covered ones, else over the target's box grown by 3 px
    less the target, else over all that is not the target; where all of that is empty there is none.
    computational-cell-analytics/micro-sam, micro_sam/prompt_generators.py.
    """

    shown_first: Selection = "predicted_iou"
    """Which candidate of the first answer, that to a single point, the user is shown."""

    def _shown(self, attempts: Sequence[Attempt]) -> Selection:
        return self.shown_first if len(attempts) == 1 else self.shown

    def _clicks(self, seen: Seen, rng: np.random.Generator) -> list[Click]:
        reference = seen.task.reference
        if not seen.clicked:
            return [_first_deepest(reference)]
        positive = _first_filled(seen.missed, reference)
        negative = _first_filled(seen.covered, _around(reference), ~reference)
        return [_click_in(it, seen, rng) for it in (positive, negative) if it.any()]


def _click_in(area: BoolArray, seen: Seen, rng: np.random.Generator) -> Click:
    frame, y, x = one_voxel(area, rng)
    return Click(frame, (x, y), bool(seen.task.reference[frame, y, x]))


def _first_deepest(reference: BoolArray) -> Click:
    depths = np.stack([depth_inside(frame) for frame in reference])
    frame, y, x = (int(index) for index in np.unravel_index(np.argmax(depths), depths.shape))
    return Click(frame, (x, y), positive=True)


def _first_filled(*areas: BoolArray) -> BoolArray:
    """The first that is not empty, else the last."""
    return next((area for area in areas if area.any()), areas[-1])


def _around(reference: BoolArray) -> BoolArray:
    """(F, H, W) the target's box on each frame, grown, less the target."""
    around = np.zeros_like(reference)
    for frame in np.flatnonzero(reference.any(axis=(1, 2))):
        box = tight_box(reference[frame]) + AROUND_PX * np.array([-1, -1, 1, 1])
        around[frame] = fill_box(box, reference.shape[1:])
    return around & ~reference
