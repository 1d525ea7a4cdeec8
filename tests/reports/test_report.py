import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from samb.reports.material import Material
from samb.reports.report import write_report

TABLES = {"table.md", "table.csv", "table.tex", "overview.md", "overview.csv", "all_scores.csv",
          "failures.csv", "report.html"}  # fmt: skip


@pytest.fixture
def material(make: Any) -> Material:
    scores = make.scores(
        *(
            {"case": f"c{n}", "group": f"p{n}", "prompt": prompt, "value": n / 10}
            for n in range(6)
            for prompt in ("box", "box_jitter_0p1")
        )
    )
    curves = {"box": ("jitter", 0.0), "box_jitter_0p1": ("jitter", 0.1)}
    found: Material = make.material(scores, curves=curves, tile=lambda row: make.tile())
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_file_is_written_and_the_page_is_named(material: Material, tmp_path: Path) -> None:
    assert write_report(tmp_path / "report", material) == tmp_path / "report" / "report.html"
    files = contents(tmp_path / "report")
    assert set(files) == TABLES | {
        "dsc_boxes.png",
        "dsc_by_jitter.png",
        "sheet_kvasir_seg__sam_vit_b.png",
    }
    assert b"0.250" in files["table.md"]
    assert len(pd.read_csv(tmp_path / "report" / "table.csv")) == 2
    assert len(pd.read_csv(tmp_path / "report" / "all_scores.csv")) == 2


def test_equal_scores_give_equal_bytes(material: Material, tmp_path: Path) -> None:
    write_report(tmp_path / "one", material)
    write_report(tmp_path / "two", material)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_page_stands_alone(material: Material, tmp_path: Path) -> None:
    page = write_report(tmp_path, material).read_text()
    sources = re.findall(r'(?:src|href)="([^"]{0,20})', page)
    assert len(sources) == 3
    assert all(source.startswith("data:image/") for source in sources)
    assert "<script" not in page
    assert "http" not in page


def test_the_page_shows_text_as_it_is(make: Any, tmp_path: Path) -> None:
    scores = make.scores({"structure": "<b>&"})
    page = write_report(tmp_path, make.material(scores)).read_text()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page


def test_a_second_report_replaces_the_first_and_nothing_else(
    make: Any, material: Material, tmp_path: Path
) -> None:
    write_report(tmp_path, material)
    (tmp_path / "mine.png").write_bytes(b"mine")
    write_report(tmp_path, make.material(make.scores({"prompt": "box"})))
    assert set(contents(tmp_path)) == TABLES | {"dsc_boxes.png", "mine.png"}


def test_when_everything_failed_the_report_says_so(make: Any, tmp_path: Path) -> None:
    outcomes = make.outcomes(("busi", "a", "g", "", "", "failed", "cannot read a_1.png"))
    page = write_report(tmp_path, make.material(make.scores(), outcomes)).read_text()
    files = contents(tmp_path)
    assert set(files) == TABLES
    for text in (page, files["table.md"].decode(), files["table.tex"].decode()):
        assert "Nothing was scored" in text
        assert "busi: 1 of 1 case failed" in text
    assert "cannot read a_1.png" in page


def test_a_table_without_a_column_is_refused_by_name(make: Any) -> None:
    scores = make.scores().drop(columns="unit")
    with pytest.raises(ValueError, match=r"\['unit'\] are missing"):
        make.material(scores)
