from typing import Any

from samb.reports.long import LONG_COLUMNS, long_table


def test_all_selections_levels_and_metrics_are_there_and_oracles_marked(make: Any) -> None:
    scores = make.scores(
        {"selection": "single"},
        {"selection": "oracle_dice"},
        {"metric": "iou", "level": "volume", "frame": -1, "scope": "all_slices"},
    )
    table = long_table(make.material(scores))
    assert set(zip(table["level"], table["selection"], table["metric"], strict=True)) == {
        ("frame", "single", "dsc"),
        ("frame", "oracle_dice", "dsc"),
        ("volume", "single", "iou"),
    }
    notes = dict(zip(table["selection"], table["note"], strict=True))
    assert notes["oracle_dice"] == "oracle: uses the reference, not deployable"
    assert notes["single"] == ""


def test_modes_of_several_attempts_have_a_line_per_attempt_with_all_targets(make: Any) -> None:
    scores = make.scores(
        {"case": "easy", "attempt": 1, "value": 0.9},
        {"case": "hard", "attempt": 1, "final": False, "value": 0.1},
        {"case": "hard", "attempt": 2, "value": 0.5},
    )
    table = long_table(make.material(scores)).set_index("attempt")
    assert dict(table["mean"]) == {"1": 0.5, "2": 0.7, "final": 0.7}
    assert dict(table["targets"]) == {"1": 2, "2": 2, "final": 2}


def test_annotators_are_apart(make: Any) -> None:
    scores = make.scores({"annotator": "a", "value": 0.2}, {"annotator": "b", "value": 0.4})
    table = long_table(make.material(scores))
    assert dict(zip(table["annotator"], table["mean"], strict=True)) == {"a": 0.2, "b": 0.4}


def test_no_scores_give_a_header_only(make: Any) -> None:
    assert list(long_table(make.material(make.scores())).columns) == LONG_COLUMNS
