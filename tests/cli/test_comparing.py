"""`samb compare` and `samb export` as a person or a CI meets them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from samb import run as samb_run
from samb.cli.main import main
from samb.pipeline import Place

REQUEST = [
    "dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=5",
    "model=[box_fill,ellipse_fill]", "prompt=box", "metric=[overlap,surface]", "name=mine",
]  # fmt: skip
Samb = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one run, called mine."""
    folder = tmp_path_factory.mktemp("runs")
    samb_run(REQUEST, Place(folder, device="cpu", workers=1))
    return folder


@pytest.fixture
def samb(
    runs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Samb:
    """`samb(...)` in an empty folder; its status and what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMB_RUNS", str(runs))
    for name in ("SAMB_DATA", "SAMB_CONFIGS"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["samb", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def test_export_then_compare_passes_with_status_0(samb: Samb) -> None:
    status, out, _ = samb("export", "mine", "results/baseline.csv")
    assert (status, out.split()) == (0, ["wrote", "results/baseline.csv", "wrote",
                                         "results/baseline.json"])  # fmt: skip
    status, out, _ = samb("compare", "results/baseline.csv", "mine", "--slower", "1.5")
    assert status == 0
    assert "passed: mine against baseline.csv, 2 cells" in out


def test_a_loss_ends_with_status_1_and_in_every_file(samb: Samb, tmp_path: Path) -> None:
    files = ("--markdown", "out/c.md", "--junit", "out/c.xml", "--json", "out/c.json", "--github")
    status, out, _ = samb("compare", "mine", "mine", "--model", "ellipse_fill=box_fill", *files)
    assert status == 1
    assert "::error title=samb compare%3A phantoms%2C polyp" in out
    assert "FAILED" in (tmp_path / "out" / "c.md").read_text()
    assert 'failures="1"' in (tmp_path / "out" / "c.xml").read_text()
    assert json.loads((tmp_path / "out" / "c.json").read_text())["passed"] is False


def test_more_metrics_and_all_of_everything_can_be_asked_for(samb: Samb) -> None:
    assert "4 cells" in samb("compare", "mine", "mine", "--metric", "dsc", "--metric", "hd95")[1]
    assert "8 cells" in samb("compare", "mine", "mine", "--metric", "all")[1]
    assert "48 cells" in samb("compare", "mine", "mine", "--all")[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("mine", "yours"), "there is no run 'yours'"),
        (("none.csv", "mine"), "there is no table of scores none.csv"),
        (("mine", "mine", "--metric", "aji"), "it has assd, dsc, hd95, iou"),
        (("mine", "mine", "--model", "sam"), "mine holds no scores of model 'sam'"),
        (("mine", "mine", "--model", "=b"), "--model should be A=B or A, got =b"),
        (("mine", "mine", "--all", "--metric", "dsc"), "--all leaves nothing to choose"),
        (("mine", "mine", "--allowed", "-1"), "--allowed should be 0 or more, got -1.0"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_status_2(
    samb: Samb, arguments: tuple[str, ...], told: str
) -> None:
    status, out, err = samb("compare", *arguments)
    assert (status, out) == (2, "")
    assert told in " ".join(err.split())


def test_an_export_needs_the_name_of_a_table(samb: Samb) -> None:
    status, _, err = samb("export", "mine", "baseline.xlsx")
    assert status == 2
    assert "should be named like *.csv, *.csv.gz, *.parquet" in err
