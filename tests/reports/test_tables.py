import math
from typing import Any

import pytest

from samb.reports.tables import MainRow, main_csv, main_rows


def dsc_of(row: MainRow) -> float:
    assert row.dsc is not None
    return row.dsc.mean


def test_only_the_headline_selection_and_the_last_attempt_count(make: Any) -> None:
    scores = make.scores(
        {"value": 0.2, "attempt": 1, "final": False},
        {"value": 0.6, "attempt": 2},
        {"value": 0.9, "attempt": 2, "selection": "oracle_dice"},
    )
    (row,) = main_rows(make.material(scores, headline={"box": "single"}))
    assert dsc_of(row) == pytest.approx(0.6)
    assert row.selection == "single"


def test_data_sets_with_volumes_are_shown_at_volume_level_only(
    make: Any,
) -> None:
    scores = make.scores(
        {"dataset": "acdc", "frame": 3, "value": 0.1, "scope": "all_slices"},
        {"dataset": "acdc", "frame": -1, "value": 0.7, "level": "volume", "scope": "all_slices"},
        {"dataset": "busi", "value": 0.4},
    )
    rows = main_rows(make.material(scores))
    assert [(row.dataset, row.level, dsc_of(row)) for row in rows] == [
        ("acdc", "volume", 0.7),
        ("busi", "frame", 0.4),
    ]


def test_one_target_with_several_undefined_metrics_counts_once(make: Any) -> None:
    scores = make.scores(
        {"value": 0.0},
        {"metric": "hd95", "unit": "px", "value": math.nan},
        {"metric": "assd", "unit": "px", "value": math.nan},
        {"metric": "hd95", "unit": "px", "case": "c2", "value": 3.0},
    )
    (row,) = main_rows(make.material(scores))
    assert row.undefined == 1
    assert row.hd95[0].summary.mean == 3.0
    assert row.targets == 2


def test_millimetres_and_pixels_are_never_averaged_together(make: Any) -> None:
    scores = make.scores(
        {"case": "a", "metric": "hd95", "unit": "mm", "value": 2.0},
        {"case": "b", "metric": "hd95", "unit": "px", "value": 10.0},
    )
    (row,) = main_rows(make.material(scores))
    assert [(found.unit, found.summary.mean) for found in row.hd95] == [("mm", 2.0), ("px", 10.0)]
    assert row.dsc is None


def test_rows_are_sorted_by_name_number_and_floors_last(make: Any) -> None:
    scores = make.scores(
        *(
            {"prompt": prompt, "model": model, "structure": structure}
            for structure in ("polyp", "cyst")
            for prompt in ("point_random_10", "point_random_3")
            for model in ("box_fill", "sam")
        )
    )
    material = make.material(scores, cards={"model/box_fill": {"floor": True}})
    order = [(row.structure, row.prompt, row.model) for row in main_rows(material)]
    assert order[:4] == [
        ("cyst", "point_random_3", "sam"),
        ("cyst", "point_random_3", "box_fill"),
        ("cyst", "point_random_10", "sam"),
        ("cyst", "point_random_10", "box_fill"),
    ]
    assert {structure for structure, _, _ in order[4:]} == {"polyp"}


def test_versions_of_a_mode_are_never_averaged_together(make: Any) -> None:
    scores = make.scores({"version": 1, "value": 0.2}, {"version": 2, "value": 0.8})
    rows = main_rows(make.material(scores))
    assert [(row.version, dsc_of(row)) for row in rows] == [("1", 0.2), ("2", 0.8)]


def test_csv_holds_unrounded_numbers_units_and_marks(make: Any) -> None:
    scores = make.scores(
        {"value": 1 / 3, "selection": "oracle_dice"},
        {"metric": "hd95", "unit": "mm", "value": 2.0, "selection": "oracle_dice"},
    )
    material = make.material(
        scores, headline={"box": "oracle_dice"}, cards={"model/sam_vit_b": {"floor": True}}
    )
    line = main_csv(main_rows(material), material).iloc[0]
    assert (line["dsc"], line["hd95_mm"]) == (1 / 3, 2.0)
    assert line["note"] == "oracle: uses the reference, not deployable"
    assert line["floor"]
    assert math.isnan(line["hd95_px"])


def test_no_scores_give_a_csv_with_a_header_only(make: Any) -> None:
    material = make.material(make.scores())
    table = main_csv(main_rows(material), material)
    assert table.empty
    assert "dsc" in table.columns


def test_pictures_and_volumes_of_one_data_set_stand_side_by_side(make: Any) -> None:
    volume = {"level": "volume", "frame": -1, "scope": "reference_slices", "structure": "liver"}
    slice_of_it = {"scope": "reference_slices", "structure": "liver"}
    rows = main_rows(make.material(make.scores({"structure": "polyp"}, volume, slice_of_it)))
    assert [(row.structure, row.level) for row in rows] == [("polyp", "frame"), ("liver", "volume")]
