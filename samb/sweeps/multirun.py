"""Hydra's multirun: from lists of choices to jobs, and a launcher that carries them out.

What Hydra does: its sweeper multiplies `model`, `dataset` and `shard` into jobs (model first, so
that neighbours share a loaded model), composes every job before the first one starts, and hands
them to its launcher: `basic`, one after another in this process, or any other that is installed
(joblib, submitit ...) by its name.

What samb does: a job is a call with three names; what it means, how it is isolated and where it is
recorded is ours. Values and settings do not pass through Hydra's grammar, so they stay literal, as
in `samb run`. Hydra's own files (multirun.yaml, folders of launchers) go below `sweep/` of the run
folder, and what jobs return is kept, which `hydra.main` would drop.
"""

import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.utils import JobReturn
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from samb.choices import ConfigFolders, one_line
from samb.config import expanded, quoted
from samb.errors import RequestError
from samb.jobs import Job, JobOutcome
from samb.request import Settings, asked
from samb.results.journal import FOLDER

CarryOut = Callable[[Job], JobOutcome]
LAUNCHER_SETTING = "hydra.launcher."


@dataclass(frozen=True)
class SweepRequest:
    """The command line of a sweep, split into what samb reads and what the launcher reads."""

    arguments: tuple[str, ...]
    """As given."""
    spelt_out: tuple[str, ...]
    """The same with what a study says in its place: jobs know of no study."""
    launcher_settings: tuple[str, ...]
    launcher: str = "basic"
    shards: int = 1

    @classmethod
    def parse(cls, arguments: Sequence[str], launcher: str, shards: int) -> "SweepRequest":
        """Raises RequestError for a setting that would have to split."""
        passed_on = tuple(it for it in arguments if it.startswith(LAUNCHER_SETTING))
        own = tuple(it for it in arguments if it not in passed_on)
        spelt_out, _ = expanded(own)
        _refuse_other_lists(asked(spelt_out)[1])
        return cls(own, tuple(spelt_out), passed_on, launcher, shards)

    @property
    def jobs(self) -> list[Job]:
        """Model by data set by shard, in the order in which Hydra multiplies them."""
        choices, _ = asked(self.spelt_out)
        return [
            Job(dataset, model, shard, self.shards)
            for model in dict.fromkeys(choices.get("model", ()))
            for dataset in dict.fromkeys(choices.get("dataset", ()))
            for shard in range(1, self.shards + 1)
        ]

    def arguments_of(self, job: Job, run: str) -> list[str]:
        """What `samb run` would be given for one job; values of other choices are left out."""
        own = {"dataset": job.dataset, "model": job.model}
        kept = [it for it in self.spelt_out if _concerns(it.partition("=")[0], own)]
        return [*kept, *(f"{group}={name}" for group, name in own.items()), f"name={run}"]


def _concerns(key: str, own: dict[str, str]) -> bool:
    group, _, rest = key.partition(".")
    if group in own:
        return rest.partition(".")[0] == own[group]
    return key != "name"


def _refuse_other_lists(settings: dict[str, str]) -> None:
    hints = typing.get_type_hints(Settings)
    for key, value in settings.items():
        options = set(typing.get_args(hints[key]) or (hints[key],))
        if "," in value and options & {int, float}:
            msg = (
                f"{key}={value}: a sweep splits dataset and model alone, because its jobs share "
                f"one run folder, and that has one {key}. To play stochastic prompts several "
                f"times give prompt_repeats=N; else sweep again under a name of its own (name=...)"
            )
            raise RequestError(msg)


@dataclass(frozen=True)
class _Task:
    """What Hydra calls for each job, with the job's composed config."""

    carry_out: CarryOut
    shards: int

    def __call__(self, composed: DictConfig) -> JobOutcome:
        (dataset,), (model,) = composed.dataset, composed.model
        return self.carry_out(Job(str(dataset), str(model), int(composed.shard), self.shards))


def multirun(request: SweepRequest, run: Path, carry_out: CarryOut) -> list[JobOutcome]:
    """Carry out every job of a request through Hydra's sweeper and launcher.

    `carry_out` is called once per job, in another process where the launcher works so, and there
    it has to be picklable; it must not raise.
    """
    folders = ConfigFolders.find()
    task = _Task(carry_out, request.shards)
    with hydra.initialize_config_dir(str(folders.shipped.resolve()), version_base="1.3"):
        try:
            engine: Any = GlobalHydra.instance().hydra  # there, since it was initialised above
            batches: Sequence[Sequence[JobReturn]] = engine.multirun(
                "run", task_function=task, overrides=list(_overrides(request, run, folders))
            )
        except (HydraException, OmegaConfBaseException) as error:
            raise RequestError(f"the sweep cannot be launched: {_said(error, request)}") from error
    return [it.return_value for batch in batches for it in batch]


def _said(error: Exception, request: SweepRequest) -> str:
    if "hydra/launcher" not in str(error):
        return one_line(error)
    return (
        f"Hydra finds no launcher {request.launcher!r}; install its package, as in `pip install "
        f"hydra-joblib-launcher` for --launcher joblib, or leave --launcher out"
    )


def _overrides(request: SweepRequest, run: Path, folders: ConfigFolders) -> Iterable[str]:
    """Hydra's command line: what is swept, and where its files go.

    Prompt modes and metrics are the same in every job, were composed before, and stay out.
    """
    if folders.user:
        yield f"hydra.searchpath=[{quoted(f'file://{folders.user}')}]"
    yield f"hydra/launcher={quoted(request.launcher)}"
    yield from request.launcher_settings
    yield f"hydra.sweep.dir={quoted(str((run / FOLDER).resolve()))}"
    yield "hydra.sweep.subdir=."
    yield "hydra.output_subdir=null"
    yield from ("hydra/job_logging=none", "hydra/hydra_logging=none")
    choices, _ = asked(request.spelt_out)
    for group in ("model", "dataset"):
        names = dict.fromkeys(choices[group])
        yield f"{group}=" + ",".join(f"[{quoted(name)}]" for name in names)
    yield "+shard=" + ",".join(str(number) for number in range(1, request.shards + 1))
