import io
import re
from collections.abc import Sequence

import pytest
from rich.console import Console

from samb.verdicts.arm import Arm
from samb.verdicts.claim import Claim
from samb.verdicts.contrast import Contrast
from samb.verdicts.difference import Difference
from samb.verdicts.judge import Judged, judge
from samb.verdicts.markdown import markdown_claims
from samb.verdicts.terminal import terminal_claims
from samb.verdicts.told import agreement, cells_table, effect, footer, table, verdict
from tests.verdicts.tables import means

TEN = [0.3 + 0.02 * place for place in range(10)]
GAINS = [0.1 + 0.001 * place for place in range(9)]


def claim(name: str, second: str) -> Claim:
    contrast = Contrast(first=Arm(prompt=("point",)), second=Arm(prompt=(second,)))
    check = Difference(what=f"{second} is better", contrast=contrast, low=0.0)
    card = {"title": f"{second} wins", "statement": "boxes [are] *best*", "source": "the survey"}
    return Claim(name, "survey", (check,), card)


@pytest.fixture
def judged(evidence):
    better = [value + gain for value, gain in zip(TEN, [*GAINS, -0.01], strict=True)]
    rows = means("point", TEN), means("box", better)
    claims = [claim("C23", "box"), claim("C01", "mask")]
    return judge(claims, [evidence(*rows, unit="target")])


def shown(judged: Sequence[Judged], width: int) -> str:
    written = io.StringIO()
    Console(width=width, file=written).print(terminal_claims(judged, "Claims", ("a note",)))
    return written.getvalue()


def test_an_effect_is_told_with_interval_p_and_units(judged):
    told = effect(judged[0].found[0])
    # differences 0.1 0.101 ... 0.108 and -0.01: mean 0.0926
    assert re.fullmatch(
        r"DSC difference \+0\.093 \[0\.0\d\d, 0\.1\d\d\], p = 0\.004, 10 targets", told
    )


def test_without_a_test_nothing_is_said_of_its_correction(evidence):
    rows = means("point", TEN[:2]), means("box", TEN[:2])
    few = judge([claim("C23", "box")], [evidence(*rows, unit="target")])
    (said,) = footer(few)
    assert said.startswith("Nothing was tested: too few units")


def test_targets_that_say_otherwise_are_named(judged):
    assert agreement(judged[0].found[0].finding) == "9 of 10 targets agree, not d: t9"


def test_the_table_has_a_line_per_finding_and_one_for_what_is_not_covered(judged):
    lines = table(judged).set_index("claim")
    assert list(lines.loc["C23", ["verdict", "finding"]]) == ["confirmed", "confirmed"]
    assert lines.loc["C23", "exceptions"] == "d: t9 (-0.010)"
    assert lines.loc["C23", "seen"] == "primary"
    assert lines.loc["C01", "verdict"] == "not covered"
    assert lines.loc["C01", "note"] == "needs DSC or IOU of point and mask"
    cells = cells_table(judged)
    assert len(cells) == 10
    assert list(cells.loc[~cells["agrees"].astype(bool), "target"]) == ["t9"]


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_of_any_width_shows_the_verdicts_whole(judged, width):
    text = shown(judged, width)
    assert max(map(len, text.splitlines())) <= width
    for part in ("C23", "confirmed", "box wins", "a note", "C01 (mask wins) is not covered"):
        assert part in text


def test_of_many_claims_those_not_covered_are_named_in_one_line(evidence):
    claims = [claim(f"C{it}", "mask") for it in range(5)]
    text = shown(judge(claims, [evidence(means("point", TEN), unit="target")]), 100)
    assert "not covered by this data: C0, C1, C2, C3, C4" in text


def test_unverified_values_are_marked_beside_the_verdict(evidence):
    rows = [
        [{**row, "seen": "unverified:high"} for row in part]
        for part in (means("point", TEN), means("box", [value + 0.1 for value in TEN]))
    ]
    judged = judge([claim("C23", "box")], [evidence(*rows, unit="target")])
    assert "UNVERIFIED" in shown(judged, 80)
    assert "UNVERIFIED" in markdown_claims(judged, "x")


def test_markdown_quotes_the_sentence_and_its_source(judged):
    text = markdown_claims(judged, "Claims", ("a note",))
    assert "> boxes [are] \\*best\\*" in text
    assert "Source: the survey" in text
    assert "| C23 box wins | confirmed |" in text
    assert "## Not covered by this data" in text


def test_a_verdict_says_by_how_many_findings_where_they_disagree(evidence):
    both = Claim(
        "X", "survey", (*claim("a", "box").checks, *claim("b", "mask").checks), {"title": "x"}
    )
    rows = [
        means(name, [value + by + 0.001 * place for place, value in enumerate(TEN)])
        for name, by in (("point", 0), ("box", 0.1), ("mask", -0.1))
    ]
    (found,) = judge([both], [evidence(*rows, unit="target")])
    assert verdict(found) == "refuted (1 of 2)"
