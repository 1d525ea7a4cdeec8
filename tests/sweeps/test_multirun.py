"""From the command line to jobs, and through Hydra's sweeper and launchers."""

import sys
from pathlib import Path

import pytest
from hydra.core.plugins import Plugins

from samb.errors import RequestError
from samb.jobs import Job, JobOutcome
from samb.sweeps.multirun import SweepRequest, multirun

LISTS = ("dataset=phantoms,busi", "model=[box_fill,ellipse_fill]", "prompt=box,point_random_1")


def parsed(*arguments: str, launcher: str = "basic", shards: int = 1) -> SweepRequest:
    return SweepRequest.parse(arguments, launcher, shards)


def done(job: Job) -> JobOutcome:
    return JobOutcome(job, "done")


def test_data_sets_and_models_split_and_prompts_do_not() -> None:
    assert [job.label for job in parsed(*LISTS).jobs] == [
        "phantoms · box_fill",
        "busi · box_fill",
        "phantoms · ellipse_fill",
        "busi · ellipse_fill",
    ]


def test_a_name_given_twice_is_one_job() -> None:
    assert parsed("dataset=busi,busi", "model=box_fill").jobs == [Job("busi", "box_fill")]


def test_each_job_splits_into_shards() -> None:
    jobs = parsed("dataset=busi", "model=box_fill", shards=2).jobs
    assert [job.label for job in jobs] == ["busi · box_fill · 1/2", "busi · box_fill · 2/2"]


def test_a_job_is_given_its_own_values_and_the_runs_name() -> None:
    request = parsed(
        *LISTS,
        "dataset.phantoms.count=3",
        "dataset.busi.root=/elsewhere",
        "model.box_fill.x=1",
        "metric.overlap.y=2",
        "limit=4",
        "name=mine",
        "hydra.launcher.n_jobs=2",
    )
    assert request.arguments_of(Job("busi", "box_fill"), "run") == [
        "prompt=box,point_random_1",
        "dataset.busi.root=/elsewhere",
        "model.box_fill.x=1",
        "metric.overlap.y=2",
        "limit=4",
        "dataset=busi",
        "model=box_fill",
        "name=run",
    ]


@pytest.mark.parametrize("setting", ["seed=0,1", "limit=2,5", "prompt_repeats=[1,2]"])
def test_a_setting_that_would_split_is_refused_with_the_way_out(setting: str) -> None:
    with pytest.raises(RequestError, match="splits dataset and model alone"):
        parsed(*LISTS, setting)


def test_a_setting_that_is_a_list_stays_one() -> None:
    assert parsed(*LISTS, "selection=[single,largest]").jobs


def test_hydra_calls_every_job_in_order_and_its_returns_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    request = parsed(*LISTS, shards=2)
    outcomes = multirun(request, tmp_path / "run", done)
    assert [it.job for it in outcomes] == request.jobs
    assert len(outcomes) == 8
    assert [it.name for it in (tmp_path / "run" / "sweep").iterdir()] == ["multirun.yaml"]
    assert not list((tmp_path / "here").iterdir())


def test_a_path_that_hydras_grammar_could_not_read_is_fine(tmp_path: Path) -> None:
    outcomes = multirun(parsed(*LISTS), tmp_path / "it's [a] {run}, ~ok", done)
    assert len(outcomes) == 4


def test_a_misspelt_choice_stops_before_any_job(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="phantom"):
        multirun(parsed("dataset=phantoms,phantom", "model=box_fill"), tmp_path, _never)


def _never(job: Job) -> JobOutcome:
    raise AssertionError(job)


def test_a_launcher_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no launcher 'jobslib'"):
        multirun(parsed(*LISTS, launcher="jobslib"), tmp_path, _never)


PLUGIN = '''
import pickle
from dataclasses import dataclass
from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra.core.config_store import ConfigStore

@dataclass
class Conf:
    _target_: str = "hydra_plugins.sent.SentLauncher"
    tries: int = 1

ConfigStore.instance().store(group="hydra/launcher", name="sent", node=Conf)

class SentLauncher(BasicLauncher):
    """Sends the task, as a launcher of other processes does, and tells its own setting."""
    def __init__(self, tries):
        super().__init__()
        self.tries = tries
    def launch(self, job_overrides, initial_job_idx):
        self.task_function = pickle.loads(pickle.dumps(self.task_function))
        return super().launch(job_overrides, initial_job_idx) * self.tries
'''


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second launcher, installed as packages of launchers are."""
    (tmp_path / "site" / "hydra_plugins").mkdir(parents=True)
    (tmp_path / "site" / "hydra_plugins" / "sent.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    for name in [it for it in sys.modules if it.startswith("hydra_plugins")]:
        monkeypatch.delitem(sys.modules, name)
    Plugins.instance()._initialize()


@pytest.mark.usefixtures("sent")
def test_another_launcher_carries_the_jobs_and_reads_its_settings(tmp_path: Path) -> None:
    request = parsed(*LISTS, "hydra.launcher.tries=2", launcher="sent")
    outcomes = multirun(request, tmp_path / "run", done)
    assert [it.job for it in outcomes] == request.jobs * 2
