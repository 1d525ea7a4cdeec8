import pandas as pd
import pytest

from samb.ordering import natural_order
from samb.reports.names import (
    counted,
    shown_dataset,
    shown_mode,
    shown_prompt,
    shown_selection,
    with_roles,
)
from tests.reports.studied import study_run


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("box_jitter_0p1", "box_jitter_0.1"),
        ("box_jitter_0p05", "box_jitter_0.05"),
        ("point_random_10", "point_random_10"),
        ("p2p", "p2p"),
    ],
)
def test_a_mode_is_shown_with_its_decimal_point(name: str, shown: str) -> None:
    assert shown_prompt(name) == shown


def test_jitter_and_point_counts_are_sorted_by_size() -> None:
    modes = ["point_random_10", "box_jitter_0p5", "point_random_3", "box", "box_jitter_0p05"]
    assert sorted(modes, key=natural_order) == [
        "box",
        "box_jitter_0p05",
        "box_jitter_0p5",
        "point_random_3",
        "point_random_10",
    ]


def test_an_oracle_says_that_it_is_one() -> None:
    assert shown_selection("oracle_dice") == (
        "oracle_dice (oracle: uses the reference, not deployable)"
    )
    assert shown_selection("largest") == "largest"


def test_where_there_is_little_room_an_oracle_is_still_marked() -> None:
    assert shown_mode("box_jitter_0p1", "oracle_iou") == "box_jitter_0.1 (oracle)"
    assert shown_mode("box_jitter_0p1", "single") == "box_jitter_0.1"


def test_one_case_two_cases() -> None:
    assert [counted(1, "case"), counted(2, "case")] == ["1 case", "2 cases"]


def test_a_line_over_all_data_sets_has_no_role(make):
    material = make.material(make.scores({}), study=study_run("kvasir_seg"))
    assert shown_dataset("kvasir_seg", material) == "kvasir_seg (substitute)"
    assert shown_dataset("all data sets", material) == "all data sets"
    table = pd.DataFrame({"dataset": ["kvasir_seg", "all data sets"], "value": [1, 2]})
    assert list(with_roles(table, material)["role"]) == ["substitute", ""]
    assert list(with_roles(table, material)) == ["dataset", "role", "value"]
