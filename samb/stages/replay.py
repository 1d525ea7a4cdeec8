"""Prompts that come from a file: what it lacks and what it has too many of, told and counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from samb.prompts.replayed import Place, Replayed
from samb.records import Outcome
from samb.stages.rounds import Interaction, Mode
from samb.types import Case, View

NAMED = 5
"""So many targets are named in a remark; the others are counted."""


@dataclass(frozen=True)
class Scope:
    """One data set under one model: the cases in the extent, and all that there are."""

    dataset: str
    model: str
    cases: Sequence[Case]
    listed: Sequence[Case]

    def unprompted(self, mode: Mode) -> Iterator[Outcome]:
        """Cases without a prompt in the file, and prompts for cases that do not exist."""
        if not isinstance(mode.prompter, Replayed):
            return
        prompted = mode.prompter.cases(self.dataset)
        for case in self.cases:
            if not mode.prompter.prompts(self.dataset, case.case_id, mode.repeat):
                reason = "the prompt file has no prompt for it"
                yield self._unprompted(mode, case.case_id, case.group_id, reason)
        for case_id in sorted(prompted - {case.case_id for case in self.listed}):
            reason = "the prompt file has prompts for it, but the data set does not hold it"
            yield self._unprompted(mode, case_id, "", reason)

    def _unprompted(self, mode: Mode, case_id: str, group_id: str, reason: str) -> Outcome:
        return Outcome(
            dataset=self.dataset,
            case_id=case_id,
            group_id=group_id,
            model=self.model,
            prompt_mode=mode.name,
            repeat=mode.repeat,
            status="unprompted",
            reason=reason,
        )


@dataclass
class Heard:
    """Which targets of a case one mode was asked about, and which of them got no prompt."""

    asked: set[Place] = field(default_factory=set)
    silent: list[str] = field(default_factory=list)

    def add(self, interaction: Interaction) -> None:
        """Take note of an interaction that was played, or for which there is nothing to play."""
        place = interaction.task.object_id, interaction.task.view.frame_indices
        self.asked.add(place)
        if not interaction.attempts and interaction.refused is None:
            self.silent.append(_named(place))

    def remark(self, mode: Mode, dataset: str, case_id: str) -> str:
        """What a reader must know of a unit that is done; empty: nothing."""
        remarks = []
        if self.silent:
            remarks.append(f"no prompt for {_listed(self.silent, len(self.asked))}")
        if isinstance(mode.prompter, Replayed):
            given = mode.prompter.prompts(dataset, case_id, mode.repeat).keys()
            strange = [_named(place) for place in given if place not in self.asked]
            if strange:
                told = _listed(strange, len(given))
                remarks.append(
                    f"the prompt file has prompts for what the case does not hold: {told}"
                )
        return "; ".join(remarks)


def has_prompts(modes: Sequence[Mode], dataset: str, view: View) -> bool:
    """Whether any mode may prompt in this view; a replayed one does where its file says so."""
    return any(_has_prompts(mode, dataset, view) for mode in modes)


def _has_prompts(mode: Mode, dataset: str, view: View) -> bool:
    if not isinstance(mode.prompter, Replayed):
        return True
    places = mode.prompter.prompts(dataset, view.case_id, mode.repeat)
    return any(frames == view.frame_indices for _, frames in places)


def _named(place: Place) -> str:
    object_id, frames = place
    where = f"frame {frames[0]}" if len(frames) == 1 else f"frames {frames[0]} to {frames[-1]}"
    return f"{object_id or 'the view'} on {where}"


def _listed(names: Sequence[str], total: int) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} of {total}: {', '.join(names[:NAMED])}{more}"
