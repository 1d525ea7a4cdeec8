"""A user who corrects: looks at the answer, and clicks where it is most wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.geometry import depth_inside
from samb.prompts.base import Prompter
from samb.selections import Selection, select
from samb.types import Attempt, BoolArray, FloatArray, Prompt, Task


@dataclass(frozen=True)
class RitmClicks(Prompter):
    """RITM's user (SamsungLabs/ritm_interactive_segmentation, isegm/inference/clicker.py).

    Exact distance transforms of the missed (FN) and the wrongly covered (FP) pixels, what lies
    beyond the image counting as correct, pixels already clicked set to zero; the click goes to the
    deepest pixel, first in raster order; it is positive where the deepest missed pixel is deeper
    than the deepest wrongly covered one, else negative. Earlier clicks are sent again.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"points"})

    count: Annotated[int, Field(ge=1)] = 5
    """Clicks at most; the user is done earlier when nothing is wrong any more."""
    shown: Selection = "single"
    """Which candidate the user is shown, and corrects."""

    @property
    def stochastic(self) -> bool:
        return False

    @property
    def curve(self) -> tuple[str, float]:
        return "clicks", self.count

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        if len(attempts) >= self.count:
            return []
        earlier = attempts[-1].prompt if attempts else None
        click = _deepest_error(task.reference, self._seen(task, attempts), _clicked(earlier))
        return [] if click is None else [_with_click(earlier, click)]

    def _seen(self, task: Task, attempts: Sequence[Attempt]) -> BoolArray:
        if not attempts or not len(attempts[-1].prediction.masks):
            return np.zeros_like(task.reference)
        answer = attempts[-1].prediction
        index = select(
            self.shown, answer.masks, answer.iou_estimates, answer.multimask, task.reference
        )
        mask: BoolArray = answer.masks[index]
        return mask


@dataclass(frozen=True)
class _Click:
    frame: int
    xy: tuple[int, int]
    positive: bool


def _clicked(prompt: Prompt | None) -> set[tuple[int, int, int]]:
    if prompt is None or prompt.point_frames is None:
        return set()
    return {
        (int(frame), int(y), int(x))
        for frame, (x, y) in zip(prompt.point_frames, prompt.points_xy, strict=True)
    }


def _deepest_error(
    reference: BoolArray, shown: BoolArray, clicked: set[tuple[int, int, int]]
) -> _Click | None:
    missed = _depth(reference & ~shown, clicked)
    covered = _depth(shown & ~reference, clicked)
    positive = bool(missed.max() > covered.max())
    depth = missed if positive else covered
    if depth.max() == 0:
        return None
    frame, y, x = (int(index) for index in np.unravel_index(np.argmax(depth), depth.shape))
    return _Click(frame, (x, y), positive)


def _depth(error: BoolArray, clicked: set[tuple[int, int, int]]) -> FloatArray:
    depth = np.stack([depth_inside(frame) for frame in error])
    for index in clicked:
        depth[index] = 0
    return depth


def _with_click(earlier: Prompt | None, click: _Click) -> Prompt:
    before = earlier or Prompt(point_frames=np.zeros(0, dtype=np.int64))
    frames = before.point_frames if before.point_frames is not None else np.zeros(0, np.int64)
    return Prompt(
        frame_index=click.frame,
        points_xy=np.vstack([before.points_xy, np.array([click.xy], dtype=np.float32)]),
        point_labels=np.append(before.point_labels, np.int8(click.positive)),
        point_frames=np.append(frames, click.frame),
    )
