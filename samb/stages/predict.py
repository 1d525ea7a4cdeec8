"""The first stage: what the models answer. Inference happens here and nowhere else.

Models are loaded one after the other. Under each, the cases that miss a prompt mode are read ahead,
their views go through the model a window at a time, and finished cases are appended as parts.
"""

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from samb.errors import CaseError, RefusedError, RequestError
from samb.models.base import Embedding, Runtime, Segmenter
from samb.records import Answer, CaseRecord, Outcome, Status
from samb.results.folder import RunFolder
from samb.selections import Selection, dice, select
from samb.stages.drift import Drift, measure
from samb.stages.extent import Shard
from samb.stages.plans import Plan, Work
from samb.stages.progress import Progress
from samb.stages.reading import read_ahead
from samb.stages.replay import Heard, has_prompts
from samb.stages.rounds import Interaction, Mode, ModeKey, play
from samb.stages.store import Store
from samb.stages.timings import Timings
from samb.stages.views import case_record, tasks, views
from samb.types import Content, View


@dataclass(frozen=True)
class Options:
    """How a run is carried out; nothing here is meant to change results."""

    runtime: Runtime = field(default_factory=Runtime)
    workers: int = 2
    views_in_flight: int = 1
    deterministic: bool = True
    """Batches hold one view and mode, so that equal work gives equal bytes."""
    shard: Shard = field(default_factory=Shard)
    pictures: bool = True


@dataclass
class Failures:
    """Cases that failed or were refused, against the number that is tolerated."""

    tolerated: int | None
    cases: set[tuple[str, str]] = field(default_factory=set)

    def add(self, dataset: str, case: str, reason: str) -> None:
        """Raise RequestError once more cases failed than `max_failed`."""
        self.cases.add((dataset, case))
        if self.tolerated is not None and len(self.cases) > self.tolerated:
            msg = (
                f"stopped because max_failed={self.tolerated}: {dataset} {case}: {reason}. "
                f"What was finished before is kept"
            )
            raise RequestError(msg)


@dataclass(frozen=True)
class Context:
    """What every part of the stage shares."""

    seed: int
    run: RunFolder
    options: Options
    progress: Progress
    failures: Failures
    timings: Timings = field(default_factory=Timings)
    drift: dict[str, Drift] = field(default_factory=dict)
    """By model, where batches are not deterministic."""


def predict(
    todo: Sequence[Plan], context: Context, loaded: dict[str, Segmenter] | None = None
) -> None:
    """Carry out the plans; a model is loaded where there is work, one at a time.

    `loaded` holds the model that an earlier call loaded, by name, and after this call its own.
    """
    loaded = {} if loaded is None else loaded
    for plan in todo:
        if plan.gaps:
            _record_gaps(plan, context)
        if plan.work:
            if plan.model.name not in loaded:
                loaded.clear()
                loaded[plan.model.name] = _load(plan, context)
            _carry_out(plan, loaded[plan.model.name], context)


def _record_gaps(plan: Plan, context: Context) -> None:
    store = Store(context.run, plan.dataset.name, context.timings)
    for gap in plan.gaps:
        store.add_unit(gap, [])
    store.flush()


def _load(plan: Plan, context: Context) -> Segmenter:
    started = time.perf_counter()
    segmenter = plan.model.built.load(context.options.runtime)
    context.timings.add("load model", started)
    return segmenter


def _carry_out(plan: Plan, segmenter: Segmenter, context: Context) -> None:
    pictures = context.options.pictures
    store = Store(context.run, plan.dataset.name, context.timings, pictures=pictures)
    context.progress.begin(f"{plan.dataset.name} · {plan.model.name}", len(plan.work))
    session = _Session(plan, segmenter, context, store)
    try:
        for window in _windows(session.views(), context.options.views_in_flight):
            session.answer(window)
    finally:
        store.flush()


@dataclass
class _OpenCase:
    """A case whose views are being answered."""

    work: Work
    content: Content
    record: CaseRecord
    views_left: int
    answers: dict[ModeKey, list[Answer]] = field(default_factory=dict)
    refusals: dict[ModeKey, str] = field(default_factory=dict)
    """Why the model refused a mode."""
    heard: dict[ModeKey, Heard] = field(default_factory=dict)
    """Which targets got a prompt."""


@dataclass(frozen=True)
class _OpenView:
    owner: _OpenCase
    view: View


_Opened = tuple[_OpenCase, Interaction]


def _windows(views: Iterator[_OpenView], size: int) -> Iterator[list[_OpenView]]:
    while window := list(itertools.islice(views, size)):
        yield window


@dataclass(frozen=True)
class _Session:
    """One data set under one loaded model."""

    plan: Plan
    segmenter: Segmenter
    context: Context
    store: Store

    def views(self) -> Iterator[_OpenView]:
        """The views of the cases that can be read, in order."""
        for work, content in self._contents():
            if isinstance(content, CaseError):
                self._fail(work, str(content))
                continue
            record = case_record(self.plan.dataset.name, work.case, content)
            self.store.check_unchanged(record)
            every_frame = any(mode.prompter.asks == "view" for mode in work.modes)
            owner = _OpenCase(work, content, record, 0)
            seen = list(views(work.case, content, self.plan.model.built, every_frame=every_frame))
            prompted = [view for view in seen if self._has_prompts(owner, view)]
            owner.views_left = len(prompted)
            if not prompted:
                self._finish(owner)
            yield from (_OpenView(owner, view) for view in prompted)

    def _has_prompts(self, owner: _OpenCase, view: View) -> bool:
        """Whether a view is worth its embedding; where it is not, its targets are taken note of."""
        if has_prompts(owner.work.modes, self.plan.dataset.name, view):
            return True
        for interaction in self._interactions(_OpenView(owner, view), Embedding(view.shape, None)):
            self._keep(owner, interaction)
        return False

    def _contents(self) -> Iterator[tuple[Work, Content | CaseError]]:
        ahead = read_ahead([it.case for it in self.plan.work], self.context.options.workers)
        started = time.perf_counter()
        for work, content in zip(self.plan.work, ahead, strict=True):
            self.context.timings.add("load", started)
            yield work, content
            started = time.perf_counter()

    def answer(self, window: Sequence[_OpenView]) -> None:
        """Embed, play all rounds, and finish the cases that have no view left."""
        opened = [
            (open_view.owner, interaction)
            for open_view, embedding in zip(window, self._embeddings(window), strict=True)
            if embedding is not None
            for interaction in self._interactions(open_view, embedding)
        ]
        self._measure_drift([interaction for _, interaction in opened])
        dsc = [value for batch in self._batches(opened) for value in self._play(batch)]
        self.context.progress.frames(len(window), dsc)
        self._close(window)

    def _batches(self, opened: list[_Opened]) -> list[list[_Opened]]:
        """Deterministic: one view and mode after the other, so that few masks are in memory."""
        if not self.context.options.deterministic:
            return [opened]
        grouped = itertools.groupby(opened, key=lambda it: (id(it[1].embedding), it[1].mode.key))
        return [list(group) for _, group in grouped]

    def _play(self, opened: list[_Opened]) -> list[float]:
        """Play to the end, keep run lengths, forget pixels; DSC for the display."""
        interactions = [interaction for _, interaction in opened]
        started = time.perf_counter()
        play(interactions, self.segmenter, deterministic=self.context.options.deterministic)
        self.context.timings.add("decode", started)
        dsc = _headline_dsc(interactions)
        for owner, interaction in opened:
            self._keep(owner, interaction)
            interaction.attempts.clear()
        return dsc

    def _measure_drift(self, interactions: Sequence[Interaction]) -> None:
        name = self.plan.model.name
        if self.context.options.deterministic or name in self.context.drift or not interactions:
            return
        requests = [(it.embedding, prompt) for it in interactions for prompt in it.ask()]
        whole = [(it, prompt) for it, prompt in requests if not (prompt.parts or prompt.grid)]
        with suppress(RefusedError):
            self.context.drift[name] = measure(self.segmenter, whole)

    def _close(self, window: Sequence[_OpenView]) -> None:
        for open_view in window:
            open_view.owner.views_left -= 1
            if open_view.owner.views_left == 0:
                self._finish(open_view.owner)

    def _embeddings(self, window: Sequence[_OpenView]) -> list[Embedding | None]:
        """One per view; None, and a reason in its case, where the model refuses the view."""
        size = 1 if self.context.options.deterministic else len(window)
        started = time.perf_counter()
        batches = [window[start : start + size] for start in range(0, len(window), size)]
        found = [embedding for batch in batches for embedding in self._embed(batch)]
        self.context.timings.add("embed", started)
        return found

    def _embed(self, batch: Sequence[_OpenView]) -> list[Embedding | None]:
        try:
            return list(self.segmenter.embed([it.view for it in batch]))
        except RefusedError as error:
            if len(batch) > 1:
                return [embedding for it in batch for embedding in self._embed([it])]
            owner = batch[0].owner
            owner.refusals |= {mode.key: str(error) for mode in owner.work.modes}
            return [None]

    def _interactions(self, open_view: _OpenView, embedding: Embedding) -> list[Interaction]:
        owner = open_view.owner
        return [
            Interaction(self.context.seed, self.plan.dataset.name, task, mode, embedding)
            for mode in owner.work.modes
            for task in tasks(open_view.view, owner.content.targets, mode.prompter.asks)
        ]

    def _keep(self, owner: _OpenCase, interaction: Interaction) -> None:
        key = interaction.mode.key
        owner.heard.setdefault(key, Heard()).add(interaction)
        if interaction.refused is not None:
            owner.refusals[key] = interaction.refused
        else:
            owner.answers.setdefault(key, []).extend(interaction.answers(self.plan.model.name))

    def _finish(self, owner: _OpenCase) -> None:
        for mode in owner.work.modes:
            reason = owner.refusals.get(mode.key)
            answers = [] if reason else owner.answers.get(mode.key, [])
            status: Status = "refused" if reason else "done"
            remark = reason or self._remark(owner, mode)
            self.store.add_unit(self._outcome(owner.work, mode, status, remark), answers)
        self.store.add_case(owner.work.case, owner.content, owner.record)
        self.context.progress.case()
        self.store.flush_when_due()
        for reason in list(owner.refusals.values())[:1]:
            self._count(owner.work, f"{self.plan.model.name} refused: {reason}")

    def _remark(self, owner: _OpenCase, mode: Mode) -> str:
        heard = owner.heard.get(mode.key, Heard())
        return heard.remark(mode, self.plan.dataset.name, owner.work.case.case_id)

    def _outcome(self, work: Work, mode: Mode, status: Status, reason: str) -> Outcome:
        return Outcome(
            dataset=self.plan.dataset.name,
            case_id=work.case.case_id,
            group_id=work.case.group_id,
            model=self.plan.model.name,
            prompt_mode=mode.name,
            repeat=mode.repeat,
            status=status,
            reason=reason,
        )

    def _fail(self, work: Work, reason: str) -> None:
        for mode in work.modes:
            self.store.add_unit(self._outcome(work, mode, "failed", reason), [])
        self.context.progress.case()
        self._count(work, reason)

    def _count(self, work: Work, reason: str) -> None:
        name, case = self.plan.dataset.name, work.case.case_id
        self.context.progress.note(f"{name} {case}: {reason}")
        self.context.failures.add(name, case, reason)


def _headline_dsc(interactions: Sequence[Interaction]) -> list[float]:
    """DSC of each target's last headline mask, for the display."""
    return [
        _last_dsc(interaction)
        for interaction in interactions
        if interaction.attempts and interaction.task.object_id is not None
    ]


def _last_dsc(interaction: Interaction) -> float:
    answer, reference = interaction.attempts[-1].prediction, interaction.task.reference
    headline = cast(Selection, interaction.mode.headline)
    index = select(headline, answer.masks, answer.iou_estimates, answer.multimask, reference)
    return dice(answer.masks[index], reference)
