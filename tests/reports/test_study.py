import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from samb.reports.study import CELL_COLUMNS, study_cells
from samb.studies.study import Data, Study
from samb.studies.study_run import StudyRun
from tests.reports.studied import RULE, STUDY, study_run


def cells(make: Any, run: StudyRun, *rows: dict[str, Any]) -> pd.DataFrame:
    return study_cells(make.material(make.scores(*rows), study=run))


def ruled(**changed: Any) -> Study:
    return replace(STUDY, table=replace(RULE, **changed))


def test_the_papers_own_data_get_the_papers_names(make):
    (cell,) = cells(make, study_run("pranet_kvasir"), {"dataset": "pranet_kvasir"}).itertuples()
    assert (cell.dataset, cell.target, cell.role) == ("Kvasir", "adenoma", "paper")
    assert cell.stands_for == "Kvasir"
    assert cell.value == 0.5


def test_a_substitute_keeps_its_own_names_and_says_what_it_stands_for(make):
    (cell,) = cells(make, study_run("kvasir_seg"), {"dataset": "kvasir_seg"}).itertuples()
    assert (cell.dataset, cell.target, cell.role) == ("kvasir_seg", "polyp", "substitute")
    assert cell.stands_for == "Kvasir; ETIS"


def test_phantoms_and_a_users_data_stand_for_nothing(make):
    run = study_run("phantoms", "mine")
    found = cells(make, run, {"dataset": "phantoms"}, {"dataset": "mine"})
    assert list(found["role"]) == ["own", "phantoms"]
    assert list(found["stands_for"]) == ["", ""]


def test_a_structure_that_no_entry_means_keeps_its_name(make):
    row = {"dataset": "pranet_kvasir", "structure": "tool"}
    (cell,) = cells(make, study_run("pranet_kvasir"), row).itertuples()
    assert (cell.dataset, cell.target) == ("pranet_kvasir", "tool")


def test_one_data_set_that_two_entries_read_is_told_apart_by_its_structures(make):
    cord = Data("Cord", "spine", targets={"SP": "cord"})
    matter = Data("Grey", "spine", targets={"GM": "gm"})
    run = study_run("spine", study=replace(STUDY, data=(cord, matter)))
    rows = [{"dataset": "spine", "structure": it} for it in ("cord", "gm")]
    found = cells(make, run, *rows)
    assert list(zip(found["dataset"], found["target"], strict=True)) == [
        ("Cord", "SP"),
        ("Grey", "GM"),
    ]


def test_metrics_that_the_table_does_not_have_stay_out(make):
    found = cells(
        make, study_run("mine"), {"dataset": "mine"}, {"dataset": "mine", "metric": "iou"}
    )
    assert list(found["metric"]) == ["dsc"]


def test_at_frame_level_slices_count_and_at_volume_level_volumes(make):
    rows = [
        {"dataset": "mine", "scope": "all_slices", "value": 0.2},
        {"dataset": "mine", "scope": "all_slices", "value": 0.8, "level": "volume", "frame": -1},
    ]
    frames = cells(make, study_run("mine", study=ruled(level="frame")), *rows)
    volumes = cells(make, study_run("mine", study=ruled(level="volume")), *rows)
    assert (list(frames["value"]), list(volumes["value"])) == ([0.2], [0.8])


def test_pictures_count_as_they_are_where_volumes_are_asked_for(make):
    found = cells(make, study_run("mine", study=ruled(level="volume")), {"dataset": "mine"})
    assert list(found["value"]) == [0.5]


def test_a_target_done_early_keeps_its_value_at_later_clicks(make):
    clicks = {"dataset": "mine", "prompt": "clicks"}
    rows = [
        {**clicks, "case": "easy", "group": "easy", "value": 1.0},
        {**clicks, "case": "hard", "group": "hard", "value": 0.0, "final": False},
        {**clicks, "case": "hard", "group": "hard", "value": 0.5, "attempt": 2},
    ]
    found = cells(make, study_run("mine"), *rows)
    assert dict(zip(found["attempt"], found["value"], strict=True)) == {1: 0.5, 2: 0.75}


def test_a_line_within_each_data_set_is_the_papers_where_all_of_its_targets_are_there(make):
    data = (
        Data("CT", "ct", targets={"liver": "liver", "spleen": "spleen"}),
        Data("CT raw", "ct_raw"),
    )
    study = replace(ruled(across="targets_within", overall=("CT", "mean")), data=data)
    run = study_run("ct", "ct_raw", study=study)
    liver, spleen, other = (
        {"dataset": "ct", "structure": name, "value": value}
        for name, value in (("liver", 0.2), ("spleen", 0.6), ("table", 1.0))
    )
    raw = {**liver, "dataset": "ct_raw", "value": 0.9}
    found = cells(make, run, liver, spleen, other, raw)
    means = found[found["target"] == "mean"].set_index("dataset")["value"]
    assert means.to_dict() == pytest.approx({"CT": 0.4, "CT raw": 0.9})
    part = cells(make, run, liver, other, raw)
    assert list(part.loc[part["target"] == "mean", "dataset"]) == ["CT raw"]


BOTH = ({"dataset": "pranet_kvasir", "value": 0.2}, {"dataset": "pranet_etis", "value": 0.6})


def test_the_line_over_all_has_the_papers_name_where_all_of_its_data_are_there(make):
    study = ruled(across="targets", overall=("five sets", "mean"))
    found = cells(make, study_run("pranet_kvasir", "pranet_etis", study=study), *BOTH)
    (line,) = found[found["dataset"] == "five sets"].itertuples()
    assert line.target == "mean"
    assert line.value == pytest.approx(0.4)


def test_a_part_of_the_papers_data_never_makes_the_papers_line_over_all(make):
    study = ruled(across="targets", overall=("five sets", "mean"))
    rows = [BOTH[1], {**BOTH[1], "structure": "tool"}]
    found = cells(make, study_run("pranet_etis", study=study), *rows)
    assert "five sets" not in set(found["dataset"])
    assert "all" in set(found["dataset"])


def test_targets_whose_scores_are_all_undefined_are_missing_from_the_papers_line(make):
    study = ruled(across="targets", overall=("five sets", "mean"))
    rows = [BOTH[0], {**BOTH[1], "value": math.nan}]
    found = cells(make, study_run("pranet_kvasir", "pranet_etis", study=study), *rows)
    (line,) = found[found["target"] == "all"].itertuples()
    assert line.dataset == "all"
    assert line.value == pytest.approx(0.2)


def test_roles_are_never_averaged_together(make):
    study = ruled(across="targets")
    run = study_run("pranet_kvasir", "phantoms", study=study)
    found = cells(make, run, BOTH[0], {"dataset": "phantoms", "value": 0.9})
    assert "all" not in set(found["dataset"])


def test_a_run_of_no_study_has_means_over_groups_of_everything(make):
    rows = [{"value": 0.2}, {"value": 0.4, "case": "c2"}, {"value": 0.9, "group": "p2"}]
    (cell,) = study_cells(make.material(make.scores(*rows))).itertuples()
    assert (cell.role, cell.dataset, cell.target) == ("own", "kvasir_seg", "polyp")
    assert cell.value == pytest.approx(0.6)


def test_no_score_is_a_table_without_rows(make):
    found = study_cells(make.material(make.scores(), study=study_run("mine")))
    assert list(found) == list(CELL_COLUMNS)
    assert found.empty
