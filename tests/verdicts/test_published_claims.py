"""Verdicts on the shipped tables: what was known of them comes out, and they are computed."""

import pandas as pd
import pytest

from samb.stages.claims import load_claims
from samb.streams import stream
from samb.studies.published import published
from samb.verdicts.judge import Judged, Weighed, judge
from samb.verdicts.of_published import of_table

SAM = "sam_vit_h"


def judged(table: pd.DataFrame, *names: str) -> dict[str, Judged]:
    return {it.claim.name: it for it in judge(load_claims(names), [of_table("a paper", table)])}


def verdicts(table: pd.DataFrame, *names: str) -> dict[str, str]:
    return {name: it.verdict for name, it in judged(table, *names).items()}


@pytest.fixture(scope="module")
def mazurowski():
    return published("mazurowski_19")


@pytest.fixture(scope="module")
def cheng():
    return published("cheng_3_modes")


@pytest.fixture(scope="module")
def on_mazurowski(mazurowski):
    names = ("C02", "C13", "C14", "C18", "C21", "C23", "C24", "M01", "M02", "M03", "M04", "X01")
    return judged(mazurowski, *names)


def findings(it: Judged, what: str) -> list[Weighed]:
    return [weighed for weighed in it.found if what in weighed.finding.what]


def agreeing(weighed: Weighed) -> int:
    return weighed.finding.targets - len(weighed.finding.exceptions)


def test_boxes_beat_points_on_27_and_28_of_28_targets(on_mazurowski):
    largest, each = on_mazurowski["C23"].found
    assert on_mazurowski["C23"].verdict == "confirmed"
    assert [agreeing(largest), agreeing(each)] == [27, 28]
    assert list(largest.finding.exceptions["target"]) == ["Xray-Chest"]
    assert largest.finding.effect == pytest.approx(0.5891 - 0.4610, abs=1e-4)
    assert on_mazurowski["M02"].verdict == "confirmed"


def test_a_box_a_region_beats_one_box_on_22_of_28_targets_at_four_digits(on_mazurowski):
    (found,) = on_mazurowski["C24"].found
    assert on_mazurowski["C24"].verdict == "confirmed"
    assert agreeing(found) == 22
    ties = found.finding.exceptions.set_index("target")["effect"]
    assert ties["US-Muscle"] == 0  # the 23rd at full precision
    assert found.finding.effect == pytest.approx(0.6542 - 0.5829, abs=1e-4)


def test_more_clicks_are_no_general_law(on_mazurowski):
    (found,) = findings(on_mazurowski["C02"], "clicks_dt_paper_9,")
    assert on_mazurowski["C02"].verdict == found.verdict == "refuted"
    assert found.finding.interval is not None
    assert found.finding.interval.low > 0  # on average they do help
    assert "turns at click 8 to click 9" in found.finding.note
    falling = {"Edema", "GD", "Ilium", "Femur", "US-Breast", "US-Kidney"}
    assert falling <= set(found.finding.exceptions["target"])


def test_the_stated_maximum_is_not_the_greatest(on_mazurowski):
    spread, low, high = on_mazurowski["M01"].found
    assert [spread.verdict, low.verdict, high.verdict] == ["confirmed", "confirmed", "refuted"]
    assert "CT-Spleen" in high.finding.note
    assert on_mazurowski["M01"].verdict == "refuted"


def test_one_click_beats_other_methods_on_26_26_and_24_targets(on_mazurowski):
    found = {
        it.finding.what.split()[2].rstrip(","): agreeing(it) for it in on_mazurowski["M03"].found
    }
    assert found == {"RITM": 26, "SimpleClick": 26, "FocalClick": 24}
    assert on_mazurowski["M03"].verdict == "confirmed"


def test_means_cross_at_clicks_6_6_and_9_and_not_beyond_chance(on_mazurowski):
    notes = {it.finding.what.split()[0]: it.finding.note for it in on_mazurowski["M04"].found}
    for method, click in (("RITM", 6), ("SimpleClick", 6), ("FocalClick", 9)):
        assert f"the means cross at click {click}" in notes[method]
    assert "still ahead on 17 of 28" in notes["FocalClick"]
    assert on_mazurowski["M04"].verdict == "undecided"


def test_organs_are_easier_than_tumours_and_targets_differ(on_mazurowski):
    assert on_mazurowski["C13"].verdict == on_mazurowski["C21"].verdict == "confirmed"


def test_the_oracle_gains_and_its_order_is_not_in_the_table(on_mazurowski):
    point = findings(on_mazurowski["X01"], "point_dt_mazurowski")[0]
    assert point.verdict == "confirmed"
    assert point.finding.effect == pytest.approx(0.5150 - 0.4610, abs=1e-4)
    assert on_mazurowski["X01"].verdict == "undecided"
    assert len(on_mazurowski["X01"].uncovered) == 1


def test_a_table_without_everything_mode_does_not_cover_it(on_mazurowski):
    assert on_mazurowski["C18"].verdict == "not covered"


def test_the_midpoint_beats_everything_mode_on_5_of_10_data_sets(cheng):
    found = judged(cheng, "C18", "C14")
    middle, three, ten = found["C18"].found
    assert [agreeing(it) for it in (middle, three, ten)] == [5, 9, 10]
    assert set(middle.finding.exceptions["target"]) == {
        "FUSC", "TG3k", "X-ray", "ADNI", "LiTS-Liver"
    }  # fmt: skip
    assert (found["C18"].verdict, middle.verdict) == ("refuted", "refuted")
    assert found["C14"].verdict == "undecided"  # no row of boxes: one half is not covered


def test_ten_points_are_best_and_three_are_below_one_twice(cheng):
    found = judged(cheng, "N02", "C02")
    assert found["N02"].verdict == "confirmed"
    assert found["C02"].verdict == "undecided"
    (law,) = found["C02"].found
    assert set(law.finding.exceptions["target"]) == {"FUSC", "BUSI"}


def renamed(table: pd.DataFrame, column: str, names: dict[str, str]) -> pd.DataFrame:
    return table.assign(**{column: table[column].replace(names)})


SWAPS = {
    "C23": ("prompt", {"box_largest": "point_dt_mazurowski", "point_dt_mazurowski": "box_largest"}),
    "M02": ("prompt", {"box_each_3": "point_each_3", "point_each_3": "box_each_3"}),
    "C24": ("prompt", {"box_each_3": "box_all", "box_all": "box_each_3"}),
    "M03": ("model", {SAM: "RITM", "RITM": SAM}),
    "X01": ("selection", {"first": "oracle_iou", "oracle_iou": "first"}),
}


@pytest.mark.parametrize("name", SWAPS)
def test_swapped_columns_refute_what_was_confirmed(mazurowski, name):
    assert verdicts(renamed(mazurowski, *SWAPS[name]), name)[name] == "refuted"


def test_clicks_in_reverse_refute_the_rise_on_average_too(mazurowski):
    turned = mazurowski.assign(
        attempt=mazurowski["attempt"].where(
            ~mazurowski["prompt"].str.startswith("clicks"), 10 - mazurowski["attempt"]
        )
    )
    (found,) = findings(judged(turned, "C02")["C02"], "clicks_dt_paper_9,")
    assert found.finding.interval is not None
    assert found.finding.interval.high < 0
    assert found.verdict == "refuted"


def test_everything_mode_and_ten_points_swapped_refute_ten_points(cheng):
    names = {"everything": "point_random_10", "point_random_10": "everything"}
    *_, ten = judged(renamed(cheng, "prompt", names), "C18")["C18"].found
    assert (agreeing(ten), ten.verdict) == (0, "refuted")


def test_points_in_reverse_refute_the_rise(cheng):
    names = {"point_middle": "point_random_10", "point_random_10": "point_middle"}
    assert verdicts(renamed(cheng, "prompt", names), "N02")["N02"] == "refuted"


def test_values_shuffled_over_modes_confirm_nothing(mazurowski):
    rng = stream("shuffled")
    modes = mazurowski[~mazurowski["prompt"].str.startswith("clicks")].copy()
    for rows in modes.groupby(["dataset", "target", "selection"]).groups.values():
        modes.loc[rows, "value"] = rng.permutation(modes.loc[rows, "value"].to_numpy())
    found = verdicts(modes, "C23", "C24", "M02")
    assert "confirmed" not in found.values()


def test_kinds_of_targets_shuffled_confirm_nothing(mazurowski):
    names = mazurowski[["dataset", "target"]].drop_duplicates()
    mixed = names.sample(frac=1, random_state=1).reset_index(drop=True)
    merged = names.reset_index(drop=True).assign(new=mixed["dataset"], other=mixed["target"])
    table = mazurowski.merge(merged, on=["dataset", "target"])
    table = table.assign(dataset=table["new"], target=table["other"])[list(mazurowski.columns)]
    assert verdicts(table, "C13")["C13"] == "undecided"


def test_equal_targets_refute_that_results_vary(mazurowski):
    assert verdicts(mazurowski.assign(value=0.5), "C21", "M01") == {
        "C21": "refuted", "M01": "refuted"
    }  # fmt: skip


def test_what_a_paper_only_states_is_no_evidence_for_itself():
    for study in ("he_12", "zhang_radiotherapy"):
        said = verdicts(published(study), "C12", "E01", "Z01", "C15")
        assert set(said.values()) == {"not covered"}
