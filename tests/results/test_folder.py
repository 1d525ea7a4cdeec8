"""What a run folder keeps, and what it refuses."""

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samb.errors import RequestError
from samb.records import Answer, CaseRecord, Described, Outcome, Thumbnail
from samb.results.folder import RunFolder
from samb.results.identity import claim, compatible
from samb.results.part import Part
from samb.types import MaskStack, Target

MASKS = np.zeros((2, 3, 4), dtype=bool)
MASKS[1, 1, 1:3] = True
STACK = MaskStack.from_array(MASKS)
CASE = CaseRecord(
    "set", "case", "group", 3, (2, 3, 4), (5.0, 1.0, 1.0), "abc",
    (Target("lesion/1", "lesion", {"first": STACK, "second": MaskStack((2, 3, 4), {})}, "first"),),
)  # fmt: skip
ANSWER = Answer(
    "model", "mode", 2, 0, "lesion/1", (0, 1), 1, True, (STACK, MaskStack((2, 3, 4), {})),
    (0.5, 0.25), (1,), None, {"frame": 1, "box_xyxy": [1.0, 1.0, 2.0, 1.0]}, 0.125,
    {"uncertainty": np.full((2, 3, 4), 0.5, dtype=np.float16)},
)  # fmt: skip
DONE = Outcome("set", "case", "group", "model", "mode", 0, "done")


def part_of(outcome: Outcome, *answers: Answer) -> Part:
    part = Part()
    part.add_case(
        CASE, [Thumbnail("case", 1, b"jpeg")], [Described(1, "a", "liver", {"area": 2.0})]
    )
    part.add_unit(outcome, list(answers))
    return part


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.append(part_of(DONE, ANSWER))
    ((case_id, answer),) = run.answers("set")
    assert case_id == "case"
    assert replace(answer, maps={}) == replace(ANSWER, maps={})
    np.testing.assert_array_equal(answer.maps["uncertainty"], ANSWER.maps["uncertainty"])
    assert run.cases("set") == {("set", "case"): CASE}
    assert run.thumbnails() == {("set", "case", 1): b"jpeg"}
    assert run.settled() == {("set", "case", "model", "mode", 0)}


def test_a_unit_written_twice_counts_once(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.append(part_of(DONE, ANSWER))
    run.append(part_of(DONE, ANSWER))
    assert len(list(run.answers("set"))) == 1
    assert len(run.outcomes()) == 1
    assert len(run.cases()) == 1
    assert run.cases()["set", "case"] == CASE


def test_an_unfinished_part_is_not_seen_and_is_swept_when_it_is_old(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.append(part_of(DONE, ANSWER))
    leftover = tmp_path / "parts" / ".000001-dead"
    leftover.mkdir()
    (leftover / "answers.parquet").write_bytes(b"half a fi")
    assert len(run.parts) == 1
    run.sweep_leftovers()
    assert leftover.exists(), "another process may still be writing it"
    two_hours_ago = time.time() - 7200
    os.utime(leftover, (two_hours_ago, two_hours_ago))
    run.sweep_leftovers()
    assert not leftover.exists()


def test_a_failure_is_forgotten_when_the_case_is_read_at_last(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    part = Part()
    part.add_unit(replace(DONE, status="failed", reason="truncated"), [])
    run.append(part)
    assert list(run.outcomes()["status"]) == ["failed"]
    assert run.settled() == set()
    run.append(part_of(DONE, ANSWER))
    assert list(run.outcomes()["status"]) == ["done"]


def test_a_refusal_is_tried_again_and_its_answers_are_not_read(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.append(part_of(replace(DONE, status="refused", reason="too flat"), ANSWER))
    assert list(run.answers("set")) == []
    assert run.settled() == set()


def test_a_gap_is_settled(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    part = Part()
    part.add_unit(Outcome("set", "", "", "model", "mode", 0, "gap", "no"), [])
    run.append(part)
    assert run.settled() == {("set", "", "model", "mode", 0)}


def test_equal_scores_are_equal_bytes(tmp_path: Path) -> None:
    scores = pd.DataFrame({"dataset": ["set"], "value": [np.nan]})
    runs = [RunFolder(tmp_path / name) for name in ("one", "two")]
    for run in runs:
        run.path.mkdir()
        run.write_scores(scores)
    assert runs[0].scores_path.read_bytes() == runs[1].scores_path.read_bytes()
    pd.testing.assert_frame_equal(runs[0].read_scores(), scores)


def test_an_identity_may_grow_but_not_change(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    claim(run, {"seed": 0, "model/x": {"seed": 1}})
    claim(run, {"seed": 0, "model/y": {"seed": 1}})
    assert {"seed", "model/x", "model/y"} < run.read_json("identity.json").keys()
    with pytest.raises(RequestError, match=r"model/x: seed was 1, is now 2"):
        compatible(run, {"seed": 0, "model/x": {"seed": 2}})
    with pytest.raises(RequestError, match="seed was 0, is now 3"):
        claim(run, {"seed": 3})


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"identity\.json"):
        RunFolder.existing(tmp_path)
    with pytest.raises(RequestError, match="samb score"):
        RunFolder(tmp_path).read_scores()
