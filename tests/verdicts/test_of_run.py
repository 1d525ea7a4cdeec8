from typing import Any

import pandas as pd
import pytest

from samb.choices import ConfigFolders
from samb.reports.material import OUTCOME_COLUMNS, SCORE_COLUMNS, Material
from samb.studies.published import COLUMNS
from samb.studies.roles import Standing
from samb.studies.study import Data, Role, Study, TableRule
from samb.studies.study_run import StudyRun
from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Contrast
from samb.verdicts.of_run import evidence_of_run, family

DEFAULTS = {
    "dataset": "kvasir_seg", "group": "p1", "case": "c1", "frame": 0, "object_id": "polyp",
    "structure": "polyp", "annotator": "expert", "level": "frame", "scope": "",
    "model": "sam_vit_b", "prompt": "box", "version": 1, "repeat": 0, "attempt": 1, "final": True,
    "selection": "single", "metric": "dsc", "unit": "", "value": 0.5,
}  # fmt: skip


def material(*rows: dict[str, object], **facts: Any) -> Material:
    scores = pd.DataFrame([{**DEFAULTS, **row} for row in rows], columns=list(SCORE_COLUMNS))
    return Material(
        title="mine",
        scores=scores,
        outcomes=pd.DataFrame(columns=list(OUTCOME_COLUMNS)),
        headline=dict.fromkeys(scores["prompt"], "single"),
        curves={},
        cards=facts.pop("cards", {}),
        provenance={},
        tile=lambda row: None,
        **facts,
    )


def test_repeats_and_annotators_of_an_object_are_averaged():
    shown = evidence_of_run(
        material(
            {"value": 0.4},
            {"value": 0.6, "repeat": 1},
            {"value": 0.8, "annotator": "second"},
            {"value": 1.0, "annotator": "second", "repeat": 1},
        )
    )
    assert list(shown.rows["value"]) == [pytest.approx(0.7)]
    assert shown.unit == "group"


def test_only_the_headline_selection_is_usual():
    rows = evidence_of_run(material({}, {"selection": "oracle_iou"})).rows
    assert dict(zip(rows["selection"], rows["usual"], strict=True)) == {
        "single": True, "oracle_iou": False
    }  # fmt: skip


def test_a_user_who_stopped_keeps_the_last_score():
    clicks = {"prompt": "clicks"}
    shown = evidence_of_run(
        material(
            {**clicks, "value": 0.9},
            {**clicks, "case": "c2", "group": "p2", "value": 0.3, "final": False},
            {**clicks, "case": "c2", "group": "p2", "value": 0.5, "attempt": 2},
        )
    ).rows
    last = shown[shown["last"]].set_index("group")["value"]
    assert dict(last) == {"p1": 0.9, "p2": 0.5}


def test_volumes_count_as_volumes_and_their_slices_as_frames():
    slices = {"scope": "reference_slices"}
    rows = evidence_of_run(
        material({**slices}, {**slices, "frame": -1, "level": "volume", "value": 0.7})
    ).rows
    assert dict(zip(rows["level"], rows["main"], strict=True)) == {"frame": False, "volume": True}


def test_phantoms_alone_are_labelled_and_beside_real_data_left_out():
    alone = evidence_of_run(material({"dataset": "phantoms"}))
    assert alone.label == "phantoms: proves the plumbing, nothing else"
    both = evidence_of_run(material({"dataset": "phantoms"}, {}))
    assert list(both.rows["dataset"]) == ["kvasir_seg"]
    assert (both.label, both.notes) == (
        "", ("phantoms are left out: they say nothing of real images",)
    )  # fmt: skip


def test_an_older_version_of_a_mode_is_left_out_and_said_to_be():
    shown = evidence_of_run(material({}, {"version": 2, "value": 0.9}))
    assert list(shown.rows["value"]) == [0.9]
    assert shown.notes == ("older versions of box are left out",)


def test_models_are_told_apart_by_card_and_by_what_they_answer():
    assert family({"floor": True}, {"box"}) == "floor"
    assert family({"faithful_to": "code"}, {"prompt_free"}) == "tuned"
    assert family({"tuned": True}, {"box"}) == "tuned"
    assert family({}, {"prompt_free"}) == "baseline"
    assert family({}, {"prompt_free", "box"}) == "sam"
    assert family({}, {"everything"}) == "sam"


@pytest.mark.parametrize("name", ["precomputed", "precomputed_instances", "bet"])
def test_what_came_from_files_or_another_program_is_no_sam(name):
    card = ConfigFolders.find().read("model", name)["card"]
    assert family(card, {"everything"}) == "baseline"


def test_a_demonstration_model_is_labelled():
    cards = {"model/builtin": {"note": "a small demonstration model for first steps"}}
    assert (
        "builtin is a demonstration model"
        in evidence_of_run(material({"model": "builtin"}, cards=cards)).label
    )


def study(role: Role) -> StudyRun:
    table = pd.DataFrame(
        [["Kvasir", "polyp", "prompt_free", 1, "", "U-Net", "dsc", 0.8, "primary", "", ""]],
        columns=list(COLUMNS),
    )
    return StudyRun(
        name="zhou_polyps",
        study=Study(
            data=(Data("Kvasir", "kvasir_seg"),), modes={"box": "box"}, selections=("single",),
            metrics=("overlap",), models=("sam_vit_b",), table=TableRule(("dsc",)),
        ),
        card={},
        data={"kvasir_seg": Standing(role, ("Kvasir",))},
        changed=(),
        published=table,
    )  # fmt: skip


def test_on_the_papers_own_data_its_other_methods_stand_beside_each_object():
    shown = evidence_of_run(material({}, {"case": "c2", "group": "p2"}, study=study("paper")))
    beside = shown.rows[shown.rows["family"] == "baseline"]
    assert list(beside["model"]) == ["U-Net (published)"] * 2
    assert list(beside["value"]) == [0.8, 0.8]
    assert set(beside["group"]) == {"p1", "p2"}
    assert list(shown.of_paper["dataset"].unique()) == ["kvasir_seg"]


def test_where_a_papers_table_is_of_slices_its_means_stand_beside_slices_and_no_volume():
    slices: dict[str, object] = {"scope": "reference_slices"}
    volume: dict[str, object] = {**slices, "frame": -1, "level": "volume", "value": 0.7}
    rows = evidence_of_run(material(slices, volume, study=study("paper"))).rows
    beside = rows[rows["family"] == "baseline"]
    assert list(beside["level"]) == ["frame"]
    (found,) = Contrast(first=Arm(model=("baseline",)), second=Arm()).compared(
        evidence_of_run(material(slices, volume, study=study("paper")))
    )
    assert list(found.units) == [pytest.approx(0.5 - 0.8)]


def test_on_substitutes_a_papers_values_are_never_beside_ours():
    shown = evidence_of_run(material({}, study=study("substitute")))
    assert set(shown.rows["family"]) == {"sam"}
    assert shown.label == "substitute data, not the paper's: kvasir_seg"
    assert shown.of_paper.empty


def test_altered_copies_of_a_data_set_do_not_count_twice():
    shown = evidence_of_run(
        material(
            {"dataset": "ct"},
            {"dataset": "ct_raw", "value": 0.4},
            {"dataset": "ct_other", "group": "p9"},
        )
    )
    assert dict(zip(shown.rows["dataset"], shown.rows["copy"], strict=True)) == {
        "ct": False, "ct_raw": True, "ct_other": False
    }  # fmt: skip
    assert shown.notes == ("ct_raw holds the cases of ct: counted where the two are compared",)
    (both,) = Contrast(second=Arm()).compared(shown)
    assert set(both.table["dataset"]) == {"ct", "ct_other"}
    raw = Contrast(first=Arm(dataset=("ct",)), second=Arm(dataset=("*_raw",)), across_data=True)
    (loss,) = raw.compared(shown)
    assert list(loss.units) == [pytest.approx(-0.1)]


def test_patients_of_the_same_number_make_no_data_set_a_copy_of_another():
    rome: dict[str, object] = {"dataset": "polyps_rome", "group": "1", "case": "another"}
    shown = evidence_of_run(material({"dataset": "polyps", "group": "1"}, rome))
    assert not shown.rows["copy"].any()
    assert shown.notes == ()


def test_slices_in_the_middle_of_an_object_are_far_from_its_ends():
    place = {"dataset": "d", "group": "g", "case": "c", "object_id": "o", "structure": "s"}
    table = pd.DataFrame([{**place, "frame": it, "contrast": -10.0} for it in (4, 5, 6, 7, 8)])
    known = evidence_of_run(material({}, attributes=table)).attributes
    assert list(known["end_distance"]) == [0, 0.5, 1, 0.5, 0]
    assert set(known["contrast_size"]) == {10.0}
