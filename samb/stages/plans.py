"""What a run still misses: units by data set, model and prompt mode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from samb.building import Part as Choice
from samb.choices import one_of
from samb.config import Experiment
from samb.datasets.base import Dataset
from samb.errors import RequestError
from samb.models.base import Model
from samb.prompts.base import Prompter
from samb.records import Outcome
from samb.results.folder import RunFolder, Unit
from samb.selections import MATCHINGS, SELECTIONS, Headline
from samb.stages.extent import Shard, in_extent
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
    """Modes that the model cannot take, not yet recorded."""


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
        for repeat in range(repeats if choice.built.stochastic else 1)
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
    """Model by data set; raises RequestError where a data set is not there."""
    limit = experiment.settings.limit
    cases = {
        choice.name: in_extent(choice.name, cases_of(choice), limit, shard)
        for choice in experiment.datasets
    }
    planner = _Planner(
        modes_of(experiment.prompts, experiment.settings.prompt_repeats), run.settled()
    )
    return [
        planner.plan(dataset, model, cases[dataset.name])
        for model in experiment.models
        for dataset in experiment.datasets
    ]


def cases_of(choice: Choice[Dataset]) -> list[Case]:
    """Every case of a data set; RequestError where it is not there."""
    try:
        return list(choice.built.cases())
    except RequestError as error:
        msg = f"dataset {choice.name}: {error}"
        raise RequestError(msg) from error


@dataclass(frozen=True)
class _Planner:
    modes: tuple[Mode, ...]
    settled: set[Unit]

    def plan(self, dataset: Choice[Dataset], model: Choice[Model], cases: Sequence[Case]) -> Plan:
        refusals = {mode.name: _cannot(model.built, mode) for mode in self.modes}
        gaps = tuple(
            Outcome(dataset.name, "", "", model.name, name, 0, "gap", reason)
            for name, reason in refusals.items()
            if reason and (dataset.name, "", model.name, name, 0) not in self.settled
        )
        able = [mode for mode in self.modes if refusals[mode.name] is None]
        work = (Work(case, self._missing(dataset, model, case, able)) for case in cases)
        return Plan(dataset, model, tuple(it for it in work if it.modes), gaps)

    def _missing(
        self, dataset: Choice[Dataset], model: Choice[Model], case: Case, able: Sequence[Mode]
    ) -> tuple[Mode, ...]:
        unit = (dataset.name, case.case_id, model.name)
        return tuple(it for it in able if (*unit, it.name, it.repeat) not in self.settled)


def _cannot(model: Model, mode: Mode) -> str | None:
    """Why a model cannot take a mode; None where it can."""
    missing = sorted(mode.prompter.kinds - model.understands)
    if missing:
        return f"the model does not understand {', '.join(missing)}"
    if not mode.prompter.kinds and not model.prompt_free:
        return "the model needs a prompt"
    return None
