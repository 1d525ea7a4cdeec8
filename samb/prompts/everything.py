"""A user who asks for everything in the view, and points at nothing in particular."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from samb.dialogue import Attempt, Grid, Prompt
from samb.prompts.base import Prompter
from samb.types import Task


@dataclass(frozen=True)
class Everything(Prompter):
    """SAM's automatic mask generation: one prompt per view, a grid of points, decoded apart.

    The answer is shared by all targets; which of its masks belongs to which is a matching's matter
    (samb.selections).
    """

    asks: ClassVar[Literal["target", "view"]] = "view"
    kinds: ClassVar[frozenset[str]] = frozenset({"everything"})

    grid: Grid = field(default_factory=Grid)

    @property
    def stochastic(self) -> bool:
        return False

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        return [] if attempts else [Prompt(grid=self.grid)]
