"""Prompts without a run: simulated and written to a file, or taken from a run's stored answers."""

import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from samb.building import Part as Choice
from samb.building import build_parts
from samb.choices import one_of
from samb.config import Prompting
from samb.datasets.base import Dataset
from samb.errors import CaseError, RequestError
from samb.models.base import Embedding, Model
from samb.models.floors import BoxFill
from samb.prompts.base import Prompter
from samb.prompts.file import Entry, FileMode, PromptFile
from samb.records import Answer
from samb.results.folder import RunFolder
from samb.stages.extent import Shard, in_extent
from samb.stages.plans import cases_of, modes_of
from samb.stages.progress import Progress
from samb.stages.reading import read_ahead
from samb.stages.recipe import Recipe
from samb.stages.rounds import Interaction, Mode
from samb.stages.views import tasks, views
from samb.types import Case, Content, View

DEPENDS = "each prompt depends on the answer before it; write it from a run: samb prompts write RUN"


@dataclass(frozen=True)
class Asked:
    """A case with every interaction that the modes have in it."""

    case: Case
    content: Content
    interactions: tuple[Interaction, ...]


@dataclass
class Simulator:
    """Opens the interactions of all modes with all cases, in the order of the data sets."""

    prompting: Prompting
    workers: int
    progress: Progress
    failed: dict[str, str] = field(default_factory=dict)
    """Data set and case -> why it cannot be read."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes as a run plays them."""
        return modes_of(self.prompting.prompts, self.prompting.settings.prompt_repeats)

    def asked(self, modes: Sequence[Mode]) -> Iterator[tuple[str, Asked]]:
        """(data set, case with its interactions), in the run's order; unreadable ones are kept."""
        for choice in self.prompting.datasets:
            for case, content in self._contents(choice):
                if isinstance(content, CaseError):
                    self.failed[f"{choice.name} {case.case_id}"] = str(content)
                    self.progress.note(f"{choice.name} {case.case_id}: {content}")
                else:
                    yield choice.name, self._open(choice.name, case, content, modes)

    def _contents(self, choice: Choice[Dataset]) -> Iterator[tuple[Case, Content | CaseError]]:
        limit = self.prompting.settings.limit
        cases = in_extent(choice.name, cases_of(choice), limit, Shard())
        self.progress.begin(choice.name, len(cases))
        for case, content in zip(cases, read_ahead(cases, self.workers), strict=True):
            yield case, content
            self.progress.case()

    def _open(self, dataset: str, case: Case, content: Content, modes: Sequence[Mode]) -> Asked:
        every_frame = any(mode.prompter.asks == "view" for mode in modes)
        seen = views(case, content, _seeing(self.prompting.models), every_frame=every_frame)
        interactions = [
            self.interaction(dataset, view, mode, content) for view in seen for mode in modes
        ]
        return Asked(case, content, tuple(it for some in interactions for it in some))

    def interaction(
        self, dataset: str, view: View, mode: Mode, content: Content
    ) -> list[Interaction]:
        """The interactions of one mode in a view that no model has seen."""
        unseen = Embedding(view.shape, None)
        seed = self.prompting.settings.seed
        found = tasks(view, content.targets, mode.prompter.asks)
        return [Interaction(seed, dataset, task, mode, unseen) for task in found]


def _seeing(models: Sequence[Choice[Model]]) -> Model:
    """How the views are cut; without a model frame by frame, as for SAM."""
    return models[0].built if models else BoxFill()


def first_round(simulator: Simulator) -> PromptFile:
    """Every prompt that needs no answer; modes that need one are named in `not_written`."""
    able = [mode for mode in simulator.modes if not mode.prompter.corrects]
    unable = {mode.name: DEPENDS for mode in simulator.modes if mode.prompter.corrects}
    if not able:
        msg = f"nothing can be written: {', '.join(unable)}: {DEPENDS}"
        raise RequestError(msg)
    entries = [
        _entry(interaction, attempt, prompt.record())
        for _, asked in simulator.asked(able)
        for interaction in asked.interactions
        for attempt, prompt in enumerate(interaction.ask(), start=1)
    ]
    choices = [it for it in simulator.prompting.prompts if it.name not in unable]
    return PromptFile(
        samb=importlib.metadata.version("samb"),
        seed=simulator.prompting.settings.seed,
        origin="simulated from the references",
        modes={choice.name: _stated(choice) for choice in choices},
        entries=tuple(entries),
        not_written=unable | simulator.failed,
    )


def _entry(interaction: Interaction, attempt: int, record: Mapping[str, object]) -> Entry:
    return Entry(
        dataset=interaction.dataset,
        case=interaction.task.view.case_id,
        object=interaction.task.object_id,
        frames=interaction.task.view.frame_indices,
        mode=interaction.mode.name,
        version=interaction.mode.version,
        repeat=interaction.mode.repeat,
        attempt=attempt,
        prompt=record,
    )


def _stated(choice: Choice[Prompter]) -> FileMode:
    built = choice.built
    curve = None if built.curve is None else (built.curve[0], float(built.curve[1]))
    return FileMode(built.asks, tuple(sorted(built.kinds)), curve, choice.card)


def from_run(run: RunFolder, model: str | None, wanted: Sequence[str] | None) -> PromptFile:
    """The prompts that a run's answers were given to, corrective ones among them.

    Raises RequestError where the run holds several models and none is named, or a name it does
    not hold.
    """
    identity = run.read_json("identity.json")
    held = [key.partition("/")[::2] for key in sorted(identity)]
    datasets = [name for kind, name in held if kind == "dataset"]
    model = _one_model([name for kind, name in held if kind == "model"], model, run)
    choices = Recipe.read(run).group("prompt")
    for name in wanted or ():
        if name not in choices:
            raise RequestError(f"{run.path} holds no prompt mode {name!r}{one_of(name, choices)}")
    answers = [
        (dataset, case, answer)
        for dataset in datasets
        for case, answer in run.answers(dataset, model)
        if not wanted or answer.prompt_mode in wanted
    ]
    lost = sorted({it.prompt_mode for _, _, it in answers if _is_lost(it.prompt)})
    why = "logits were handed back, and the run does not say those of which candidate"
    entries = [_of_answer(*it) for it in answers if it[2].prompt_mode not in lost]
    written = {entry.mode for entry in entries}
    parts = build_parts(choices, "prompt", Prompter)
    return PromptFile(
        samb=importlib.metadata.version("samb"),
        seed=identity["seed"],
        origin=f"given to {model} in the run {run.path.name}",
        modes={part.name: _stated(part) for part in parts if part.name in written},
        entries=tuple(sorted(entries, key=_order)),
        not_written=dict.fromkeys(lost, why),
    )


def _one_model(held: Sequence[str], wanted: str | None, run: RunFolder) -> str:
    if wanted is None and len(held) == 1:
        return held[0]
    if wanted is None:
        msg = (
            f"{run.path} holds the answers of {', '.join(held)}, and what a user clicks depends on "
            f"them: name one with model=NAME"
        )
        raise RequestError(msg)
    if wanted not in held:
        raise RequestError(f"{run.path} holds no model {wanted!r}{one_of(wanted, held)}")
    return wanted


def _is_lost(prompt: Mapping[str, object]) -> bool:
    """Whether feedback was given of which nobody knows what it was."""
    return "feedback" in prompt and "feedback_candidate" not in prompt


def _of_answer(dataset: str, case: str, answer: Answer) -> Entry:
    prompt = {key: value for key, value in answer.prompt.items() if key != "feedback"}
    return Entry(
        dataset=dataset,
        case=case,
        object=answer.object_id,
        frames=answer.frame_indices,
        mode=answer.prompt_mode,
        version=answer.prompt_version,
        repeat=answer.repeat,
        attempt=answer.attempt,
        prompt=prompt,
    )


def _order(entry: Entry) -> tuple[object, ...]:
    return (
        entry.dataset, entry.case, entry.frames, entry.mode, entry.repeat, entry.object or "",
        entry.attempt,
    )  # fmt: skip
