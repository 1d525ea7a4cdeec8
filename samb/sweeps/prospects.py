"""What a sweep's jobs still miss, and which of them cannot be done, before any of them starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from samb.config import Experiment
from samb.errors import sentence
from samb.jobs import Job, JobOutcome
from samb.pipeline import Place, folder_of
from samb.results.folder import RunFolder
from samb.results.identity import compatible
from samb.stages import studying
from samb.stages.extent import Shard
from samb.stages.naming import identity
from samb.stages.plans import Plan, cases_of, plans


@dataclass(frozen=True)
class Prospects:
    """A sweep before it starts."""

    experiment: Experiment
    """The whole request."""
    possible: Experiment
    """Without the data sets that are not there and the models that cannot be loaded."""
    folder: RunFolder
    plans: dict[Job, Plan]
    """What each possible job misses."""
    impossible: dict[Job, str]
    """Why the others cannot be done."""

    @property
    def settled(self) -> dict[Job, JobOutcome]:
        """Jobs with nothing to do, or that cannot be done."""
        present = [job for job, plan in self.plans.items() if not (plan.work or plan.gaps)]
        return {
            **{job: JobOutcome(job, "present") for job in present},
            **{job: JobOutcome(job, "failed", why) for job, why in self.impossible.items()},
        }

    def whole_plans(self) -> list[Plan]:
        """What each data set misses under each model, all shards together."""
        pairs = {(job.dataset, job.model): job for job in self.plans}
        return [
            replace(
                self.plans[job],
                work=tuple(
                    work
                    for other, plan in self.plans.items()
                    if (other.dataset, other.model) == pair
                    for work in plan.work
                ),
            )
            for pair, job in pairs.items()
        ]


def prospects(experiment: Experiment, place: Place, jobs: Sequence[Job]) -> Prospects:
    """Look for every data set and model once; RequestError where the folder holds another run."""
    models = {it.name: _problem(it.built.check) for it in experiment.models}
    datasets = {it.name: _problem(lambda it=it: cases_of(it)) for it in experiment.datasets}  # type: ignore[misc]
    possible = replace(
        experiment,
        models=tuple(it for it in experiment.models if not models[it.name]),
        datasets=tuple(it for it in experiment.datasets if not datasets[it.name]),
    )
    folder = folder_of(experiment, place)
    compatible(folder, identity(possible))
    studying.check(folder, experiment)
    reasons = {job: datasets[job.dataset] or models[job.model] for job in jobs}
    return Prospects(
        experiment,
        possible,
        folder,
        _plans(possible, folder, [job for job in jobs if not reasons[job]]),
        {job: reason for job, reason in reasons.items() if reason},
    )


def _problem(look: Callable[[], object]) -> str:
    """Why a data set or a model cannot be used, whatever goes wrong in it; empty where it can."""
    try:
        look()
    except Exception as error:
        return sentence(error)
    return ""


def _plans(possible: Experiment, folder: RunFolder, jobs: Sequence[Job]) -> dict[Job, Plan]:
    shards = sorted({(job.shard, job.shards) for job in jobs})
    found = {
        Job(plan.dataset.name, plan.model.name, *shard): plan
        for shard in shards
        for plan in plans(possible, folder, Shard(*shard))
    }
    return {job: found[job] for job in jobs}
