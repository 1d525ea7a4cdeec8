"""One job of a sweep, from its name to its recorded outcome."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from samb.jobs import Job, JobOutcome
from samb.pipeline import Place
from samb.results import journal
from samb.results.folder import RunFolder
from samb.stages.extent import Shard
from samb.stages.progress import Progress, Silent
from samb.sweeps.multirun import SweepRequest
from samb.sweeps.worker import Order, Worker


class SweepProgress(Progress, Protocol):
    """Told also of each job's end."""

    def job(self, outcome: JobOutcome, number: int, count: int) -> None:
        """The `number`-th of `count` jobs ended."""


class SilentSweep(Silent):
    """Says nothing."""

    def job(self, outcome: JobOutcome, number: int, count: int) -> None: ...


@dataclass(frozen=True)
class Runner:
    """Carries out jobs, and records what came of each.

    A launcher may send it to another process. There nobody watches: it arrives silent, and with a
    worker that does not outlive its job.
    """

    request: SweepRequest
    run: Path
    """The run folder, absolute."""
    place: Place
    settled: Mapping[Job, JobOutcome]
    """Jobs with nothing to do, or that cannot be done, of which was told before."""
    progress: SweepProgress = field(default_factory=SilentSweep)
    worker: Worker = field(default_factory=lambda: Worker(keeps=False))

    def __reduce__(self) -> tuple[object, ...]:
        return Runner, (self.request, self.run, self.place, self.settled)

    def __call__(self, job: Job) -> JobOutcome:
        """Never raises for what goes wrong in the job."""
        outcome = self.settled.get(job) or self._carried_out(job)
        journal.record(RunFolder(self.run), outcome)
        if outcome != self.settled.get(job) or outcome.status == "present":
            self.progress.job(outcome, self._number(job), len(self.request.jobs))
        return outcome

    def _carried_out(self, job: Job) -> JobOutcome:
        started = time.monotonic()
        answered = self.worker.carry_out(self._order(job))
        return JobOutcome(
            job=job,
            status="failed" if answered.reason else "done",
            reason=answered.reason,
            added=answered.added,
            seconds=round(time.monotonic() - started, 3),
        )

    def _order(self, job: Job) -> Order:
        runs, name = self.run.parent, self.run.name
        return Order(
            arguments=tuple(self.request.arguments_of(job, name)),
            place=replace(self.place, runs=runs, shard=Shard(job.shard, job.shards)),
            log=journal.log_path(RunFolder(self.run), job),
            prefix=f"{self._number(job)}/{len(self.request.jobs)}",
        )

    def _number(self, job: Job) -> int:
        return self.request.jobs.index(job) + 1
