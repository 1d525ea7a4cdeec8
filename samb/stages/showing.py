"""Prompts as pictures: a few targets of a data set under every mode, with a model's answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from samb.dialogue import Prompt, Tile
from samb.errors import RequestError
from samb.models.base import Segmenter
from samb.prompts.frames import largest_frame
from samb.prompts.replayed import Replayed
from samb.reports.prompt_sheet import PromptRow
from samb.selections import Selection, dice, select
from samb.stages.pictures import on_place
from samb.stages.plans import cannot
from samb.stages.prompting import Asked, Simulator
from samb.stages.rounds import Interaction, Mode, play
from samb.types import BoolArray, Target


@dataclass(frozen=True)
class Shown:
    """A target on one frame."""

    asked: Asked
    target: Target
    frame: int
    """Of the case."""

    @property
    def title(self) -> str:
        """Case and object, folded for the edge of a row."""
        frame = f", slice {self.frame}" if len(self.asked.content.images) > 1 else ""
        case = self.asked.case.case_id
        short = case if len(case) <= 22 else f"…{case[-21:]}"
        return f"{short}{frame}\n{self.target.object_id}"

    def interaction(self, mode: Mode) -> Interaction | None:
        """This mode's interaction with the target, or with the view that shows it."""
        wanted = None if mode.prompter.asks == "view" else self.target.object_id
        for interaction in self.asked.interactions:
            task = interaction.task
            same = interaction.mode.key == mode.key and task.object_id == wanted
            if same and self.frame in task.view.frame_indices:
                return interaction
        return None


def chosen(simulator: Simulator, modes: Sequence[Mode], rows: int) -> list[Shown]:
    """The largest target of each of the first cases, then the second largest, and so on.

    Raises RequestError where no case that can be read holds a target.
    """
    cases: list[list[Shown]] = []
    for _, asked in simulator.asked(modes):
        targets = sorted(asked.content.targets, key=_size, reverse=True)
        found = [shown for target in targets for shown in _shown(asked, target, modes)]
        if found:
            cases.append(found[:rows])
        if len(cases) == rows:
            break
    ranked = [shown for rank in range(rows) for case in cases for shown in case[rank : rank + 1]]
    if not ranked:
        reasons = (
            "; ".join(simulator.failed.values()) or "no case holds a target that these modes prompt"
        )
        msg = f"there is nothing to show: {reasons}"
        raise RequestError(msg)
    return ranked[:rows]


def _shown(asked: Asked, target: Target, modes: Sequence[Mode]) -> Iterator[Shown]:
    """The target where most of it is, among the frames that a file has prompts for."""
    reference = target.prompting_reference.array()
    if not all(isinstance(mode.prompter, Replayed) for mode in modes):
        yield Shown(asked, target, largest_frame(reference))
        return
    prompted = {
        frame
        for interaction in asked.interactions
        if interaction.task.object_id in (None, target.object_id) and _given(interaction)
        for frame in interaction.task.view.frame_indices
    }
    if prompted:
        yield Shown(asked, target, max(sorted(prompted), key=lambda it: reference[it].sum()))


def _size(target: Target) -> int:
    return int(target.prompting_reference.array().sum())


def drawn(
    simulator: Simulator, modes: Sequence[Mode], rows: Sequence[Shown], segmenter: Segmenter | None
) -> Iterator[PromptRow]:
    """One row per target, one tile per mode."""
    for shown in rows:
        tiles = [_tile(simulator, shown, mode, segmenter) for mode in modes]
        yield PromptRow(shown.title, tuple(tiles))


def _tile(
    simulator: Simulator, shown: Shown, mode: Mode, segmenter: Segmenter | None
) -> Tile | None:
    interaction = shown.interaction(mode)
    if interaction is None:
        return None
    note = _answered(simulator, interaction, segmenter) if segmenter else ""
    prompts = [attempt.prompt for attempt in interaction.attempts] or _given(interaction)
    if not prompts:
        return None
    place = interaction.task.view.frame_indices.index(shown.frame)
    reference = shown.target.prompting_reference.frame(shown.frame)
    prediction = _prediction(interaction, place, reference)
    prompt = on_place(prompts[-1], place)
    note = note or _note(interaction, prompts, prediction, reference)
    return Tile(
        image=shown.asked.content.images[shown.frame],
        reference=reference,
        prediction=np.zeros_like(reference) if prediction is None else prediction,
        prompt=prompt,
        caption=note if prompts[-1].kinds else "no prompt: the whole image",
        numbers=_numbers(prompts, len(prompt.points_xy)),
    )


def _answered(simulator: Simulator, interaction: Interaction, segmenter: Segmenter) -> str:
    """Play to the end; what is to be said where the model does not answer."""
    model = simulator.prompting.models[0].built
    reason = cannot(model, interaction.mode)
    if reason is None:
        (interaction.embedding,) = segmenter.embed([interaction.task.view])
        play([interaction], segmenter, deterministic=True)
        reason = interaction.refused
    return "" if reason is None else reason.removeprefix("the model ")


def _given(interaction: Interaction) -> list[Prompt]:
    """The prompts that need no answer: the first round, or all that a file holds."""
    user, task = interaction.mode.prompter, interaction.task
    if isinstance(user, Replayed):
        own = user.prompts(interaction.dataset, task.view.case_id, interaction.mode.repeat)
        return list(own.get((task.object_id, task.view.frame_indices), ()))
    return interaction.ask()


def _prediction(interaction: Interaction, place: int, reference: BoolArray) -> BoolArray | None:
    if not interaction.attempts:
        return None
    answer = interaction.attempts[-1].prediction
    if not len(answer.masks):
        return np.zeros_like(reference)
    masks = answer.masks[:, place]
    if interaction.task.object_id is None:
        united: BoolArray = np.logical_or.reduce(masks)
        return united
    rule = cast(Selection, interaction.mode.headline)
    index = select(rule, masks, answer.iou_estimates, answer.multimask, reference)
    found: BoolArray = masks[index]
    return found


def _note(
    interaction: Interaction,
    prompts: Sequence[Prompt],
    prediction: BoolArray | None,
    reference: BoolArray,
) -> str:
    count = f"{len(prompts)} attempts" if len(prompts) > 1 else ""
    if prediction is not None:
        return ", ".join(filter(None, [count, f"DSC {dice(prediction, reference):.2f}"]))
    if interaction.mode.prompter.corrects:
        return "first click; model= gives the rest"
    return count


def _numbers(prompts: Sequence[Prompt], count: int) -> tuple[int, ...]:
    """The attempt that each point of the last prompt was new in; () where there was only one."""
    if len(prompts) == 1:
        return ()
    ends = [len(prompt.points_xy) for prompt in prompts]
    return tuple(
        next(attempt for attempt, end in enumerate(ends, start=1) if index < end)
        for index in range(min(count, ends[-1]))
    )
