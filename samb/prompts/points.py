"""A user who clicks random points of the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.geometry import pixels_xy
from samb.prompts.base import Prompter
from samb.prompts.frames import largest_frame
from samb.types import Attempt, Prompt, Task


@dataclass(frozen=True)
class RandomPoints(Prompter):
    """Foreground points drawn uniformly from the target's pixels, without replacement.

    A target with fewer pixels than points gives all of them, then draws again with replacement
    (the rule of MIC-DKFZ/radioactive for points in a slice).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    count: Annotated[int, Field(ge=1)] = 1

    @property
    def curve(self) -> tuple[str, float]:
        return "points", self.count

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        if attempts:
            return []
        frame = largest_frame(task.reference)
        pixels = pixels_xy(task.reference[frame])
        chosen = rng.permutation(len(pixels))[: self.count]
        again = rng.integers(len(pixels), size=self.count - len(chosen))
        points = pixels[np.concatenate([chosen, again])]
        labels = np.ones(self.count, dtype=np.int8)
        return [Prompt(frame_index=frame, points_xy=points, point_labels=labels)]
