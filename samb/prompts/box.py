"""A user who draws one box."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.geometry import box_extent, clip_box, tight_box
from samb.prompts.base import Prompter
from samb.prompts.frames import largest_frame
from samb.types import Attempt, FloatArray, Prompt, Task


@dataclass(frozen=True)
class Box(Prompter):
    """The tight box of the target, each edge moved by uniform +-jitter times the box's extent.

    Jitter as a fraction of the box: Roy et al. (SAM.MD, 2304.05396), Cheng et al. (2305.00035);
    that it is uniform, and independent by edge, is an assumption (neither says).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    jitter: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """Fraction of the box's width (left and right edge) and height (top and bottom edge)."""

    @property
    def stochastic(self) -> bool:
        return self.jitter > 0

    @property
    def curve(self) -> tuple[str, float]:
        return "jitter", self.jitter

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        if attempts:
            return []
        frame = largest_frame(task.reference)
        box = tight_box(task.reference[frame])
        if self.jitter:
            box = self._moved(box, task.view.shape[1:], rng)
        return [Prompt(frame_index=frame, box_xyxy=box)]

    def _moved(
        self, box: FloatArray, shape: tuple[int, int], rng: np.random.Generator
    ) -> FloatArray:
        reach = self.jitter * np.tile(box_extent(box), 2)
        return clip_box(box + rng.uniform(-reach, reach), shape)
