"""What all users who correct an answer have in common; each file of clicks has its own rule."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from samb.dialogue import Attempt, Prediction, Prompt
from samb.prompts.base import Prompter
from samb.selections import Selection, iou, select
from samb.types import BoolArray, Task


@dataclass(frozen=True)
class Click:
    """One click of a round."""

    frame: int
    """Of the view."""
    xy: tuple[int, int]
    positive: bool


@dataclass(frozen=True)
class Seen:
    """What the user looks at before clicking."""

    task: Task
    mask: BoolArray
    """(F, H, W) the candidate that the user is shown; empty before the first answer."""
    clicked: tuple[Click, ...]
    """All clicks of earlier rounds."""

    @property
    def missed(self) -> BoolArray:
        """(F, H, W) pixels of the target that the answer lacks (FN)."""
        return self.task.reference & ~self.mask

    @property
    def covered(self) -> BoolArray:
        """(F, H, W) pixels that the answer covers wrongly (FP)."""
        return self.mask & ~self.task.reference


@dataclass(frozen=True)
class CorrectiveClicks(Prompter):
    """Looks at the answer and clicks where it is wrong; earlier clicks are sent again each time."""

    corrects: ClassVar[bool] = True

    count: Annotated[int, Field(ge=1)] = 5
    """Rounds at most; the user is done earlier when the rule finds nothing to click."""
    shown: Selection = "single"
    """Which candidate the user is shown, and corrects."""
    feedback: bool = False
    """Whether the low-resolution logits of the shown candidate are handed back with the clicks. A
    model that returns none gets none."""
    target_iou: Annotated[float, Field(gt=0, le=1)] | None = None
    """The user is content with a shown mask of at least this IoU; None: with no less than all."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({"points", "feedback"} if self.feedback else {"points"})

    @property
    def curve(self) -> tuple[str, float]:
        return "clicks", self.count

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        if len(attempts) >= self.count:
            return []
        seen = self._seen(task, attempts)
        if self.target_iou is not None and iou(seen.mask, task.reference) >= self.target_iou:
            return []
        new = self._clicks(seen, rng)
        return [self._prompt((*seen.clicked, *new), task, attempts)] if new else []

    @abstractmethod
    def _clicks(self, seen: Seen, rng: np.random.Generator) -> list[Click]:
        """The clicks of this round; []: the user is done."""

    def _shown(self, attempts: Sequence[Attempt]) -> Selection:
        """Which candidate of the last attempt the user is shown."""
        return self.shown

    def _seen(self, task: Task, attempts: Sequence[Attempt]) -> Seen:
        if not attempts:
            return Seen(task, np.zeros_like(task.reference), ())
        earlier, index = clicks_of(attempts[-1].prompt), self._index(task, attempts)
        nothing = np.zeros_like(task.reference)
        mask = nothing if index is None else attempts[-1].prediction.masks[index]
        return Seen(task, mask, earlier)

    def _index(self, task: Task, attempts: Sequence[Attempt]) -> int | None:
        """The candidate of the last attempt that is shown; None where the model found nothing."""
        answer = attempts[-1].prediction
        if not len(answer.masks):
            return None
        rule = self._shown(attempts)
        return select(rule, answer.masks, answer.iou_estimates, answer.multimask, task.reference)

    def _prompt(self, clicks: Sequence[Click], task: Task, attempts: Sequence[Attempt]) -> Prompt:
        prompt = _points(clicks)
        if not self.feedback or not attempts:
            return prompt
        return with_feedback(prompt, attempts[-1].prediction, self._index(task, attempts))


def with_feedback(prompt: Prompt, answer: Prediction, index: int | None) -> Prompt:
    """The prompt with the logits of one candidate, where the model gave any."""
    if index is None or answer.low_res_logits is None:
        return prompt
    logits = answer.low_res_logits[index : index + 1]  # (1, h, w) in the model's own frame
    return replace(prompt, feedback=logits, feedback_candidate=index)


def clicks_of(prompt: Prompt) -> tuple[Click, ...]:
    """The points of a prompt, in the order they were clicked."""
    points, labels, frames = prompt.points_xy, prompt.point_labels, prompt.point_frames
    if frames is None:
        frames = np.full(len(points), prompt.frame_index)
    return tuple(
        Click(int(frame), (int(x), int(y)), bool(label == 1))
        for (x, y), label, frame in zip(points, labels, frames, strict=True)
    )


def _points(clicks: Sequence[Click]) -> Prompt:
    return Prompt(
        frame_index=clicks[-1].frame,
        points_xy=np.array([click.xy for click in clicks], dtype=np.float32),
        point_labels=np.array([click.positive for click in clicks], dtype=np.int8),
        point_frames=np.array([click.frame for click in clicks], dtype=np.int64),
    )
