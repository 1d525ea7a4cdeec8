"""`--dry-run`: what a command would do, how long it would take and how much disk, measured."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from samb.errors import CaseError
from samb.models.base import Segmenter
from samb.results.folder import RunFolder
from samb.stages.plans import Plan
from samb.stages.predict import Context, predict
from samb.stages.progress import Silent
from samb.stages.timings import Timings
from samb.types import Content


@dataclass(frozen=True)
class Estimate:
    """What one data set under one model would cost."""

    dataset: str
    model: str
    cases: int
    modes: int
    frames: int
    seconds: float
    megabytes: float
    gaps: int
    problem: str = ""
    """Why nothing could be timed; empty where it could."""


def rehearse(todo: Sequence[Plan], context: Context) -> list[Estimate]:
    """Time the first frame of each data set under each model, in a folder that is thrown away.

    Of a model that sees a whole volume at once, the first case.
    """
    loaded: dict[str, Segmenter] = {}
    return [estimate(plan, context, loaded) for plan in todo]


def estimate(plan: Plan, context: Context, loaded: dict[str, Segmenter]) -> Estimate:
    """What one plan would cost; `loaded` as `predict` keeps it."""
    nothing = unknown(plan, "")
    if not plan.work:
        return nothing
    work = plan.work[0]
    try:
        content = work.case.read()
    except CaseError as error:
        return replace(nothing, problem=str(error))
    whole = any(mode.prompter.asks == "view" for mode in work.modes)
    frames = len(content.images) if whole else len(_filled(content)) or 1
    seconds, size = _one_view(plan, content, context, loaded)
    scale = len(plan.work) * (1 if plan.model.built.view == "volume" else frames)
    return replace(
        nothing,
        frames=len(plan.work) * frames,
        seconds=seconds * scale,
        megabytes=size * scale / 1e6,
    )


def unknown(plan: Plan, problem: str) -> Estimate:
    """What is known without timing a frame, and why none was timed."""
    return Estimate(
        dataset=plan.dataset.name,
        model=plan.model.name,
        cases=len(plan.work),
        modes=max((len(it.modes) for it in plan.work), default=0),
        frames=0,
        seconds=0.0,
        megabytes=0.0,
        gaps=len(plan.gaps),
        problem=problem,
    )


def _filled(content: Content) -> list[int]:
    found = {frame for it in content.targets for frame in it.prompting_reference.filled_frames}
    return sorted(found)


def _one_view(
    plan: Plan, content: Content, context: Context, loaded: dict[str, Segmenter]
) -> tuple[float, int]:
    """Seconds and bytes of one view with all its targets and modes; loading is not counted."""
    work = plan.work[0]
    middle = _filled(content)[len(_filled(content)) // 2 :][:1] or [0]
    if plan.model.built.view == "volume":
        middle = list(range(len(content.images)))
    case = replace(work.case, read=lambda: _only(content, middle))
    only = replace(plan, work=(replace(work, case=case),), gaps=())
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder(Path(folder))
        timings = Timings()
        rehearsed = replace(context, run=run, progress=Silent(), timings=timings)
        predict([only], rehearsed, loaded)
        size = sum(it.stat().st_size for it in Path(folder).rglob("*.parquet"))
    spent = sum(it for what, it in timings.seconds.items() if what != "load model")
    return spent, size


def _only(content: Content, frames: list[int]) -> Content:
    targets = tuple(
        replace(target, references={n: s.select(frames) for n, s in target.references.items()})
        for target in content.targets
        if any(frame in target.prompting_reference.runs for frame in frames)
    )
    raw = None if content.raw is None else content.raw[frames]
    return replace(content, images=content.images[frames], targets=targets, raw=raw)
