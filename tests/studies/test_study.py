from pathlib import Path

import pytest
import yaml

from samb.choices import ConfigFolders
from samb.config import load_study
from samb.errors import RequestError

STUDY = {
    "_target_": "samb.studies.study.Study",
    "data": [{"name": "Kvasir", "dataset": "kvasir_seg", "substitutes": ["ph2"]}],
    "modes": {"everything": "unprompted"},
    "selections": ["oracle_s_measure"],
    "metrics": ["overlap"],
    "models": ["sam_vit_h"],
    "table": {"metrics": ["dsc"], "level": "frame", "over": "rows", "across": "targets"},
    "card": {"title": "Polyps", "version": 2},
}


def folders(tmp_path: Path, **changed: object) -> ConfigFolders:
    (tmp_path / "study").mkdir()
    choice = {"mine": {**STUDY, **changed}}
    (tmp_path / "study" / "mine.yaml").write_text(yaml.safe_dump(choice))
    return ConfigFolders(ConfigFolders.find().shipped, tmp_path)


def test_a_study_is_built_from_its_yaml_like_every_choice(tmp_path):
    study = load_study("mine", folders(tmp_path))
    assert study.built.data[0].choices == ("kvasir_seg", "ph2")
    assert study.built.table.over == "rows"
    assert study.card["version"] == 2


def test_a_misspelt_study_lists_those_there_are(tmp_path):
    with pytest.raises(RequestError, match="no study 'mien'; did you mean 'mine'"):
        load_study("mien", folders(tmp_path))


def test_an_unknown_key_of_one_data_set_is_named(tmp_path):
    data = [{"name": "Kvasir", "dataset": "kvasir_seg", "substitute": ["ph2"]}]
    with pytest.raises(RequestError, match="study mine: data has no parameter 'substitute'; did"):
        load_study("mine", folders(tmp_path, data=data))


def test_two_entries_of_one_name_are_refused(tmp_path):
    data = [{"name": "Kvasir", "dataset": "kvasir_seg"}, {"name": "Kvasir", "dataset": "ph2"}]
    with pytest.raises(RequestError, match="each data set of the paper once"):
        load_study("mine", folders(tmp_path, data=data))


def test_private_data_say_why_nothing_reads_them(tmp_path):
    with pytest.raises(RequestError, match="`why` should say why there is none"):
        load_study("mine", folders(tmp_path, data=[{"name": "In-house CT"}]))


def test_an_unknown_rule_of_the_table_names_the_right_ones(tmp_path):
    table = {"metrics": ["dsc"], "over": "patients"}
    with pytest.raises(RequestError, match=r"table.over.*'rows', 'cases' or 'groups'"):
        load_study("mine", folders(tmp_path, table=table))
