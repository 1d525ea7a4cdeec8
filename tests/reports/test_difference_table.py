from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from samb.reports.difference_table import difference_section
from samb.reports.paired import holm, paired
from samb.reports.report import write_report

GAINS = {"b": (0.1, 0.2, 0.3, 0.25, 0.15, 0.05), "c": (0.1, -0.1, 0.02, 0.03, -0.05, 0.2)}
NOTHING = "–"  # noqa: RUF001


def rows(gains: Mapping[str, tuple[float, ...]]) -> Iterator[dict[str, object]]:
    """Model `a` has 0.5 everywhere; one target a group."""
    for model, found in {"a": (0.0,) * 6, **gains}.items():
        for place, gain in enumerate(found):
            named = {"model": model, "group": f"p{place}", "case": f"c{place}"}
            yield {**named, "value": 0.5 + gain}


def test_both_p_values_are_corrected_over_all_rows_of_the_table(make: Any) -> None:
    found = difference_section(make.material(make.scores(*rows(GAINS))))
    assert found is not None
    b, c = (paired(GAINS[name]) for name in "bc")
    assert b.sign_flip_p == 2 / 64  # six of one sign
    assert b.sign_flip_p is not None
    assert c.sign_flip_p is not None
    data = found.data.set_index("model")
    assert data["dsc_difference"].to_dict() == pytest.approx({"b": 0.175, "c": 0.2 / 6})
    assert list(data["sign_flip_p"]) == pytest.approx([b.sign_flip_p, c.sign_flip_p])
    assert list(data["sign_flip_p_holm"]) == pytest.approx(holm([b.sign_flip_p, c.sign_flip_p]))
    assert data["sign_flip_p_holm"]["b"] == pytest.approx(2 * 2 / 64)
    assert data["wilcoxon_p_holm"]["b"] == pytest.approx(2 * 2 / 64)
    assert set(data["minus"]) == {"a"}


def test_a_row_shows_difference_interval_groups_and_p_values(make: Any) -> None:
    found = difference_section(make.material(make.scores(*rows({"b": GAINS["b"]}))))
    assert found is not None
    assert found.title == "Models against each other: DSC minus that of a"
    interval = paired(GAINS["b"]).interval
    assert interval is not None
    shown = f"[{interval.low:+.3f}, {interval.high:+.3f}]"
    assert found.lines == (
        ("kvasir_seg", "box", "b", "+0.175", shown, "6", "0.031", "0.031", "0.031", "0.031", "6"),
    )


def test_under_five_groups_there_is_a_difference_and_a_reason_and_no_share_in_holm(
    make: Any,
) -> None:
    scores = make.scores(*rows({"b": GAINS["b"], "few": GAINS["b"][:3]}))
    found = difference_section(make.material(scores))
    assert found is not None
    assert found.lines[1][3:8] == ("+0.200", NOTHING, "3", NOTHING, NOTHING)
    assert found.data["sign_flip_p_holm"][0] == 2 / 64  # corrected for one row, not two
    assert found.data["why_none"][1] == "3 of at least 5 groups"
    assert any("fewer than 5 groups" in note and "0.125" in note for note in found.notes)
    assert any("for the 1 tested row" in note for note in found.notes)


def test_what_shares_no_target_with_the_first_model_is_named(make: Any) -> None:
    scores = make.scores(*rows({"b": GAINS["b"]}), {"model": "b", "prompt": "everything"})
    found = difference_section(make.material(scores))
    assert found is not None
    assert found.notes[-1] == (
        "Without a row, because a has no score of the same targets: b (kvasir_seg, everything)."
    )


def test_one_model_has_no_table_of_differences(make: Any) -> None:
    assert difference_section(make.material(make.scores({}))) is None


def test_the_table_of_an_earlier_report_goes_when_a_model_goes(make: Any, tmp_path: Any) -> None:
    write_report(tmp_path, make.material(make.scores(*rows(GAINS))))
    assert (tmp_path / "differences.csv").exists()
    assert "## Models against each other" in (tmp_path / "table.md").read_text()
    write_report(tmp_path, make.material(make.scores({})))
    assert not (tmp_path / "differences.csv").exists()
