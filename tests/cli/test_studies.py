"""Studies as a person meets them on the command line."""

import sys
from pathlib import Path

import pytest

from samb.cli.main import main
from samb.studies.published import COLUMNS

STUDY = """
mine:
  _target_: samb.studies.study.Study
  data:
    - {name: Polyps A, dataset: here, substitutes: [gone]}
    - {name: Polyps B, dataset: gone, substitutes: [here]}
    - {name: Polyps C, why: private}
  modes: {box: a box, point_random_1: a random point}
  selections: [single]
  metrics: [overlap]
  models: [box_fill]
  table: {metrics: [dsc]}
  card: {title: Can it, version: 1, fidelity: strict, missing: [the split]}
"""
DATA = "{name}: {{_target_: samb.datasets.image_folder.ImageFolder, root: {root}, images: '*.png', masks: '{{stem}}.gif'}}"  # noqa: E501
VALUES = (
    "Polyps A,polyp,box,1,single,box_fill,dsc,0.8125,primary,page 3,",
    "Polyps A,polyp,prompt_free,1,,U-Net,dsc,0.9375,survey,section 3,",
    "Polyps B,polyp,box,1,single,box_fill,dsc,0.4321,unverified:low,,",
)


@pytest.fixture
def samb(tmp_path, monkeypatch, capsys):
    """`samb(...)` with a study `mine`, one of whose data sets is here -> status, output, errors."""
    configs = tmp_path / "configs"
    for group in ("study", "dataset"):
        (configs / group).mkdir(parents=True)
    (configs / "study" / "mine.yaml").write_text(STUDY)
    (configs / "study" / "mine.csv").write_text("\n".join([",".join(COLUMNS), *VALUES]) + "\n")
    (tmp_path / "here").mkdir()
    for name in ("here", "gone"):
        text = DATA.format(name=name, root=tmp_path / name)
        (configs / "dataset" / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    for name in ("SAMB_DATA", "SAMB_CONFIGS", "SAMB_RUNS"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["samb", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), " ".join(said.out.split()), said.err

    return call


def test_the_list_says_how_much_of_a_study_is_here(samb):
    _, out, _ = samb("list", "studies")
    assert "mine Can it strict 1 own of 3" in out


def test_a_study_is_shown_with_what_is_missing_and_what_a_run_here_takes(samb):
    _, out, _ = samb("show", "study", "mine")
    assert "missing - the split" in out
    assert "Polyps A here gone (not here) here (paper's data)" in out
    assert "Polyps C – – nothing private" in out  # noqa: RUF001
    assert "2 published values that a source shows, and 1 that none does" in out


def test_a_misspelt_study_lists_those_there_are(samb):
    for command in (("show", "study"), ("show", "published")):
        status, _, err = samb(*command, "mien")
        assert status == 2
        assert "there is no study 'mien'; did you mean 'mine'" in err


def test_published_values_stand_by_model_and_mode_with_their_marks(samb):
    _, out, _ = samb("show", "published", "mine")
    assert "Polyps A polyp box_fill 0.812 P" in out
    assert "polyp U-Net – 0.938 S" in out  # noqa: RUF001
    assert "1 value that no source shows is left out: --show-unverified" in out
    assert "0.432" not in out


def test_unverified_values_are_shown_where_asked_for_with_their_mark(samb):
    _, out, _ = samb("show", "published", "mine", "--show-unverified")
    assert "Polyps B polyp box_fill 0.432 U, low" in out
    assert "U: seen in no source" in out


def test_the_option_belongs_to_published_values(samb):
    status, _, err = samb("show", "study", "mine", "--show-unverified")
    assert status == 2
    assert "samb show published NAME" in err


PHANTOMS = ("dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=2")


def test_a_run_tells_what_it_is_and_is_not(samb):
    status, out, _ = samb("run", "study=mine", *PHANTOMS, "name=x", "--no-pictures")
    assert status == 0
    assert "phantoms (plumbing only)" in out
    assert "mine: the paper's values and ours" in out
    assert "0 of 1 cell of the paper's table covered by the paper's data" in out
    assert "Changed on the command line: dataset=phantoms" in out


def test_unverified_values_leave_a_report_again_with_the_next_one(samb):
    page = Path("results/runs/x/report/study.csv")
    command = ("run", "study=mine", *PHANTOMS, "name=x", "--no-pictures")
    samb(*command)
    assert "0.4321" not in page.read_text()
    samb("report", "x", "--show-unverified")
    assert "0.4321" in page.read_text()
    samb(*command)
    assert "0.4321" not in page.read_text()
    samb(*command, "--show-unverified")
    assert "0.4321" in page.read_text()


def test_a_dry_run_sees_the_same_choices(samb):
    status, out, _ = samb("run", "study=mine", *PHANTOMS, "--dry-run")
    assert status == 0
    assert "phantoms box_fill 2 2 2" in out
    assert "mine-box_fill-" in out


def test_published_values_are_drawn_where_asked_and_the_files_are_named(samb, tmp_path):
    status, out, _ = samb("show", "published", "mine", "--figures", "drawn")
    assert status == 0
    assert "wrote drawn/mine_methods.png" in out
    assert (tmp_path / "drawn" / "mine_methods.png").read_bytes().startswith(b"\x89PNG")


def test_too_few_values_for_a_picture_are_said_with_what_more_there_is(samb, tmp_path):
    values = tmp_path / "configs" / "study" / "mine.csv"
    values.write_text("\n".join([",".join(COLUMNS), VALUES[0], VALUES[2]]) + "\n")
    status, _, errors = samb("show", "published", "mine", "--figures", "drawn")
    assert status == 2
    assert "too few for a picture; --show-unverified adds 1" in " ".join(errors.split())
    assert not (tmp_path / "drawn").exists()


def test_only_published_values_are_drawn_by_show(samb):
    status, _, errors = samb("show", "study", "mine", "--figures", "drawn")
    assert (status, "--figures is of `samb show published NAME`" in errors) == (2, True)
