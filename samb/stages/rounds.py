"""Interactions played in rounds: every open one asks, one batched decode answers, all receive."""

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from samb.dialogue import Attempt, Prediction, Prompt
from samb.errors import RefusedError
from samb.models.base import Embedding, Segmenter
from samb.prompts.base import Prompter
from samb.records import Answer
from samb.selections import Headline
from samb.streams import stream
from samb.types import MaskStack, Task

ModeKey = tuple[str, int]
"""(mode, repeat)."""


@dataclass(frozen=True)
class Mode:
    """A prompt mode as a run plays it."""

    name: str
    version: int
    prompter: Prompter
    headline: Headline
    repeat: int = 0

    @property
    def key(self) -> ModeKey:
        """Name and repeat."""
        return self.name, self.repeat


@dataclass
class Interaction:
    """One simulated user with one task: grows by attempts until the user is done."""

    seed: int
    dataset: str
    task: Task
    mode: Mode
    embedding: Embedding
    attempts: list[Attempt] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused: str | None = None

    def ask(self) -> list[Prompt]:
        """The prompts of the next round; [] when the user is done."""
        if self.refused is not None:
            return []
        rng = stream(
            self.seed,
            self.dataset,
            self.task.view.case_id,
            self.task.object_id,
            self.task.view.frame_indices,
            self.mode.name,
            self.mode.repeat,
            len(self.attempts),
        )
        user = self.mode.prompter.playing(self.dataset, self.mode.repeat)
        return user.next_prompts(self.task, tuple(self.attempts), rng)

    def receive(self, prompt: Prompt, prediction: Prediction, seconds: float) -> None:
        """The answer to a prompt of this round."""
        self.attempts.append(Attempt(len(self.attempts) + 1, prompt, prediction))
        self.seconds.append(seconds)

    def answers(self, model: str) -> list[Answer]:
        """The attempts as they are stored."""
        last = len(self.attempts)
        return [
            Answer(
                model=model,
                prompt_mode=self.mode.name,
                prompt_version=self.mode.version,
                repeat=self.mode.repeat,
                object_id=self.task.object_id,
                frame_indices=self.task.view.frame_indices,
                attempt=attempt.index,
                final=attempt.index == last,
                candidates=tuple(MaskStack.from_array(it) for it in attempt.prediction.masks),
                iou_estimates=tuple(float(it) for it in attempt.prediction.iou_estimates),
                multimask=attempt.prediction.multimask,
                class_names=attempt.prediction.class_names,
                prompt=attempt.prompt.record(),
                seconds=seconds,
                maps=attempt.prediction.maps,
            )
            for attempt, seconds in zip(self.attempts, self.seconds, strict=True)
        ]


Asked = tuple[Interaction, Prompt]


def play(interactions: Sequence[Interaction], segmenter: Segmenter, *, deterministic: bool) -> None:
    """Play all interactions to their end.

    Deterministic: a decode batch holds the prompts of one view, mode and round, whatever else is in
    flight, so that equal work gives equal bytes. Otherwise a round is one batch.
    """
    still_open = list(interactions)
    while still_open:
        asked = [(it, prompt) for it in still_open for prompt in it.ask()]
        for batch in _by_view_and_mode(asked) if deterministic else [asked]:
            _answer(batch, segmenter)
        still_open = _distinct(interaction for interaction, _ in asked)


def _answer(batch: Sequence[Asked], segmenter: Segmenter) -> None:
    """Decode a batch; where the model refuses, find out which view and mode it refuses."""
    if not batch:
        return
    try:
        _decode(batch, segmenter)
    except RefusedError as error:
        groups = _by_view_and_mode(batch)
        if len(groups) == 1:
            for interaction, _ in batch:
                interaction.refused = str(error)
            return
        for group in groups:
            _answer(group, segmenter)


def _decode(batch: Sequence[Asked], segmenter: Segmenter) -> None:
    requests = [
        (interaction.embedding, part)
        for interaction, prompt in batch
        for part in (prompt.parts or (prompt,))
    ]
    started = time.perf_counter()
    predictions = iter(segmenter.segment(requests))
    seconds = (time.perf_counter() - started) / len(batch)
    for interaction, prompt in batch:
        parts = list(itertools.islice(predictions, len(prompt.parts) or 1))
        interaction.receive(prompt, united(parts), seconds)


def united(parts: Sequence[Prediction]) -> Prediction:
    """Parts that were decoded apart, united candidate by candidate; estimates are averaged."""
    if len(parts) == 1:
        return parts[0]
    masks = np.logical_or.reduce([part.masks for part in parts])
    estimates = np.mean([part.iou_estimates for part in parts], axis=0)
    return Prediction(masks, estimates, parts[0].multimask, parts[0].class_names)


def _by_view_and_mode(asked: Sequence[Asked]) -> list[list[Asked]]:
    grouped = itertools.groupby(asked, key=lambda it: (id(it[0].embedding), id(it[0].mode)))
    return [list(group) for _, group in grouped]


def _distinct(interactions: Iterator[Interaction]) -> list[Interaction]:
    return list({id(interaction): interaction for interaction in interactions}.values())
