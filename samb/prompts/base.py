"""The interface of a simulated user."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from samb.dialogue import Attempt, Prompt
from samb.types import Task


class Prompter(ABC):
    """Simulates one kind of user. Subclasses are frozen dataclasses without state."""

    asks: ClassVar[Literal["target", "view"]] = "target"
    """Whether a task is one target, or the whole view once."""
    corrects: ClassVar[bool] = False
    """Whether later prompts depend on earlier answers, so that no file can hold them beforehand."""

    @property
    def kinds(self) -> frozenset[str]:
        """What a model must understand: of `points`, `box`, `mask`, `feedback`."""
        return frozenset()

    @property
    def stochastic(self) -> bool:
        """Whether another stream gives other prompts, so that repeats tell something."""
        return True

    @property
    def curve(self) -> tuple[str, float] | None:
        """Axis and position where this mode stands on a curve over modes, e.g. ("points", 3)."""
        return None

    def repeats(self, wanted: int) -> int:
        """How often the mode is played where `wanted` repeats are asked for."""
        return wanted if self.stochastic else 1

    def playing(self, dataset: str, repeat: int) -> "Prompter":
        """This user in one data set and repeat: itself, unless its prompts lie in a file."""
        return self

    @abstractmethod
    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        """The prompts of the next round, each of which becomes an attempt; []: this user is done.

        `rng` is a stream of this round's own, derived from names: equal names, equal prompts.
        """
