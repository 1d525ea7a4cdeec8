"""The shipped studies: what they name exists, and what was published has a place in them."""

import re

import pytest

from samb.choices import ConfigFolders
from samb.config import load_study
from samb.selections import RULES
from samb.studies.published import UNNAMED_SAM, published

FOLDERS = ConfigFolders.find()
STRICT = {"mazurowski_19", "huang_cosmos", "cheng_3_modes", "zhou_polyps", "roy_sammd"}
STUDIES = sorted(FOLDERS.choices("study"))
CARD = {
    "title", "question", "paper", "arxiv", "survey_reference", "version", "fidelity", "split",
    "get", "preprocessing", "cost", "completeness", "assumptions", "missing", "source",
}  # fmt: skip
SUMMARIES = {
    "mean over 28 targets", "five polyp sets", "12 data sets",
    "CHAOS (third-party reproduction, not the paper)",
}  # fmt: skip
"""Published under no data set of the paper."""
TOGETHER = {"all", "mean_14", "mean", "mean over the data set", "most OARs", "OARs"}
"""Published under no target of its own."""


def test_thirteen_studies_ship_and_five_are_strict():
    assert len(STUDIES) == 13
    fidelity = {name: load_study(name).card["fidelity"] for name in STUDIES}
    assert {name for name, it in fidelity.items() if it == "strict"} == STRICT
    assert set(fidelity.values()) == {"strict", "approximate"}


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_names_choices_that_exist(name):
    study = load_study(name).built
    named = {
        "dataset": {choice for data in study.data for choice in data.choices},
        "prompt": set(study.modes),
        "metric": set(study.metrics),
        "model": set(study.models),
    }
    for group, choices in named.items():
        assert choices <= set(FOLDERS.choices(group)), group
    assert set(study.selections) <= set(RULES)
    assert "phantoms" not in named["dataset"]


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_says_all_that_a_reader_asks(name):
    card = load_study(name).card
    assert set(card) == CARD
    assert all(card.values()), [key for key, value in card.items() if not value]
    assert all(isinstance(it, str) for key in ("assumptions", "missing") for it in card[key])
    assert card["version"] == 1


@pytest.mark.parametrize("name", STUDIES)
def test_a_table_is_made_of_values_that_its_metrics_give(name):
    study = load_study(name).built
    given = {value for metric in study.metrics for value in FOLDERS.read("metric", metric)["card"]}
    assert set(study.table.metrics) <= given


@pytest.mark.parametrize("name", STUDIES)
def test_a_target_is_a_structure_of_the_data_that_are_read(name):
    for data in load_study(name).built.data:
        structures = [
            FOLDERS.read("dataset", choice)["card"]["structures"] for choice in data.choices
        ]
        known = {it for found in structures for it in found} if structures else set()
        first = FOLDERS.read("dataset", data.dataset)["card"]["structures"] if data.dataset else ()
        for target, structure in data.targets.items():
            assert structure in (first or known), (data.name, target)


@pytest.mark.parametrize("name", STUDIES)
def test_every_published_data_set_is_one_of_the_study(name):
    named = {data.name for data in load_study(name).built.data}
    table = published(name, unverified=True)
    assert set(table["dataset"]) <= named | SUMMARIES


@pytest.mark.parametrize("name", STUDIES)
def test_a_published_target_that_samb_can_score_is_mapped(name):
    """Where the study reads the paper's own data, so that values of ours can meet the paper's."""
    table = published(name, unverified=True)
    for data in load_study(name).built.data:
        if data.dataset is None:
            continue
        targets = set(table.loc[table["dataset"] == data.name, "target"]) - TOGETHER
        assert targets <= set(data.targets), data.name


@pytest.mark.parametrize("name", STUDIES)
def test_a_mode_of_samb_in_the_published_table_is_played(name):
    study = load_study(name).built
    table = published(name, unverified=True)
    of_sam = table[table["model"].isin([*study.models, UNNAMED_SAM])]
    prompts = set(of_sam["prompt"]) & set(FOLDERS.choices("prompt"))
    assert prompts <= set(study.modes)


@pytest.mark.parametrize("name", STUDIES)
def test_a_published_selection_is_scored(name):
    study = load_study(name).built
    table = published(name)
    of_paper = table[table["evidence"] != "third_party"]
    assert set(of_paper["selection"]) - {""} <= set(study.selections)


@pytest.mark.parametrize("name", STUDIES)
def test_the_overall_line_has_a_published_place_or_the_usual_one(name):
    overall = load_study(name).built.table.overall
    table = published(name, unverified=True)
    places = set(zip(table["dataset"], table["target"], strict=True))
    assert overall in {*places, ("all", "all")}


def test_he_s_twelve_data_sets_have_7451_subjects_as_printed():
    why = [data.why for data in load_study("he_12").built.data]
    assert len(why) == 12
    subjects = [re.match(r"(\d+) subjects", text) for text in why]
    assert sum(int(found[1]) for found in subjects if found) == 7451


def test_zhou_s_five_test_sets_have_798_images():
    data = load_study("zhou_polyps").built.data
    assert sum(it.images or 0 for it in data) == 798
    sizes = [FOLDERS.read("dataset", str(it.dataset))["card"]["size"] for it in data]
    assert [f"{it.images} images" for it in data] == sizes


def test_mazurowski_s_28_targets_are_those_of_19_data_sets():
    data = load_study("mazurowski_19").built.data
    table = published("mazurowski_19")
    targets = table[table["dataset"] != "mean over 28 targets"][["dataset", "target"]]
    assert len(data) == targets["dataset"].nunique() == 19
    assert len(targets.drop_duplicates()) == 28
    assert sum(it.images or 0 for it in data) == 35466  # of the seven that the material names
