import io
from typing import Any

from rich.console import Console

from samb.reports.overview import Overview, overview_csv, overview_markdown
from samb.reports.terminal import terminal_overview


def material(make: Any) -> Any:
    """Two models; the floor, which comes last, did one data set only."""
    scores = make.scores(
        {"model": "a_floor", "value": 0.8},
        {"model": "model", "value": 0.5},
        {"model": "model", "value": 0.7, "group": "p2", "case": "c2"},
        {"model": "model", "value": 0.3, "dataset": "acdc"},
        {"model": "model", "value": 0.9, "metric": "iou"},
        {"model": "model", "value": 0.1, "final": False},
    )
    return make.material(scores, cards={"model/a_floor": {"floor": True}})


def test_a_cell_is_the_mean_over_groups_of_one_data_set_mode_and_model(make: Any) -> None:
    overview = Overview.of(material(make))
    assert overview.models == ("model", "a_floor")
    assert overview.rows == (("acdc", "box"), ("kvasir_seg", "box"))
    assert [overview.cell(("kvasir_seg", "box"), it, interval=True) for it in overview.models] == [
        "0.600",
        "0.800",
    ]


def test_what_was_not_scored_is_a_dash_and_no_row_of_the_csv(make: Any) -> None:
    overview = Overview.of(material(make))
    assert "| acdc | box | 0.300 | – |" in overview_markdown(overview, material(make))  # noqa: RUF001
    table = overview_csv(overview)
    assert list(zip(table["dataset"], table["model"], table["dsc"], strict=True)) == [
        ("acdc", "model", 0.3),
        ("kvasir_seg", "model", 0.6),
        ("kvasir_seg", "a_floor", 0.8),
    ]


def five_groups(make: Any) -> Any:
    values = (0.4, 0.45, 0.5, 0.55, 0.6)
    return make.material(
        make.scores(*({"group": f"p{it}", "case": f"c{it}", "value": it} for it in values))
    )


def printed(make: Any, width: int) -> str:
    text = io.StringIO()
    Console(file=text, width=width).print(terminal_overview(five_groups(make), width))
    return text.getvalue()


def test_intervals_are_shown_where_there_is_room(make: Any) -> None:
    assert "0.500 [" in printed(make, 100)
    assert "0.500 [" not in printed(make, 30)
    assert "0.500" in printed(make, 30)


def test_no_scores_give_an_empty_table(make: Any) -> None:
    overview = Overview.of(make.material(make.scores()))
    assert overview.rows == ()
    assert overview_csv(overview).empty
