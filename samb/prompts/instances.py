"""Users who prompt every single instance that a frame holds of the target."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from samb.dialogue import Attempt, Prompt
from samb.geometry import components, depth_inside, tight_box
from samb.prompts.base import Prompter
from samb.prompts.drawing import one_deepest
from samb.prompts.frames import largest_frame
from samb.prompts.single import clicked, in_parts, on_frame
from samb.types import BoolArray, Task


class InstancePrompter(Prompter):
    """One part per instance, decoded apart and united (Deng et al. 2023, arXiv 2304.04155).

    Where the data set's targets are instances, the target is the one instance of its own task;
    where the target is a whole structure, its instances are its components (8 neighbours). So the
    union over all instances is scored, and instances one by one wherever they are known.
    """

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        if attempts:
            return []
        frame = largest_frame(task.reference)
        parts = [self._part(mask, rng) for mask in _instances(task, frame)]
        return [on_frame(in_parts(parts), frame)]

    @abstractmethod
    def _part(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        """The prompt of one instance, an (H, W) mask."""


@dataclass(frozen=True)
class InstancePoints(InstancePrompter):
    """The deepest pixel of each instance, uniform among equals."""

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    def _part(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        return clicked(one_deepest(depth_inside(mask), rng))


@dataclass(frozen=True)
class InstanceBoxes(InstancePrompter):
    """The tight box of each instance."""

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    @property
    def stochastic(self) -> bool:
        return False

    def _part(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        return Prompt(box_xyxy=tight_box(mask))


def _instances(task: Task, frame: int) -> list[BoolArray]:
    whole = any(target.object_id == task.object_id == target.structure for target in task.targets)
    mask = task.reference[frame]
    return components(mask) if whole else [mask]
