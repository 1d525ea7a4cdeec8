"""`samb sweep`: many data sets under many models, into one run folder.

Why one folder: its parts are atomic and deduplicated, it knows what it still misses, and data sets
and models may be added to it; so resuming, merging and one table over everything are those of any
run, and `samb score` and `samb report` take a sweep as they take a run.

    look at every data set and model      what cannot be done is told now, not after three days
    claim the folder for what can         so that jobs side by side do not race for it
    Hydra's multirun (multirun.py)        one job after the other, or as its launcher does it
        a job (runner.py): answer what is missing, in a process of its own (worker.py)
    score once, report once
"""

from dataclasses import dataclass
from pathlib import Path

from samb import pipeline
from samb.config import load_experiment
from samb.errors import sentence
from samb.jobs import Job, JobOutcome, by_reason
from samb.models.base import Segmenter
from samb.pipeline import Place
from samb.result import Result
from samb.results import journal
from samb.results.identity import claim
from samb.stages import studying
from samb.stages.naming import identity
from samb.stages.plans import Plan
from samb.stages.predict import Context
from samb.stages.progress import Silent
from samb.stages.recipe import Recipe
from samb.stages.rehearsal import Estimate, estimate, unknown
from samb.sweeps.multirun import SweepRequest, multirun
from samb.sweeps.prospects import Prospects, prospects
from samb.sweeps.runner import Runner, SilentSweep, SweepProgress
from samb.sweeps.worker import Worker


@dataclass(frozen=True)
class SweepResult:
    """What a sweep came to."""

    run: Result
    """The run folder with everything in it: its report, scores and table."""
    jobs: tuple[JobOutcome, ...]

    @property
    def failed(self) -> tuple[JobOutcome, ...]:
        """Jobs that were not done."""
        return tuple(it for it in self.jobs if it.status == "failed")

    @property
    def passed(self) -> bool:
        """Whether every job was done, and no more cases failed than allowed."""
        return not self.failed and self.run.passed


@dataclass(frozen=True)
class Forecast:
    """What a sweep would do."""

    folder: Path
    jobs: int
    present: int
    """Jobs with nothing to do."""
    impossible: dict[Job, str]
    """Why the others cannot be done."""
    estimates: tuple[Estimate, ...]
    """One per data set and model that misses something, all its shards together."""


def sweep(
    request: SweepRequest, place: Place | None = None, progress: SweepProgress | None = None
) -> SweepResult:
    """Carry out the jobs that miss something; then score and report all of them together."""
    place, progress = place or Place(), progress or SilentSweep()
    found = prospects(load_experiment(request.arguments), place, request.jobs)
    for reason, jobs in by_reason(found.impossible.items()).items():
        progress.note(f"{', '.join(job.label for job in jobs)} cannot be done: {reason}")
    _claim(found, request)
    before = journal.entries(found.folder)
    worker = Worker(progress)
    path = found.folder.path.resolve()
    try:
        runner = Runner(request, path, place, found.settled, progress, worker)
        outcomes = multirun(request, path, runner)
    finally:
        worker.close()
    scored = pipeline.scored(found.folder, place.workers, progress)
    stale = scored or journal.entries(found.folder) != before
    return SweepResult(_result(found, outcomes, stale=stale), tuple(outcomes))


def _claim(found: Prospects, request: SweepRequest) -> None:
    """The whole identity and recipe at once: afterwards no job has anything to add to them."""
    claim(found.folder, identity(found.possible))
    Recipe.of(found.experiment).add_to(found.folder)
    studying.record(found.folder, found.experiment)
    found.folder.sweep_leftovers()
    journal.forget_other_shards(found.folder, request.jobs)


def _result(found: Prospects, outcomes: list[JobOutcome], *, stale: bool) -> Result:
    folder = found.folder
    report, shown = pipeline.reported([folder]) if stale else pipeline.up_to_date_report(folder)
    added = sum(it.added for it in outcomes)
    return Result(folder.path, report, shown, added, found.experiment.settings.allowed_failed)


def dry_run(request: SweepRequest, place: Place) -> Forecast:
    """Count the jobs, and time one frame of each data set under each model; writes nothing."""
    found = prospects(load_experiment(request.arguments), place, request.jobs)
    context = pipeline.context_of(found.experiment, found.folder, place, Silent())
    loaded: dict[str, Segmenter] = {}
    return Forecast(
        folder=found.folder.path,
        jobs=len(request.jobs),
        present=sum(it.status == "present" for it in found.settled.values()),
        impossible=found.impossible,
        estimates=tuple(
            _estimate(plan, context, loaded) for plan in found.whole_plans() if plan.work
        ),
    )


def _estimate(plan: Plan, context: Context, loaded: dict[str, Segmenter]) -> Estimate:
    """An estimate, or why there is none: what fails here would fail there, and alone."""
    try:
        return estimate(plan, context, loaded)
    except Exception as error:
        return unknown(plan, sentence(error))
