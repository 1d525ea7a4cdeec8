"""What a comparison looks like."""

import dataclasses
import io
import json
import math
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from rich.console import Console

from samb.reports.comparison.annotations import annotations
from samb.reports.comparison.as_json import as_json
from samb.reports.comparison.choice import Choice
from samb.reports.comparison.junit import junit
from samb.reports.comparison.markdown import markdown
from samb.reports.comparison.terminal import terminal_comparison
from samb.reports.comparison.verdict import Verdict


@pytest.fixture
def lost(bench: Any) -> Verdict:
    scores = bench.scores()
    baseline = bench.side(scores, "old", recorded={"seed": 0})
    run = bench.side(bench.worse(scores, 0.03, structure="liver"), "new", recorded={"seed": 1})
    verdict: Verdict = bench.compare(baseline, run)
    return verdict


def test_markdown_says_what_failed_before_anything_is_folded_away(lost: Verdict) -> None:
    text = markdown(lost)
    shown = text.split("<details>")[0]
    assert shown.startswith("### samb compare: FAILED: new against old, 2 of 6 cells failed\n")
    assert "- **d, liver, box (single), sam, dsc**: lost 0.0" in shown
    rows = [line for line in text.splitlines() if line.startswith("| d |")]
    assert len(rows) == 6
    assert ["loss |" in row for row in rows] == [True, True, False, False, False, False]
    assert "- seed: 0 → 1" in text


def test_a_comment_fits_github_however_many_cells_there_are(lost: Verdict) -> None:
    many = dataclasses.replace(lost, cells=lost.cells * 500)
    text = markdown(many)
    assert len(text) < 65_536
    assert "and 900 more, in the JSON" in text


def test_junit_has_one_test_a_cell_and_its_failures(lost: Verdict) -> None:
    suite = ET.fromstring(junit(lost))  # noqa: S314 # our own
    assert (suite.get("tests"), suite.get("failures")) == ("9", "2")
    failures = suite.findall("testcase/failure")
    assert {it.get("type") for it in failures} == {"loss"}
    assert "lost 0.0" in str(failures[0].get("message"))
    names = [str(case.get("name")) for case in suite]
    assert names[:3] == ["anything measured", "failed cases", "speed"]
    assert len(set(names)) == 9


def test_json_holds_everything_and_is_strict(lost: Verdict) -> None:
    cell = dataclasses.replace(lost.cells[0], loss=math.nan)
    content = json.loads(as_json(dataclasses.replace(lost, cells=(cell, *lost.cells[1:]))))
    assert content["passed"] is False
    assert content["cells"][0]["loss"] is None
    assert content["cells"][1]["interval"]["low"] > 0
    assert content["differences"] == [{"what": "seed", "baseline": "0", "run": "1"}]


def test_annotations_are_escaped_and_end_where_github_stops_showing_them(lost: Verdict) -> None:
    lines = annotations(lost)
    assert len(lines) == 2
    assert lines[0].startswith("::error title=samb compare%3A d%2C liver%2C box (single)%2C sam")
    many = annotations(dataclasses.replace(lost, cells=lost.cells * 6))
    assert len(many) == 10
    assert many[-1] == "::error title=samb compare::and 3 more"


def test_one_notice_where_nothing_failed(bench: Any) -> None:
    scores = bench.scores()
    (line,) = annotations(bench.compare(scores, scores))
    assert line.startswith("::notice title=samb compare::passed")


def test_the_terminal_ends_with_the_verdict_and_its_reasons(lost: Verdict) -> None:
    console = Console(width=110, record=True, file=io.StringIO())
    console.print(terminal_comparison(lost))
    text = console.export_text()
    assert "seed: 0 → 1" in text
    last = text[text.index("FAILED") :]
    assert "d, liver, box (single), sam, dsc: lost" in " ".join(last.split())


def test_an_oracle_is_marked_in_every_form(bench: Any) -> None:
    scores = pd.DataFrame(bench.scores()).assign(selection="oracle_dice")
    verdict = bench.compare(scores, bench.worse(scores, 0.05), Choice(selections=("oracle_dice",)))
    for text in (markdown(verdict), junit(verdict), "\n".join(annotations(verdict))):
        assert "not deployable" in text
