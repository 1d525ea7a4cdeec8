from pathlib import Path

from samb.records import Outcome
from samb.results.folder import RunFolder
from samb.results.part import Part
from samb.stages.extent import missing, widen


def run_of(path: Path, *outcomes: Outcome) -> RunFolder:
    run, part = RunFolder(path), Part()
    for outcome in outcomes:
        part.add_unit(outcome, [])
    run.append(part)
    return run


def outcome(case: str, mode: str, status: str = "done") -> Outcome:
    return Outcome("set", case, "group", "model", mode, 0, status)  # type: ignore[arg-type]  # any


def test_what_was_asked_for_and_not_tried_is_missing(tmp_path: Path) -> None:
    run = run_of(tmp_path, outcome("a", "box"), outcome("b", "box", "failed"))
    widen(run, "set", "model", ["box", "point"], ["a", "b"])
    widen(run, "set", "model", ["box"], ["b", "c"])
    rows = missing(run).itertuples(index=False, name=None)
    assert list(rows) == [("set", "model", "box", 1, 3), ("set", "model", "point", 2, 2)]


def test_a_mode_that_the_model_cannot_take_misses_nothing(tmp_path: Path) -> None:
    run = run_of(tmp_path, outcome("", "box", "gap"))
    widen(run, "set", "model", ["box"], ["a"])
    assert missing(run).empty


def test_a_run_from_before_extents_were_kept_misses_nothing(tmp_path: Path) -> None:
    assert missing(run_of(tmp_path, outcome("a", "box"))).empty


def test_what_a_model_holds_for_no_case_hides_no_case_that_is_missing(tmp_path: Path) -> None:
    run = run_of(tmp_path, outcome("", "box", "unused"), outcome("a", "box"))
    widen(run, "set", "model", ["box"], ["a", "b"])
    rows = missing(run).itertuples(index=False, name=None)
    assert list(rows) == [("set", "model", "box", 1, 2)]
