"""study.json: what a run folder keeps of its study, through a whole run on phantoms."""

import json
from pathlib import Path

import pandas as pd
import pytest

import samb
from samb.errors import RequestError
from samb.pipeline import Place, reported
from samb.result import Result
from samb.results.folder import RunFolder
from samb.stages.headlines import headlines
from samb.studies.published import COLUMNS

STUDY = """
{name}:
  _target_: samb.studies.study.Study
  data: [{{name: Kvasir, dataset: kvasir_seg}}]
  modes: {{box: a box}}
  selections: [largest]
  metrics: [overlap]
  models: [box_fill]
  table: {{metrics: [dsc]}}
  card: {{title: Polyps, version: {version}}}
"""
SMALL = ("dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=2")


@pytest.fixture(autouse=True)
def configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Studies `mine` and `other`, of which no data are here."""
    folder = tmp_path / "configs" / "study"
    folder.mkdir(parents=True)
    for name in ("mine", "other"):
        write(folder, name, version=1)
        (folder / f"{name}.csv").write_text(",".join(COLUMNS) + "\n")
    monkeypatch.setenv("SAMB_CONFIGS", str(folder.parent))
    monkeypatch.delenv("SAMB_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


def write(folder: Path, name: str, version: int) -> None:
    (folder / f"{name}.yaml").write_text(STUDY.format(name=name, version=version))


def run(tmp_path: Path, *arguments: str) -> Result:
    place = Place(tmp_path / "runs", device="cpu", workers=1, pictures=False)
    return samb.run([*SMALL, *arguments], place)


def kept(result: Result) -> dict[str, object]:
    content: dict[str, object] = json.loads((result.folder / "study.json").read_text())
    return content


def test_a_run_keeps_its_study_the_roles_of_its_data_and_what_was_changed(tmp_path: Path) -> None:
    result = run(tmp_path, "study=mine", "limit=1")
    assert kept(result) == {
        "study": "mine",
        "version": 1,
        "data": {"phantoms": {"role": "phantoms", "stands_for": []}},
        "changed": [*SMALL, "limit=1"],
    }
    assert result.folder.name.startswith("mine-box_fill-")
    assert list(result.table["role"]) == ["phantoms"]
    assert list(result.study["role"]) == ["phantoms"]


def test_a_later_command_adds_to_it(tmp_path: Path) -> None:
    run(tmp_path, "study=mine", "limit=1", "name=x")
    result = run(tmp_path, "study=mine", "limit=2", "name=x")
    assert kept(result)["changed"] == [*SMALL, "limit=2"]
    assert kept(run(tmp_path, "study=mine", "limit=1", "name=x"))["changed"] == [*SMALL, "limit=2"]
    assert kept(run(tmp_path, "study=mine", "name=x"))["changed"] == [*SMALL]


def test_a_folder_of_another_study_or_version_is_refused(tmp_path: Path, configs: Path) -> None:
    run(tmp_path, "study=mine", "name=x")
    with pytest.raises(RequestError, match="another study: study was mine, is now other"):
        run(tmp_path, "study=other", "name=x")
    write(configs, "mine", version=2)
    with pytest.raises(RequestError, match="another study: version was 1, is now 2"):
        run(tmp_path, "study=mine", "name=x")


def test_runs_of_two_studies_are_reported_apart(tmp_path: Path) -> None:
    made = [run(tmp_path, f"study={it}", f"name={it}") for it in ("mine", "other")]
    runs = [RunFolder(it.folder) for it in made]
    with pytest.raises(RequestError, match=r"different studies \(mine and other\); report them"):
        reported(runs, tmp_path / "report")


def test_beside_a_run_of_a_study_the_data_of_another_run_are_the_users_own(tmp_path: Path) -> None:
    first = RunFolder(run(tmp_path, "study=mine").folder)
    (tmp_path / "configs" / "dataset").mkdir()
    text = "polyps: {_target_: samb.datasets.phantoms.Phantoms, kinds: [polyp], count: 2}"
    (tmp_path / "configs" / "dataset" / "polyps.yaml").write_text(text)
    named = ["dataset=polyps", "model=box_fill", "prompt=box", "metric=overlap"]
    place = Place(tmp_path / "runs", device="cpu", workers=1, pictures=False)
    second = RunFolder(samb.run(named, place).folder)
    _, shown = reported([first, second], tmp_path / "report")
    assert shown.study
    roles = {name: it.role for name, it in shown.study.data.items()}
    assert roles == {"phantoms": "phantoms", "polyps": "own"}


def test_phantoms_beside_a_run_of_a_study_stay_phantoms(tmp_path: Path) -> None:
    (tmp_path / "configs" / "dataset").mkdir()
    text = "polyps: {_target_: samb.datasets.phantoms.Phantoms, kinds: [polyp], count: 2}"
    (tmp_path / "configs" / "dataset" / "polyps.yaml").write_text(text)
    place = Place(tmp_path / "runs", device="cpu", workers=1, pictures=False)
    studied = samb.run(["study=mine", "dataset=polyps"], place)
    named = ["dataset=phantoms", "model=box_fill", "prompt=box", "metric=overlap", "name=plain"]
    plain = samb.run([*SMALL, *named], place)
    runs = [RunFolder(it.folder) for it in (studied, plain)]
    _, shown = reported(runs, tmp_path / "report")
    assert shown.study
    roles = {name: it.role for name, it in shown.study.data.items()}
    assert roles == {"phantoms": "phantoms", "polyps": "own"}
    page = (tmp_path / "report" / "table.md").read_text()
    assert "with limits and settings of their own: plain, of no study" in page


def test_short_tables_show_the_selection_of_the_study(tmp_path: Path) -> None:
    result = run(tmp_path, "study=mine")
    assert set(result.scores["selection"]) == {"largest"}
    assert result.material.headline == {"box": "largest"}


def test_the_card_of_a_mode_counts_where_its_selection_is_among_the_studys() -> None:
    config = {
        "prompt": {"box": {"card": {"selection": "single"}}, "everything": {"card": {}}},
        "study": {"s": {"modes": {"box": ""}, "selections": ["first", "single"]}},
    }
    scores = pd.DataFrame({"prompt": ["box", "box"], "selection": ["first", "single"]})
    assert headlines(config, scores) == {"box": "single", "everything": "single"}
    other = {**config, "prompt": {"box": {"card": {"selection": "largest"}}}}
    assert headlines(other, scores) == {"box": "first"}
