"""`samb claims` as a person meets it, and `samb.claims` from Python."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import samb as samb_package
from samb.cli.main import main
from samb.errors import RequestError
from samb.pipeline import Place

REQUEST = [
    "dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=6",
    "model=box_fill", "prompt=[box,box_jitter_0p5]", "metric=overlap", "name=mine",
]  # fmt: skip
Samb = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    samb_package.run(REQUEST, Place(folder, device="cpu", workers=1))
    return folder


@pytest.fixture
def samb(
    runs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Samb:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMB_RUNS", str(runs))
    for name in ("SAMB_DATA", "SAMB_CONFIGS"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["samb", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), " ".join(said.out.split()), " ".join(said.err.split())

    return call


def test_a_run_of_phantoms_is_labelled_and_its_verdicts_lie_in_its_report(
    samb: Samb, runs: Path
) -> None:
    status, out, _ = samb("claims", "mine", "--claim", "C23", "--claim", "N01")
    assert status == 0
    assert "Read with this: phantoms: proves the plumbing, nothing else" in out
    assert "C23 (Boxes are better than points) is not covered by this data" in out
    for name in ("claims.md", "claims.csv", "claims_cells.csv"):
        assert (runs / "mine" / "report" / name).is_file()


def test_a_new_report_removes_verdicts_of_earlier_scores(samb: Samb, runs: Path) -> None:
    samb("claims", "mine", "--claim", "C23")
    samb("report", "mine")
    assert not (runs / "mine" / "report" / "claims.md").exists()


def test_a_published_table_is_judged_without_writing(samb: Samb) -> None:
    status, out, _ = samb("claims", "--published", "cheng_3_modes", "--claim", "C18")
    assert status == 0
    assert "refuted (1 of 3)" in out
    assert "5 of 10 targets agree, not ADNI, FUSC, LiTS-Liver, TG3k, X-ray" in out
    assert not list(Path().iterdir())


def test_verdicts_on_published_tables_go_where_they_are_sent(samb: Samb) -> None:
    samb("claims", "--published", "cheng_3_modes", "--claim", "C18", "--output", "out")
    assert sorted(it.name for it in Path("out").iterdir()) == [
        "claims.csv",
        "claims.md",
        "claims_cells.csv",
    ]


def test_runs_and_published_tables_are_not_judged_together(samb: Samb) -> None:
    for arguments in ((), ("mine", "--published", "cheng_3_modes")):
        status, _, err = samb("claims", *arguments)
        assert status == 2
        assert "name one or the other" in err


def test_a_misspelt_study_or_claim_lists_those_there_are(samb: Samb) -> None:
    status, _, err = samb("claims", "--published", "cheng", "--claim", "C18")
    assert (status, "cheng_3_modes" in err) == (2, True)
    status, _, err = samb("claims", "--published", "cheng_3_modes", "--claim", "C0")
    assert (status, "there is no claim 'C0'" in err) == (2, True)


def test_claims_are_listed_and_shown(samb: Samb) -> None:
    assert "Boxes are better than points" in samb("list", "claims")[1]
    status, out, _ = samb("show", "claim", "C23")
    assert status == 0
    assert "using box prompts can achieve better results" in out
    assert "samb.verdicts.difference.Difference" in out


def test_python_gives_the_same(runs: Path) -> None:
    found = samb_package.claims(published=["cheng_3_modes"], names=["C18"])
    assert found.verdicts == {"C18": "refuted"}
    assert len(found.table) == 4  # three findings, and the oracles that no row is of
    assert samb_package.claims([runs / "mine"], names=["C23"]).verdicts == {"C23": "not covered"}
    with pytest.raises(RequestError, match="name one"):
        samb_package.claims()
