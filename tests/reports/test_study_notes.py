from dataclasses import replace
from typing import Any

from samb.reports.footer import footer
from samb.reports.study_notes import in_short
from samb.reports.study_table import study_section
from samb.studies.study_run import StudyRun
from tests.reports.studied import STUDY, published, study_run


def told(make: Any, run: StudyRun, *rows: dict[str, Any]) -> str:
    return " ".join(footer(make.material(make.scores(*rows), study=run)))


def notes(make: Any, run: StudyRun, *rows: dict[str, Any]) -> str:
    section = study_section(make.material(make.scores(*rows), study=run))
    assert section
    return " ".join(section.notes)


def test_the_footer_names_study_version_fidelity_and_what_is_known(make):
    said = told(make, study_run("pranet_kvasir"), {"dataset": "pranet_kvasir"})
    assert "Study polyps, 'Polyps?' (version 3, strict)." in said
    assert "What is known of the paper: one page." in said
    assert "Read as the paper's own data: pranet_kvasir for Kvasir." in said
    assert "Without data in this run: 1 of 2 data sets of the paper (ETIS)." in said


def test_a_substitute_a_phantom_and_own_data_are_warned_of(make):
    said = told(make, study_run("kvasir_seg"), {"dataset": "kvasir_seg"})
    assert (
        "Warning: substitutes, other images than the paper's: kvasir_seg for Kvasir and ETIS."
        in said
    )
    said = told(make, study_run("phantoms"), {"dataset": "phantoms"})
    assert "Warning: phantoms are generated" in said
    assert "They count in no coverage" in said
    said = told(make, study_run("mine"), {})
    assert "Warning: no data of this study, but the user's own choice: mine." in said


def test_the_last_line_of_a_command_says_what_it_is_worth():
    assert in_short(study_run("phantoms")).startswith("polyps on phantoms: this shows that")
    assert "not the paper's" in in_short(study_run("kvasir_seg"))
    assert in_short(study_run("pranet_etis", changed=("limit=2",))) == (
        "polyps on 1 of the paper's 2 data sets, changed by limit=2"
    )


def test_a_part_of_the_papers_data_is_told_from_all_of_it(make):
    kvasir = replace(STUDY.data[0], images=2)
    run = study_run("pranet_kvasir", study=replace(STUDY, data=(kvasir, STUDY.data[1])))
    rows = [{"dataset": "pranet_kvasir", "case": it, "metric": "dsc"} for it in ("a", "b")]
    said = told(make, run, rows[0], {**rows[0], "metric": "iou"})
    assert "Warning: of Kvasir 1 image with a target was scored here, 2 by the paper" in said
    assert "by the paper" not in told(make, run, *rows)


def test_what_was_changed_is_named_in_the_footer_and_under_the_differences(make):
    changed = ("limit=2", "model=sam_vit_b")
    run = study_run("pranet_kvasir", values=published({}), changed=changed)
    row = {"dataset": "pranet_kvasir"}
    assert "Changed on the command line: limit=2, model=sam_vit_b" in told(make, run, row)
    assert "These differences are of the study as changed: limit=2" in notes(make, run, row)


def test_without_a_study_nothing_is_said_of_one(make):
    assert "tudy" not in " ".join(footer(make.material(make.scores({}))))


def test_coverage_is_told_with_phantoms_left_out(make):
    run = study_run("pranet_kvasir", values=published({}, {"dataset": "ETIS"}))
    said = notes(make, run, {"dataset": "pranet_kvasir"})
    assert (
        "1 of 2 cells of the paper's table covered by the paper's data, 0 by substitutes, "
        "phantoms not counted." in said
    )


def test_values_left_out_are_counted_and_the_option_is_named(make):
    said = notes(make, study_run("mine", withheld=28), {"dataset": "mine"})
    assert "28 that no source shows are left out" in said
    assert "Left out: 28 published values that no source shows (--show-unverified" in said


def test_only_marks_that_occur_are_explained(make):
    run = study_run("mine", values=published({}, {"evidence": "survey", "model": "sam_vit_h"}))
    said = notes(make, run, {"dataset": "mine"})
    assert "[P] seen on" in said
    assert "[S] in the survey" in said
    assert "[T]" not in said


def test_the_way_the_table_is_made_is_said_in_words(make):
    said = notes(make, study_run("mine"), {"dataset": "mine"})
    assert "scores of images and slices; the plain mean over all of them; no line over all." in said
