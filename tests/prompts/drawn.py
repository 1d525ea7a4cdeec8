"""Masks drawn by hand, and what a simulated user does with them."""

from collections.abc import Sequence

import numpy as np

from samb.dialogue import Attempt, Prediction, Prompt
from samb.prompts.base import Prompter
from samb.streams import stream
from samb.types import BoolArray, FloatArray, MaskStack, Target, Task, View
from tests.strategies import task_of

TWO_REGIONS = (
    ".........",
    ".####....",
    ".####..#.",
    ".####..#.",
    ".........",
)


def picture(*rows: str) -> BoolArray:
    """(H, W) from rows of `#` and `.`."""
    return np.array([[letter == "#" for letter in row] for row in rows])


def prompted(user: Prompter, mask: BoolArray, *names: object) -> Prompt:
    """The one prompt that a user gives for an (H, W) mask."""
    (prompt,) = user.next_prompts(task_of(mask[None]), (), stream(*names))
    return prompt


def points_of(prompt: Prompt, label: int | None = None) -> list[tuple[float, float]]:
    """(x, y) of the points of one label, or of all."""
    wanted = prompt.point_labels == label if label is not None else slice(None)
    return [(float(x), float(y)) for x, y in prompt.points_xy[wanted]]


def box_of(prompt: Prompt) -> list[float]:
    assert prompt.box_xyxy is not None
    return [float(value) for value in prompt.box_xyxy]


def pixel_list(mask: BoolArray) -> list[tuple[int, int]]:
    """(x, y) of the pixels of an (H, W) mask in raster order."""
    height, width = mask.shape
    return [(x, y) for y in range(height) for x in range(width) if mask[y, x]]


def squared_depths(mask: BoolArray) -> dict[tuple[int, int], int]:
    """(x, y) -> squared distance to the nearest pixel outside, a border of those around."""
    outside = np.argwhere(~np.pad(mask, 1)) - 1
    return {(x, y): int(((outside - (y, x)) ** 2).sum(axis=1).min()) for x, y in pixel_list(mask)}


def attempt(mask: BoolArray, prompt: Prompt | None = None, index: int = 1) -> Attempt:
    """An attempt that answered with one (F, H, W) mask."""
    return Attempt(index, prompt or Prompt(), Prediction(mask[None], np.zeros(1)))


def task_with_others(reference: BoolArray, others: Sequence[BoolArray]) -> Task:
    """A task whose view holds further targets, all (F, H, W)."""
    references = [reference, *others]
    targets = tuple(
        Target(f"organ/{index}", "organ", {"expert": MaskStack.from_array(it)}, "expert")
        for index, it in enumerate(references)
    )
    view = View("case", tuple(range(len(reference))), np.zeros((*reference.shape, 3), np.uint8))
    return Task(view, "organ/0", targets)


def logits_of(count: int) -> FloatArray:
    """(C, 2, 2), each candidate filled with its own index."""
    return np.arange(count, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
