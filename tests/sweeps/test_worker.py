"""Real processes: one that dies takes nothing down, and a sweep killed at any moment goes on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from samb.models.base import Runtime, Segmenter
from samb.models.floors import BoxFill
from samb.pipeline import Place
from samb.stages.progress import Silent
from samb.sweeps.sweep import sweep
from samb.sweeps.worker import Answered, Order, Worker, _answer
from tests.sweeps.small import PHANTOMS, Heard, request

DEADLY = """
import os, signal
from dataclasses import dataclass
from samb.models.floors import BoxFill

@dataclass(frozen=True)
class Deadly(BoxFill):
    '''Ends as the system ends what takes all memory.'''
    def load(self, runtime):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`model=deadly`, whose process is killed when it loads."""
    (tmp_path / "deadly_package.py").write_text(DEADLY)
    (tmp_path / "own" / "model").mkdir(parents=True)
    config = "deadly:\n  _target_: deadly_package.Deadly\n"
    (tmp_path / "own" / "model" / "deadly.yaml").write_text(config)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("SAMB_TRUST", "deadly_package")
    monkeypatch.setenv("SAMB_CONFIGS", str(tmp_path / "own"))


@pytest.mark.slow
@pytest.mark.usefixtures("place", "deadly")
def test_a_killed_job_is_told_and_the_next_one_gets_a_new_process(place: Place) -> None:
    heard = Heard()
    lists = ("dataset=phantoms", "model=box_fill,deadly,ellipse_fill", "prompt=box")
    result = sweep(request(*lists), place, heard)
    assert heard.jobs == [
        "1/3 phantoms · box_fill: done",
        "2/3 phantoms · deadly: failed",
        "3/3 phantoms · ellipse_fill: done",
    ]
    assert "memory runs out" in result.failed[0].reason
    assert set(result.run.scores["model"]) == {"box_fill", "ellipse_fill"}
    log = place.runs / "swept" / "sweep" / "phantoms--deadly.log"
    assert "samb run" in log.read_text()


PROGRAM = """
import sys
from pathlib import Path
import samb
from samb.pipeline import Place
result = samb.sweep(sys.argv[2:], Place(Path(sys.argv[1]), device="cpu", workers=1))
sys.exit(0 if result.passed else 1)
"""
MORE = ("dataset=phantoms", "model=box_fill,ellipse_fill,sam_random", "prompt=[box,clicks_ritm_5]")


def started(script: Path, runs: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(script), str(runs), *PHANTOMS, *MORE])


def jobs_done(runs: Path) -> int:
    return len(list((runs / "swept" / "sweep").glob("[!.]*.json")))


@pytest.mark.slow
def test_a_sweep_killed_between_and_within_jobs_ends_with_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)  # unguarded: jobs must not import it
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    assert started(script, undisturbed).wait() == 0
    for jobs in (1, 2):
        process = started(script, disturbed)
        while process.poll() is None and jobs_done(disturbed) < jobs:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, "the sweep was over before it could be killed"
    assert started(script, disturbed).wait() == 0
    scores = Path("swept") / "scores.parquet"
    assert (disturbed / scores).read_bytes() == (undisturbed / scores).read_bytes()


@pytest.mark.slow
def test_one_process_answers_order_after_order_and_ends_when_closed(place: Place) -> None:
    worker = Worker()
    for model in ("box_fill", "ellipse_fill"):
        arguments = (*PHANTOMS, "dataset=phantoms", f"model={model}", "prompt=box")
        assert worker.carry_out(Order(arguments, place, place.runs / "log", "")) == Answered(3)
    process = worker._process
    log = (place.runs / "log").read_text()
    assert log.count("samb run") == 2
    worker.close()
    assert process is not None
    assert process.returncode == 0


def test_a_model_loaded_for_one_job_is_there_for_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[int] = []
    load = BoxFill.load

    def counted(self: BoxFill, runtime: Runtime) -> Segmenter:
        loads.append(1)
        return load(self, runtime)

    monkeypatch.setattr(BoxFill, "load", counted)
    loaded: dict[str, Segmenter] = {}
    for prompt in ("box", "point_random_1"):
        order = Order(
            (*PHANTOMS, "dataset=phantoms", "model=box_fill", f"prompt={prompt}"),
            place, place.runs / "log", "",
        )  # fmt: skip
        assert _answer(order, Silent(), loaded) == Answered(3)
    assert len(loads) == 1
