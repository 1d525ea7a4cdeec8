import math
from typing import Any

import pandas as pd
import pytest

from samb.reports.study import study_cells
from samb.reports.study_match import Coverage, coverage, with_published
from samb.studies.published import UNNAMED_SAM
from samb.studies.study_run import StudyRun
from tests.reports.studied import published, study_run

PAPER = {"dataset": "pranet_kvasir"}
HEADLINE = {"box": "single"}


def met(make: Any, run: StudyRun, *rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of ours beside the paper's."""
    material = make.material(make.scores(*rows), study=run)
    found = with_published(study_cells(material), run, HEADLINE)
    return found[found["role"] != ""]


def covered(make: Any, run: StudyRun, *rows: dict[str, Any]) -> Coverage:
    material = make.material(make.scores(*rows), study=run)
    return coverage(study_cells(material), run, HEADLINE)


def test_the_difference_is_ours_minus_the_papers(make):
    (row,) = met(make, study_run("pranet_kvasir", values=published({})), PAPER).itertuples()
    assert row.paper == 0.75
    assert row.difference == pytest.approx(0.5 - 0.75)
    assert (row.evidence, row.source) == ("primary", "page 3")


@pytest.mark.parametrize("dataset", ["kvasir_seg", "phantoms", "mine"])
def test_other_data_are_never_subtracted_even_under_the_papers_names(make, dataset):
    value = {"dataset": dataset, "target": "polyp"}
    run = study_run(dataset, values=published(value, {}))
    found = met(make, run, {"dataset": dataset})
    assert list(found[["difference", "paper"]].isna().iloc[0]) == [True, True]


@pytest.mark.parametrize(
    "other",
    [
        {"model": "box_fill"},
        {"prompt": "clicks"},
        {"selection": "largest"},
        {"structure": "tool"},
    ],
)
def test_another_model_mode_selection_or_target_meets_no_value(make, other):
    run = study_run("pranet_kvasir", values=published({}))
    found = met(make, run, {**PAPER, **other})
    assert list(found["difference"].isna()) == [True]


def test_a_value_of_an_unnamed_sam_is_of_each_model_of_the_study_and_of_no_other(make):
    run = study_run("pranet_kvasir", values=published({"model": UNNAMED_SAM}))
    rows = [{**PAPER, "model": it} for it in ("sam_vit_b", "sam_vit_h", "medsam")]
    found = met(make, run, *rows).set_index("model")["difference"]
    assert list(found[["sam_vit_b", "sam_vit_h"]]) == [-0.25, -0.25]
    assert math.isnan(found["medsam"])


def test_where_the_paper_says_no_selection_the_one_of_short_tables_is_meant(make):
    run = study_run("pranet_kvasir", values=published({"selection": ""}))
    rows = [{**PAPER, "selection": it} for it in ("single", "largest")]
    found = met(make, run, *rows).set_index("selection")["difference"]
    assert found["single"] == pytest.approx(-0.25)
    assert math.isnan(found["largest"])


def test_of_two_values_of_one_cell_the_one_best_seen_is_met_and_the_other_stands_apart(make):
    values = published({"evidence": "quoted", "value": 0.1}, {})
    run = study_run("pranet_kvasir", values=values)
    material = make.material(make.scores(PAPER), study=run)
    found = with_published(study_cells(material), run, HEADLINE)
    assert list(found["paper"]) == [0.75, 0.1]
    assert list(found["role"]) == ["paper", ""]


def test_other_methods_are_rows_of_their_own(make):
    values = published({"model": "U-Net", "prompt": "prompt_free", "selection": ""})
    run = study_run("pranet_kvasir", values=values)
    material = make.material(make.scores(PAPER), study=run)
    found = with_published(study_cells(material), run, HEADLINE).set_index("model")
    assert found.loc["U-Net", "paper"] == 0.75
    assert found["ours"].isna()["U-Net"]
    assert not found.loc["U-Net", "of_sam"]


CELLS = published({}, {"dataset": "ETIS"}, {"prompt": "clicks"}, {"model": "U-Net"})


def test_coverage_counts_cells_of_sam_on_the_papers_data_and_on_substitutes_apart(make):
    run = study_run("pranet_kvasir", "kvasir_seg", values=CELLS)
    found = covered(make, run, PAPER, {"dataset": "kvasir_seg"})
    assert found == Coverage(cells=3, by_paper=1, by_substitutes=1)


def test_phantoms_and_a_users_own_data_cover_nothing(make):
    run = study_run("phantoms", "mine", values=CELLS)
    assert covered(make, run, {"dataset": "phantoms"}, {"dataset": "mine"}) == Coverage(3, 0, 0)


def test_an_undefined_value_and_another_model_cover_nothing(make):
    run = study_run("pranet_kvasir", values=CELLS)
    rows: list[dict[str, Any]] = [{**PAPER, "value": math.nan}, {**PAPER, "model": "builtin"}]
    assert covered(make, run, *rows) == Coverage(3, 0, 0)


@pytest.mark.parametrize("evidence", ["third_party", "unverified:high"])
def test_somebody_elses_run_and_what_nobody_has_seen_are_no_cells(make, evidence):
    run = study_run("pranet_kvasir", values=published({"evidence": evidence}))
    assert covered(make, run, PAPER) == Coverage(0, 0, 0)
