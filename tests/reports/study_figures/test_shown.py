"""What the pictures of a study show, and how it is named."""

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from samb.reports.study import CELL_COLUMNS
from samb.reports.study_figures.shown import (
    PAPER,
    Shown,
    place_names,
    series_name,
    series_of,
    unseen,
)
from tests.reports.studied import STUDY, published, study_run

OURS = {
    "dataset": "Kvasir", "target": "adenoma", "prompt": "box", "attempt": 1,
    "selection": "single", "model": "builtin", "metric": "dsc", "value": 0.5, "low": math.nan,
    "high": math.nan, "groups": 9, "rows": 20, "role": "paper", "stands_for": "Kvasir",
}  # fmt: skip


def ours(*rows: dict[str, Any]) -> pd.DataFrame:
    """Cells of ours that differ from OURS in what is given."""
    return pd.DataFrame([{**OURS, **row} for row in rows], columns=list(CELL_COLUMNS))


def names(shown: Shown) -> list[str]:
    return place_names(shown.places(shown.cells))


def test_the_first_metric_of_the_table_is_shown_and_no_other() -> None:
    values = published({"metric": "hd"}, {"metric": "dsc"}, {"metric": "dsc_drop"})
    assert set(Shown.of(study_run(values=values)).cells["metric"]) == {"dsc"}


def test_a_study_whose_metric_nobody_published_shows_nothing() -> None:
    shown = Shown.of(study_run(values=published({"metric": "dsc_margin"})))
    assert (shown.metric, len(shown.cells)) == ("", 0)


def test_ours_on_the_papers_data_stand_on_its_line() -> None:
    shown = Shown.of(study_run(values=published({})), ours({}))
    assert names(shown) == ["Kvasir: adenoma"]
    assert sorted(shown.cells["whose"]) == ["ours", "paper"]


def test_all_other_data_have_lines_of_their_own_that_say_what_they_are() -> None:
    mine = ours(
        {"dataset": "phantoms", "target": "polyp", "role": "phantoms", "stands_for": ""},
        {"dataset": "kvasir_seg", "target": "polyp", "role": "substitute"},
        {"dataset": "busi", "target": "lesion", "role": "own", "stands_for": ""},
    )
    assert names(Shown.of(study_run(values=published({})), mine)) == [
        "Kvasir: adenoma",
        "kvasir_seg: polyp, substitute for Kvasir",
        "busi: lesion, own data",
        "phantoms: polyp, generated: plumbing only",
    ]


def test_lines_fall_from_the_papers_greatest_mean_and_means_come_last() -> None:
    values = published(
        {"target": "a", "value": 0.2}, {"target": "b", "value": 0.9}, {"target": "c", "value": 0.4},
        {"target": "c", "value": 0.8, "prompt": "clicks"}, {"dataset": "all", "target": "all"},
    )  # fmt: skip
    shown = Shown.of(study_run(values=values))
    assert names(shown) == ["b", "c", "a", "mean over targets"]


def test_a_data_set_and_its_only_target_of_the_same_name_are_said_once() -> None:
    places = [("BUSI", "BUSI", "paper", ""), ("OCT", "oct", "paper", "")]
    assert place_names(places) == ["BUSI", "OCT"]


def test_undefined_values_of_ours_are_not_drawn() -> None:
    shown = Shown.of(study_run(values=published({})), ours({"value": math.nan}))
    assert list(shown.cells["whose"]) == ["paper"]


def test_modes_stand_in_the_order_of_the_study_and_methods_without_prompts_are_none() -> None:
    prompts = [{"prompt": it} for it in ("points_10", "clicks", "prompt_free", "box", "points_9")]
    shown = Shown.of(study_run(values=published(*prompts)))
    assert shown.modes(shown.cells) == ["box", "clicks", "points_9", "points_10"]


def test_the_papers_series_come_first_and_what_can_be_deployed_before_an_oracle() -> None:
    values = published({"selection": "oracle_iou"}, {"selection": "first"})
    shown = Shown.of(study_run(values=values), ours({"selection": "first"}))
    told = [series_name(it, shown.cells) for it in series_of(shown.cells)]
    assert told == [
        "paper: sam_vit_b, first [P]",
        "paper: sam_vit_b, oracle_iou (oracle) [P]",
        "ours: builtin, first",
    ]


def test_somebody_elses_run_is_not_called_the_papers() -> None:
    cells = Shown.of(study_run(values=published({"evidence": "third_party"}))).cells
    assert (
        series_name((PAPER, "sam_vit_b", "single"), cells) == "third party: sam_vit_b, single [T]"
    )


@pytest.mark.parametrize(("evidence", "found"), [("primary", False), ("unverified:low", True)])
def test_one_value_that_no_source_shows_is_enough_to_mark_a_series(
    evidence: str, found: bool
) -> None:
    values = published({}, {"evidence": evidence, "target": "other"})
    assert unseen(Shown.of(study_run(values=values)).cells) is found


def test_a_mean_within_data_sets_is_known_by_its_target_alone() -> None:
    values = published({"dataset": "AMOS", "target": "mean_14"})
    whole = replace(STUDY.table, across="targets", overall=("CT", "mean_14"))
    for rule, found in ((replace(whole, across="targets_within"), True), (whole, False)):
        shown = Shown.of(study_run(values=values, study=replace(STUDY, table=rule)))
        (place,) = shown.places(shown.cells)
        assert shown.is_overall(place) is found
