"""The shipped values of papers are those that the reference files hold, and add up as they should.

The reference files lie beside the checkout (../shared/reference); what needs only the shipped
tables is tested everywhere. Values that no source shows take part in no test of a value.
"""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from samb.choices import ConfigFolders
from samb.selections import RULES
from samb.studies.published import FOLDER, KEY, published, sources

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"
STUDIES = (
    "deng_pathology", "hu_liver_tumour", "zhou_polyps", "mohapatra_bet", "roy_sammd",
    "wang_endovis", "he_12", "mazurowski_19", "cheng_3_modes", "zhang_radiotherapy",
    "huang_cosmos", "gpji_concealed", "wji_not_perfect",
)  # fmt: skip
OTHER_IDS = {
    "hu_mplits": "hu_liver_tumour",
    "cheng_3modes": "cheng_3_modes",
    "zhang_radonc": "zhang_radiotherapy",
    "wji_notperfect": "wji_not_perfect",
}
"""Where the reference files call a study otherwise."""
PROMPTS = {
    "none": "prompt_free",
    "point_1": "point_random_1", "points_3": "point_random_3", "points_10": "point_random_10",
    "points_10pos_10neg": "points_10_pos_10_neg",
    **{f"box_jitter_0.{part}": f"box_jitter_0p{part}" for part in ("01", "05", "1", "25", "5")},
    "point_largest": "point_dt_mazurowski", "points_each_max3": "point_each_3",
    "boxes_each_max3": "box_each_3",
    **{f"iterative_{clicks}_points": "clicks_dt_paper_9" for clicks in range(1, 10)},
    "auto": "everything", "midpoint_1": "point_middle",
    "S1": "everything", "S2": "point_centroid_inside", "S3": "points_strided_5",
    "S4": "points_5_pos_5_neg", "S5": "box", "S6": "box_point",
    "S2_point_1": "point_centroid_inside", "S3_points_5": "points_strided_5",
    "S4_points_5_5": "points_5_pos_5_neg", "S5_box": "box", "S5_box fine-tuned": "box",
}  # fmt: skip
"""The reference files' prompts -> samb's modes; others keep their words."""
WORDS = {
    "custom boxes/points", "points_10,R=224,max", "points_10,R=512,max", "points_10,R=1024,max",
    "points_1_3_10", "any", "box_minus_everything", "not said", "S2..S6", "embedding", "decode",
}  # fmt: skip
"""Prompts that are no mode of samb."""
VALUES = {
    "mdice": "dsc", "miou": "iou", "s_alpha": "s_measure", "f_beta_w": "weighted_f",
    "e_phi_max": "e_measure_max", "dice": "dsc", "iou_oracle": "iou", "dice_oracle": "dsc",
    "dice_by_predicted_iou": "dsc",
}  # fmt: skip
DERIVED = {
    "accuracy", "dgs", "dsc_drop_jitter_20_30px", "dsc_drop_jitter_20_30px_worst",
    "dsc_drop_vs_sota_max", "dsc_drop_vs_sota_min", "dsc_gain", "dsc_gain_high", "dsc_gain_low",
    "dsc_lower_bound", "dsc_margin_below_medical_networks_typical_high",
    "dsc_margin_below_medical_networks_typical_low", "dsc_margin_below_medical_networks_worst_high",
    "dsc_margin_below_medical_networks_worst_low",
    "partial_spearman_dsc_vs_intensity_difference_max",
    "partial_spearman_dsc_vs_intensity_difference_min", "seconds",
}  # fmt: skip
"""Names of values that samb's metrics do not give."""
MEAN = "mean over 28 targets"
Row = tuple[Any, ...]


@pytest.fixture
def reference():
    if not REFERENCE.is_dir():
        pytest.skip("the reference files (../shared/reference) are not beside this checkout")
    return REFERENCE


@pytest.fixture
def modes():
    """Mazurowski's five modes: 28 targets x 2 selections each."""
    table = published("mazurowski_19")
    return table[table["source"] == "maz_fig2"]


@pytest.fixture
def curves():
    """IoU by click (rows 1 to 9) of each target (28 levels) and method."""
    table = published("mazurowski_19")
    table = table[(table["source"] == "maz_fig34") & (table["dataset"] != MEAN)]
    method = table["model"] + table["selection"].where(table["selection"] == "oracle_iou", "")
    return table.assign(method=method).pivot_table(
        index="attempt", columns=["method", "dataset", "target"], values="value"
    )


@pytest.fixture
def cheng():
    """Dice of Cheng's Table II: prompt or SOTA x data set."""
    table = published("cheng_3_modes")
    row = table["prompt"].where(table["model"] != "SOTA", "SOTA")
    return table.assign(row=row).pivot_table(index="row", columns="dataset", values="value")


# Every value is one of the reference files, and none is missing.


@cache
def entries(reference: Path, file: str) -> list[tuple[str, dict[str, Any]]]:
    content = yaml.safe_load((reference / file).read_text(encoding="utf-8"))
    return [
        (OTHER_IDS.get(study["id"], study["id"]), entry)
        for study in content["studies"]
        for entry in study["references"]
    ]


def as_shipped(entry: dict[str, Any], evidence: str) -> Row:
    """What of a reference entry can be compared as it stands: all but model and selection."""
    prompt, metric = entry["prompt"], entry["metric"].removesuffix("_pct")
    clicks = int(prompt.split("_")[1]) if prompt.startswith("iterative") else 1
    scale = 100 if entry["metric"].endswith("_pct") else 1
    mode = PROMPTS.get(prompt, prompt)
    if entry["model"].endswith("oracle"):
        mode = "clicks_dt_paper_oracle_9"
    value = VALUES.get(metric, metric.replace("dice_", "dsc_"))
    number = round(entry["value"] / scale, 6)
    place = (entry["dataset"], entry["target"], mode, clicks, value)
    return (*place, number, evidence, entry["source"])


def rows(table: pd.DataFrame) -> list[Row]:
    names = ["dataset", "target", "prompt", "attempt", "metric", "value", "evidence", "source"]
    return list(table[names].itertuples(index=False, name=None))


def test_the_thirteen_tables_hold_every_verified_value_once_and_nothing_else(
    reference,
):
    wanted = entries(reference, "studies.yaml")
    for study in STUDIES:
        table = published(study)
        curve = (table["source"] == "maz_fig34") & (table["dataset"] != MEAN)
        assert Counter(rows(table[~curve])) == Counter(
            as_shipped(entry, entry["level"]) for name, entry in wanted if name == study
        ), study
    assert len(wanted) == 591


def test_values_that_no_source_shows_ship_with_their_mark_alone(reference):
    wanted = entries(reference, "unverified.yaml")
    for study in STUDIES:
        table = published(study, unverified=True)
        marked = table[table["evidence"].str.startswith("unverified:")]
        confidences = [
            (entry["confidence"].split("-")[0].split(":")[0].split(" ")[0], entry)
            for name, entry in wanted
            if name == study
        ]
        assert Counter(rows(marked)) == Counter(
            as_shipped(entry, f"unverified:{word}") for word, entry in confidences
        ), study
    assert len(wanted) == 224


def test_the_curves_hold_every_row_of_the_released_tables_under_the_names_of_figure_2(
    reference,
):
    released = pd.read_csv(reference / "mazurowski_curves.csv")
    renamed = {"CT-Hepatovessel": "CT-Hepaticvessel", "MRI-Spine: SC": "MRI-Spine: SP"}
    methods = {"RITM": "ritm", "SimpleClick": "simpleclick", "FocalClick": "focalclick"}
    wanted = {
        (renamed.get(row["dataset_target"], row["dataset_target"]), row["n_points"], row["model"]):
        row["iou_mean"]
        for row in released.to_dict("records")
    }  # fmt: skip
    table = published("mazurowski_19")
    table = table[(table["source"] == "maz_fig34") & (table["dataset"] != MEAN)]
    shipped = {}
    for row in table.to_dict("records"):
        single = row["dataset"] == row["target"]
        name = row["dataset"] if single else f"{row['dataset']}: {row['target']}"
        method = methods.get(row["model"], row["model"])
        method += "_oracle" if row["selection"] == "oracle_iou" else ""
        shipped[name, row["attempt"], method] = row["value"]
    assert shipped == wanted
    assert len(table) == len(released) == 1260


def test_models_keep_their_names_or_say_that_the_paper_does_not(reference):
    known = {
        "sam_vit_h_oracle": "sam_vit_h", "ritm": "RITM", "simpleclick": "SimpleClick",
        "focalclick": "FocalClick", "sam_vit_b+h pooled": "SAM ViT-B and ViT-H pooled",
    }  # fmt: skip
    for study in STUDIES:
        wanted = Counter(
            "SAM (variant not said)"
            if entry["model"].split(" (")[0].upper() == "SAM"
            else known.get(entry["model"], entry["model"])
            for name, entry in entries(reference, "studies.yaml")
            if name == study
        )
        table = published(study)
        curve = (table["source"] == "maz_fig34") & (table["dataset"] != MEAN)
        assert Counter(table["model"][~curve]) == wanted, study


# What a table may say.


@pytest.mark.parametrize("study", STUDIES)
def test_a_key_names_one_value(study):
    table = published(study, unverified=True)
    twice = table.duplicated(list(KEY), keep=False)
    assert not table[twice].to_dict("records")


@pytest.mark.parametrize("study", STUDIES)
def test_a_source_is_a_key_that_is_explained(study):
    assert set(published(study, unverified=True)["source"]) <= set(sources())


@pytest.mark.parametrize("study", STUDIES)
def test_a_prompt_is_a_mode_of_samb_or_known_to_be_none(study):
    modes = set(ConfigFolders.find().choices("prompt"))
    prompts = set(published(study, unverified=True)["prompt"])
    assert prompts <= modes | WORDS
    assert not modes & WORDS


def test_a_metric_is_a_value_of_samb_or_known_to_be_none():
    found = ConfigFolders.find()
    cards = [found.read("metric", name)["card"] for name in found.choices("metric")]
    given = {name for card in cards for name in card}
    for study in STUDIES:
        assert set(published(study, unverified=True)["metric"]) <= given | DERIVED, study


@pytest.mark.parametrize("study", STUDIES)
def test_a_selection_is_one_of_samb_or_was_not_published(study):
    assert set(published(study, unverified=True)["selection"]) <= {*RULES, ""}


def test_overlaps_are_fractions():
    for study in STUDIES:
        table = published(study, unverified=True)
        assert table["value"][table["metric"] != "seconds"].between(0, 1).all(), study


def test_every_table_belongs_to_a_study():
    shipped = {path.stem for path in FOLDER.glob("*.csv")}
    assert shipped == {*STUDIES, "sources"}


def test_without_being_asked_no_value_from_memory_is_read():
    counts = {True: 0, False: 0}
    for study in STUDIES:
        for asked in counts:
            counts[asked] += len(published(study, unverified=asked))
    assert counts == {False: 591 + 1260, True: 591 + 1260 + 224}


# Sums that must come out.


def test_mazurowskis_modes_have_their_means_over_28_targets(modes):
    means = modes.groupby(["prompt", "selection"])["value"].agg(["mean", "size"])
    assert set(means["size"]) == {28}
    assert means["mean"].round(4).to_dict() == {
        ("point_dt_mazurowski", "first"): 0.4610, ("point_dt_mazurowski", "oracle_iou"): 0.5150,
        ("point_each_3", "first"): 0.4826, ("point_each_3", "oracle_iou"): 0.5141,
        ("box_largest", "first"): 0.5891, ("box_largest", "oracle_iou"): 0.6771,
        ("box_each_3", "first"): 0.6542, ("box_each_3", "oracle_iou"): 0.7438,
        ("box_all", "first"): 0.5829, ("box_all", "oracle_iou"): 0.6791,
    }  # fmt: skip


def test_boxes_beat_points_on_as_many_targets_as_counted(modes):
    first = modes[modes["selection"] == "first"]
    iou = first.pivot_table(index=["dataset", "target"], columns="prompt", values="value")
    better = iou["box_largest"] > iou["point_dt_mazurowski"]
    assert better.sum() == 27
    assert list(better[~better].index) == [("Xray-Chest", "Xray-Chest")]
    assert (iou["box_each_3"] > iou["point_each_3"]).sum() == 28
    # 23 at full precision; of the four digits that are known, one target is equal
    assert (iou["box_each_3"] > iou["box_all"]).sum() == 22
    equal = iou.index[(iou["box_each_3"] - iou["box_all"]).abs() < 1e-9]
    assert ("US-Muscle", "US-Muscle") in equal


def test_an_oracle_is_never_worse_than_the_first_mask(modes):
    iou = modes.pivot_table(
        index=["dataset", "target", "prompt"], columns="selection", values="value"
    )
    assert (iou["oracle_iou"] >= iou["first"]).all()


def test_the_curves_have_the_printed_means(curves):
    table = published("mazurowski_19")
    printed = table[table["dataset"] == MEAN]
    assert len(printed) == 45
    means = curves.T.groupby(level="method").mean().T
    for row in printed.itertuples():
        method = f"{row.model}{'oracle_iou' if row.selection == 'oracle_iou' else ''}"
        assert means.loc[row.attempt, method] == pytest.approx(row.value, abs=2e-4)


def test_the_mean_curves_run_as_printed(curves):
    means = curves.T.groupby(level="method").mean().T.round(4)
    assert list(means["sam_vit_h"]) == pytest.approx(
        [0.4595, 0.5396, 0.5669, 0.5846, 0.5969, 0.6049, 0.6095, 0.6115, 0.6112], abs=2e-4
    )
    assert list(means["FocalClick"]) == pytest.approx(
        [0.2240, 0.3830, 0.4691, 0.5221, 0.5536, 0.5775, 0.5936, 0.6052, 0.6142], abs=2e-4
    )


@pytest.mark.parametrize(
    ("method", "at_1", "at_9", "crosses"),
    [("RITM", 26, 9, 6), ("SimpleClick", 26, 8, 6), ("FocalClick", 24, 17, 9)],
)
def test_sam_leads_at_one_click_and_is_overtaken(curves, method, at_1, at_9, crosses):
    ahead = curves["sam_vit_h"] > curves[method]
    assert (ahead.loc[1].sum(), ahead.loc[9].sum()) == (at_1, at_9)
    means = curves.T.groupby(level="method").mean().T
    overtaken = means.index[means[method] > means["sam_vit_h"]]
    assert overtaken[0] == crosses
    assert list(overtaken) == list(range(crosses, 10))


def test_chengs_table_orders_its_modes_as_stated(cheng):
    modes = cheng.drop(index="SOTA")
    assert modes.notna().all(axis=None)
    assert cheng.shape == (5, 10)
    worse = modes.columns[modes.loc["point_middle"] < modes.loc["everything"]]
    assert set(worse) == {"FUSC", "TG3k", "X-ray", "ADNI", "LiTS-Liver"}
    below = modes.columns[modes.loc["point_random_3"] < modes.loc["point_middle"]]
    assert set(below) == {"FUSC", "BUSI"}
    assert (modes.idxmax() == "point_random_10").all()
    assert set(cheng.columns[cheng.loc["SOTA"].isna()]) == {"TG3k", "ADNI"}


def test_zhous_table_of_etis_has_sixteen_methods_by_six_values():
    table = published("zhou_polyps")
    etis = table[(table["evidence"] == "primary")].pivot_table(
        index="model", columns="metric", values="value"
    )
    assert etis.shape == (16, 6)
    assert etis.notna().all(axis=None)
    assert (etis["iou"] < etis["dsc"]).all()
    assert etis["dsc"].idxmax() == "HSNet"


def test_polyp_scores_of_the_later_survey_agree_where_both_papers_have_the_set():
    table = published("zhou_polyps")
    other = table[table["evidence"] == "other_paper"]
    assert Counter(other["metric"]) == {"dsc": 36, "iou": 36}
    assert Counter(other["dataset"]) == dict.fromkeys(
        ("CVC-ClinicDB", "Kvasir", "CVC-ColonDB", "CVC-300"), 18
    )


def test_a_moved_centre_point_costs_huang_4p6_times_as_much_as_the_points_of_s4():
    drop = published("huang_cosmos").query("metric == 'dsc_drop_jitter_20_30px'")
    by_mode = drop.set_index("prompt")["value"]
    assert by_mode["point_centroid_inside"] / by_mode["points_5_pos_5_neg"] == pytest.approx(
        4.6, abs=0.05
    )


def test_the_oracle_s_gain_on_chaos_falls_from_everything_to_the_box():
    chaos = published("huang_cosmos").query("evidence == 'third_party'")
    dsc = chaos.pivot_table(index="prompt", columns="selection", values="value")
    gap = dsc["oracle_dice"] - dsc["predicted_iou"]
    order = ["everything", "point_centroid_inside", "points_strided_5", "box"]
    assert list(np.diff(gap[order]) < 0) == [True, True, True]


def test_mohapatras_overlaps_agree_with_each_other():
    """IoU = D / (2 - D) of one mask; of means it is near, and BET's is not."""
    table = published("mohapatra_bet").pivot_table(index="model", columns="metric", values="value")
    sam = table.loc["SAM (variant not said)"]
    assert sam["iou"] == pytest.approx(sam["dsc"] / (2 - sam["dsc"]), abs=0.001)
