"""A user who prompts once, on one frame."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from samb.dialogue import Attempt, Prompt
from samb.prompts.base import Prompter
from samb.prompts.frames import largest_frame
from samb.types import BoolArray, FloatArray, Task


class SinglePrompter(Prompter):
    """Prompts on the frame that holds most of the target, and is done."""

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        if attempts:
            return []
        frame = largest_frame(task.reference)
        return [on_frame(self._prompt(task.reference[frame], rng), frame)]

    @abstractmethod
    def _prompt(self, mask: BoolArray, rng: np.random.Generator) -> Prompt:
        """The prompt for the target's (H, W) mask, never empty; its frame is set by the caller."""


def clicked(positive_xy: FloatArray, negative_xy: FloatArray | None = None) -> Prompt:
    """Foreground points (N, 2), then background points (M, 2)."""
    negative_xy = np.zeros((0, 2)) if negative_xy is None else negative_xy
    labels = np.repeat(np.array([1, 0], dtype=np.int8), [len(positive_xy), len(negative_xy)])
    points = np.concatenate([positive_xy, negative_xy]).astype(np.float32)
    return Prompt(points_xy=points, point_labels=labels)


def in_parts(parts: Sequence[Prompt]) -> Prompt:
    """Decoded apart and united candidate by candidate; a single part needs no uniting."""
    return parts[0] if len(parts) == 1 else Prompt(parts=tuple(parts))


def on_frame(prompt: Prompt, frame: int) -> Prompt:
    """The same prompt, parts and all, drawn on a frame of the view."""
    parts = tuple(on_frame(part, frame) for part in prompt.parts)
    return replace(prompt, frame_index=frame, parts=parts)
