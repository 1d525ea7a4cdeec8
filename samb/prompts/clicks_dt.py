"""A user who clicks in the middle of the thickest error: Mazurowski et al.'s."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from samb.prompts.corrections import Click, CorrectiveClicks, Seen
from samb.prompts.deepest import Distance, depth
from samb.prompts.drawing import one_voxel
from samb.types import BoolArray


@dataclass(frozen=True)
class DeepestErrorClicks(CorrectiveClicks):
    """At the greatest depth of all wrong pixels together, missed and wrongly covered ones.

    Equally deep pixels are drawn uniformly. mazurowski-lab/segment-anything-medical-evaluation,
    prompt_gen_and_exec_v1.py (Mazurowski et al. 2023), whose first click follows from an empty
    answer.
    """

    distance: Distance = "chamfer"
    positive_on: Literal["target", "any_target"] = "target"
    """Where a click is positive: on the target, or, as published, on any target of the view, also
    where the answer covers another one wrongly."""

    def _clicks(self, seen: Seen, rng: np.random.Generator) -> list[Click]:
        error = seen.missed | seen.covered
        if not error.any():
            return []
        depths = np.stack([depth(frame, self.distance) for frame in error])
        frame, y, x = one_voxel(depths == depths.max(), rng)
        return [Click(frame, (x, y), bool(self._foreground(seen)[frame, y, x]))]

    def _foreground(self, seen: Seen) -> BoolArray:
        if self.positive_on == "target":
            return seen.task.reference
        every = [target.prompting_reference.array() for target in seen.task.targets]
        foreground: BoolArray = np.logical_or.reduce(every)
        return foreground
