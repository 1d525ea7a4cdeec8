"""A sweep as a whole: what is done, skipped, told and merged; all in one process."""

import json
import pickle
from pathlib import Path

import pytest

import samb
from samb.datasets.phantoms import Phantoms
from samb.errors import CaseError, RequestError
from samb.jobs import Job, JobOutcome
from samb.models.base import Runtime, Segmenter
from samb.models.floors import EllipseFill
from samb.pipeline import Place
from samb.results.folder import RunFolder
from samb.results.journal import entries
from samb.sweeps.multirun import SweepRequest
from samb.sweeps.runner import Runner, SilentSweep
from samb.sweeps.sweep import dry_run, sweep
from samb.types import Content
from tests.sweeps.small import PHANTOMS, TWO_MODELS, Heard, InThisProcess, request


def scores_bytes(place: Place) -> bytes:
    return (place.runs / "swept" / "scores.parquet").read_bytes()


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("shards", [1, 2])
def test_a_sweep_gives_the_bytes_of_one_run_over_everything(place: Place, shards: int) -> None:
    result = sweep(request(*TWO_MODELS, shards=shards), place)
    assert result.passed
    assert [it.status for it in result.jobs] == ["done"] * 2 * shards
    swept = scores_bytes(place)
    together = Place(place.runs.with_name("one"), device="cpu", workers=1)
    samb.run([*PHANTOMS, *TWO_MODELS], together)
    assert swept == scores_bytes(together)


def test_the_same_sweep_again_has_nothing_to_do(place: Place, at_hand: list[InThisProcess]) -> None:
    first = sweep(request(*TWO_MODELS), place)
    assert first.run.added == 3 * 2 * 2
    before, page = scores_bytes(place), first.run.report.read_bytes()
    again = sweep(request(*TWO_MODELS), place)
    assert [it.status for it in again.jobs] == ["present", "present"]
    assert again.run.added == 0
    assert not at_hand[1].orders
    assert scores_bytes(place) == before
    assert again.run.report.read_bytes() == page


def test_a_longer_list_adds_only_what_is_missing(
    place: Place, at_hand: list[InThisProcess]
) -> None:
    one = ("dataset=phantoms", "model=box_fill", "prompt=box")
    sweep(request(*one), place)
    heard = Heard()
    result = sweep(request(*TWO_MODELS), place, heard)
    assert heard.jobs == ["1/2 phantoms · box_fill: done", "2/2 phantoms · ellipse_fill: done"]
    assert [it.added for it in result.jobs] == [3, 6]
    rows = result.run.scores
    keys = [name for name in rows.columns if name not in {"value", "final"}]
    assert not rows.duplicated(keys).any()


@pytest.mark.usefixtures("at_hand")
def test_what_cannot_be_done_is_told_first_and_takes_nothing_down(place: Place) -> None:
    heard = Heard()
    lists = ("dataset=kvasir_seg,phantoms", "model=sam_vit_b,box_fill", "prompt=box")
    result = sweep(request(*lists), place, heard)
    assert [it.status for it in result.jobs] == ["failed", "failed", "failed", "done"]
    reasons = {it.job.label: it.reason for it in result.failed}
    assert "SAMB_DATA" in reasons["kvasir_seg · box_fill"]
    assert "samb models fetch sam_vit_b" in reasons["phantoms · sam_vit_b"]
    assert not result.passed
    assert set(result.run.scores["model"]) == {"box_fill"}
    assert ["cannot be done" in note for note in heard.notes] == [True, True]
    assert heard.jobs == ["4/4 phantoms · box_fill: done"]
    page = result.run.report.read_text()
    assert "phantoms · sam_vit_b: no checkpoint" in page


@pytest.mark.usefixtures("at_hand")
def test_where_nothing_can_be_done_the_report_says_why(place: Place) -> None:
    result = sweep(request("dataset=phantoms", "model=sam_vit_b", "prompt=box"), place)
    assert not result.passed
    assert result.run.scores.empty
    assert "samb models fetch sam_vit_b" in result.run.report.read_text()


def out_of_memory(self: EllipseFill, runtime: Runtime) -> Segmenter:
    raise MemoryError("a test")


@pytest.mark.usefixtures("at_hand")
def test_a_job_that_crashes_is_recorded_and_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(EllipseFill, "load", out_of_memory)
        result = sweep(request(*TWO_MODELS), place)
    assert [it.status for it in result.jobs] == ["done", "failed"]
    assert "MemoryError: a test" in result.failed[0].reason
    assert "phantoms · ellipse_fill" in result.run.report.read_text()
    mended = sweep(request(*TWO_MODELS), place)
    assert [it.status for it in mended.jobs] == ["present", "done"]
    assert mended.passed
    assert "Not done" not in mended.run.report.read_text()


@pytest.mark.usefixtures("at_hand")
def test_a_bad_case_makes_a_sweep_fail_though_its_job_is_done(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(self: Phantoms, kind: str, index: int) -> Content:
        raise CaseError("a test")

    monkeypatch.setattr(Phantoms, "draw", unreadable)
    result = sweep(request("dataset=phantoms", "model=box_fill", "prompt=box"), place)
    assert [it.status for it in result.jobs] == ["done"]
    assert not result.passed


@pytest.mark.usefixtures("at_hand")
def test_another_seed_under_the_same_name_is_refused_before_any_job(place: Place) -> None:
    sweep(request(*TWO_MODELS), place)
    with pytest.raises(RequestError, match="seed was 0, is now 1"):
        sweep(request(*TWO_MODELS, "seed=1"), place)


@pytest.mark.usefixtures("at_hand")
def test_outcomes_under_another_number_of_shards_are_forgotten(place: Place) -> None:
    run = RunFolder(place.runs / "swept")
    sweep(request(*TWO_MODELS, shards=2), place)
    assert len(entries(run)) == 4
    sweep(request(*TWO_MODELS), place)
    assert [it.outcome.job.label for it in entries(run)] == [
        "phantoms · box_fill",
        "phantoms · ellipse_fill",
    ]


def test_a_dry_run_counts_jobs_times_frames_and_writes_nothing(place: Place) -> None:
    lists = ("dataset=kvasir_seg,phantoms", "model=box_fill,sam_random", "prompt=[box]")
    forecast = dry_run(request(*lists, shards=2), place)
    assert (forecast.jobs, forecast.present, len(forecast.impossible)) == (8, 0, 4)
    assert [(it.model, it.cases, it.frames) for it in forecast.estimates] == [
        ("box_fill", 3, 3),
        ("sam_random", 3, 3),
    ]
    assert all(it.seconds > 0 and it.megabytes > 0 for it in forecast.estimates)
    assert not list(place.runs.parent.iterdir())


def test_a_dry_run_tells_what_could_not_be_timed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EllipseFill, "load", out_of_memory)
    good, bad = dry_run(request(*TWO_MODELS), place).estimates
    assert (good.problem, good.frames) == ("", 3)
    assert "MemoryError" in bad.problem


def test_a_runner_sent_elsewhere_arrives_silent_and_with_a_worker_of_its_own(place: Place) -> None:
    job = Job("phantoms", "box_fill")
    settled = {job: JobOutcome(job, "present")}
    runner = Runner(request(*TWO_MODELS), place.runs / "swept", place, settled, Heard())
    arrived = pickle.loads(pickle.dumps(runner))  # noqa: S301 # our own bytes
    assert isinstance(arrived.progress, SilentSweep)
    assert not arrived.worker.keeps
    assert (arrived.request, arrived.run, arrived.settled) == (
        runner.request,
        runner.run,
        settled,
    )


@pytest.mark.usefixtures("at_hand")
def test_samb_sweep_is_the_same_from_python(place: Place) -> None:
    result = samb.sweep([*PHANTOMS, *TWO_MODELS], place)
    assert set(result.run.table["model"]) == {"box_fill", "ellipse_fill"}


@pytest.mark.usefixtures("at_hand")
def test_a_sweep_of_a_study_without_a_name_is_the_run_of_that_study(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMB_DATA", str(tmp_path / "nothing"))
    given = ["study=mohapatra_bet", *PHANTOMS[:2], "model=box_fill,ellipse_fill", "prompt=box"]
    result = sweep(SweepRequest.parse(given, "basic", 1), place)
    assert [it.job.label for it in result.jobs] == [
        "phantoms · box_fill",
        "phantoms · ellipse_fill",
    ]
    assert result.passed
    assert result.run.folder.name.startswith("mohapatra_bet-box_fill+ellipse_fill-")
    assert set(result.run.study.dropna(subset="ours")["role"]) == {"phantoms"}
    kept = json.loads((result.run.folder / "study.json").read_text())
    assert kept["changed"] == given[1:]
