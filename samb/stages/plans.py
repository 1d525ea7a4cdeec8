"""What a run still misses: units by data set, model and prompt mode."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from samb.building import Part as Choice
from samb.choices import one_of
from samb.config import Experiment
from samb.datasets.base import Dataset
from samb.errors import RequestError
from samb.models.base import Model
from samb.prompts.base import Prompter
from samb.records import Outcome, Status
from samb.results.folder import RunFolder, Unit
from samb.selections import MATCHINGS, SELECTIONS, Headline
from samb.stages.extent import Shard, in_extent
from samb.stages.replay import Scope
from samb.stages.rounds import Mode
from samb.types import Case


@dataclass(frozen=True)
class Work:
    """A case with the prompt modes that it misses under one model."""

    case: Case
    modes: tuple[Mode, ...]


@dataclass(frozen=True)
class Plan:
    """What one data set misses under one model."""

    dataset: Choice[Dataset]
    model: Choice[Model]
    work: tuple[Work, ...]
    gaps: tuple[Outcome, ...]
    """Modes that the model cannot take, cases without a prompt, and what the model holds for no
    case, not yet recorded."""
    asked: tuple[str, ...]
    """All cases of the extent, whatever the shard and whatever is done."""
    unable: str | None = None
    """Why the model can answer no case of the data set at all."""


def modes_of(prompts: Sequence[Choice[Prompter]], repeats: int = 1) -> tuple[Mode, ...]:
    """The modes as a run plays them; one that is not stochastic is played once."""
    return tuple(
        Mode(
            name=choice.name,
            version=_version(choice),
            prompter=choice.built,
            headline=_headline(choice),
            repeat=repeat,
        )
        for choice in prompts
        for repeat in range(choice.built.repeats(repeats))
    )


def _version(choice: Choice[Prompter]) -> int:
    version = choice.card.get("version", 1)
    if not isinstance(version, int) or version < 1:
        msg = f"prompt {choice.name}: its card's version should count from 1, got {version!r}"
        raise RequestError(msg)
    return version


def _headline(choice: Choice[Prompter]) -> Headline:
    wanted = choice.card.get("selection", "single")
    known = SELECTIONS if choice.built.asks == "target" else (*MATCHINGS, "by_class")
    if wanted not in known:
        hint = one_of(str(wanted), known)
        msg = f"prompt {choice.name}: there is no selection {wanted!r}, as in its card{hint}"
        raise RequestError(msg)
    return cast(Headline, wanted)


def plans(experiment: Experiment, run: RunFolder, shard: Shard) -> list[Plan]:
    """Model by data set; raises RequestError where a data set is not there.

    Also where a model can answer no case of any of them.
    """
    limit = experiment.settings.limit
    listed = {choice.name: cases_of(choice) for choice in experiment.datasets}
    chosen = {name: in_extent(name, cases, limit, Shard()) for name, cases in listed.items()}
    planner = _Planner(
        modes_of(experiment.prompts, experiment.settings.prompt_repeats), run.settled(), shard
    )
    found = [
        planner.plan(dataset, model, chosen[dataset.name], listed[dataset.name])
        for model in experiment.models
        for dataset in experiment.datasets
    ]
    for model in experiment.models:
        _require_able([it for it in found if it.model is model])
    return found


def _require_able(plans_of_a_model: Sequence[Plan]) -> None:
    if all(plan.unable for plan in plans_of_a_model):
        first = plans_of_a_model[0]
        msg = f"model {first.model.name} can answer nothing of {first.dataset.name}: {first.unable}"
        raise RequestError(msg)


def cases_of(choice: Choice[Dataset]) -> list[Case]:
    """All cases of a data set; RequestError, with its name, where it is not there."""
    try:
        return list(choice.built.cases())
    except RequestError as error:
        msg = f"dataset {choice.name}: {error}"
        raise RequestError(msg) from error


@dataclass(frozen=True)
class _Planner:
    modes: tuple[Mode, ...]
    settled: set[Unit]
    shard: Shard

    def plan(
        self,
        dataset: Choice[Dataset],
        model: Choice[Model],
        cases: Sequence[Case],
        listed: Sequence[Case],
    ) -> Plan:
        """`cases` are those of the extent, `listed` all that the data set holds."""
        unable = model.built.unable(listed)
        told = unable and f"on {dataset.name}: {unable}"
        refusals = {mode.name: cannot(model.built, mode) or told for mode in self.modes}
        able = [mode for mode in self.modes if refusals[mode.name] is None]
        unused = model.built.unused(listed) if able else None
        remarks = [
            Outcome(dataset.name, "", "", model.name, mode.name, 0, status, reason)
            for mode in self.modes
            for status, reason in _remarks(refusals[mode.name], unused)
        ]
        mine = [case for case in cases if self.shard.holds(dataset.name, case)]
        scope = Scope(dataset.name, model.name, mine, listed)
        unprompted = [gap for mode in able for gap in scope.unprompted(mode)]
        without = {(gap.case_id, gap.prompt_mode, gap.repeat) for gap in unprompted}
        work = (
            Work(case, tuple(it for it in missing if (case.case_id, *it.key) not in without))
            for case in mine
            for missing in [self._missing(dataset, model, case, able)]
        )
        asked = tuple(case.case_id for case in cases)
        todo = tuple(it for it in work if it.modes)
        new = tuple(gap for gap in (*remarks, *unprompted) if not self._has(gap))
        return Plan(dataset, model, todo, new, asked, unable)

    def _missing(
        self, dataset: Choice[Dataset], model: Choice[Model], case: Case, able: Sequence[Mode]
    ) -> tuple[Mode, ...]:
        unit = (dataset.name, case.case_id, model.name)
        return tuple(it for it in able if (*unit, it.name, it.repeat) not in self.settled)

    def _has(self, gap: Outcome) -> bool:
        unit = (gap.dataset, gap.case_id, gap.model, gap.prompt_mode, gap.repeat)
        return unit in self.settled


def _remarks(refusal: str | None, unused: str | None) -> Iterator[tuple[Status, str]]:
    """What is recorded of a mode once per data set."""
    if refusal:
        yield "gap", refusal
    elif unused:
        yield "unused", unused


def cannot(model: Model, mode: Mode) -> str | None:
    """Why a model cannot take a mode; None where it can."""
    missing = sorted(mode.prompter.kinds - model.understands)
    if missing and model.prompt_free and not model.understands:
        return "the model takes no prompts: prompt=prompt_free asks it"
    if missing:
        return f"the model does not understand {', '.join(missing)}"
    if not mode.prompter.kinds and not model.prompt_free:
        known = ", ".join(sorted(model.understands))
        return f"the model needs a prompt ({known})"
    return None
