"""A user who asks for the whole view at once, without a prompt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from samb.dialogue import Attempt, Prompt
from samb.prompts.base import Prompter
from samb.types import Task


@dataclass(frozen=True)
class PromptFree(Prompter):
    """One empty prompt per view, for models that name the classes they find."""

    asks: ClassVar[Literal["target", "view"]] = "view"

    @property
    def stochastic(self) -> bool:
        return False

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        return [] if attempts else [Prompt()]
