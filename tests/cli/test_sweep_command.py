"""`samb sweep` as a person meets it: what it prints and its exit status."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from samb.cli.main import main
from samb.stages.progress import Progress
from samb.sweeps import sweep
from tests.sweeps.small import PHANTOMS, TWO_MODELS, InThisProcess

Samb = Callable[..., tuple[int, str, str]]


@pytest.fixture
def samb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Samb:
    """`samb("sweep", ...)` in an empty folder and in this process -> status, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path / "cache"))
    for name in ("SAMB_DATA", "SAMB_CONFIGS", "SAMB_RUNS"):
        monkeypatch.delenv(name, raising=False)
    make: Callable[[Progress], InThisProcess] = InThisProcess
    monkeypatch.setattr(sweep, "Worker", make)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["samb", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), " ".join(said.out.split()), " ".join(said.err.split())

    return call


def test_a_sweep_shows_its_jobs_one_table_and_the_report(samb: Samb) -> None:
    status, out, _ = samb("sweep", *PHANTOMS, *TWO_MODELS)
    assert status == 0
    assert "[1/2] phantoms · box_fill: 6 units in" in out
    assert "box_fill (floor) ellipse_fill (floor)" in out
    assert "2 jobs: 2 done (" in out
    assert "results/runs/swept/report/report.html" in out
    again = samb("sweep", *PHANTOMS, *TWO_MODELS)[1]
    assert "2 jobs: 0 done (0.0 s of work), 2 with nothing to do" in again
    assert "ellipse_fill" in samb("report", "swept")[1]


def test_a_job_that_cannot_be_done_makes_the_status_1(samb: Samb) -> None:
    lists = ("dataset=phantoms", "model=sam_vit_b,box_fill", "prompt=box")
    status, out, err = samb("sweep", *PHANTOMS, *lists)
    assert status == 1
    assert "phantoms · sam_vit_b cannot be done: no checkpoint" in err
    assert "1 done" in out
    assert "1 FAILED" in out
    assert "job not done reason" in out
    assert "samb models fetch sam_vit_b" in out
    status, out, _ = samb("sweep", *PHANTOMS, *lists, "--dry-run")
    assert status == 1
    assert "2 jobs: 0 to do, 1 with nothing to do, 1 that cannot be done" in out


def test_a_dry_run_says_jobs_time_and_disk(samb: Samb, tmp_path: Path) -> None:
    status, out, _ = samb("sweep", *PHANTOMS, *TWO_MODELS, "--shards", "2", "--dry-run")
    assert status == 0
    assert "4 jobs: 4 to do" in out
    assert "phantoms box_fill 3 2 3" in out
    assert "in all 6" in out
    assert "MB" in out
    assert not list(tmp_path.iterdir())


WRONG: list[tuple[Sequence[str], str]] = [
    ([*TWO_MODELS, "seed=0,1"], "splits dataset and model alone"),
    (["dataset=phantom,phantoms", *TWO_MODELS[1:]], "did you mean 'phantoms'"),
    ([*TWO_MODELS[:2]], "choose at least one prompt"),
    ([*TWO_MODELS, "--launcher", "jobslib"], "pip install hydra-joblib-launcher"),
    ([*TWO_MODELS, "model.sam_vit_b.checkpoint=x"], "'sam_vit_b' is not chosen"),
]


@pytest.mark.parametrize(("command", "told"), WRONG, ids=[it[0][-1] for it in WRONG])
def test_a_wrong_request_is_one_sentence_and_status_2(
    samb: Samb, command: Sequence[str], told: str
) -> None:
    status, _, err = samb("sweep", *PHANTOMS, *command)
    assert status == 2
    assert told in err
    assert "Traceback" not in err
