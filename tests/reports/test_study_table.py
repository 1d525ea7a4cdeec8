import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from samb.reports.report import write_report
from samb.reports.section import Section
from samb.reports.study_table import study_section
from samb.reports.text import NOTHING
from samb.studies.study_run import StudyRun
from tests.reports.studied import RULE, STUDY, published, study_run

PAPER = {"dataset": "pranet_kvasir"}
UNET = {"model": "U-Net", "prompt": "prompt_free", "selection": ""}


def section(make: Any, run: StudyRun, *rows: dict[str, Any]) -> Section:
    found = study_section(make.material(make.scores(*rows), study=run))
    assert found
    return found


def test_a_line_has_the_papers_value_with_its_mark_ours_and_the_difference(make):
    run = study_run("pranet_kvasir", values=published({}))
    (line,) = section(make, run, PAPER).lines
    assert line == ("Kvasir (paper's data)", "adenoma", "box", "single", "sam_vit_b", "dsc",
                    "0.750 [P]", "0.500", NOTHING, "-0.250", "1")  # fmt: skip


def test_a_substitute_stands_above_the_papers_values_which_keep_their_own_name(make):
    run = study_run("kvasir_seg", values=published({}, UNET))
    lines = section(make, run, {"dataset": "kvasir_seg"}).lines
    assert [line[0] for line in lines] == [
        "kvasir_seg (substitute for Kvasir, ETIS)",
        "Kvasir (the paper's, not run here)",
        "Kvasir (the paper's, not run here)",
    ]
    assert [line[6:8] for line in lines] == [
        (NOTHING, "0.500"),
        ("0.750 [P]", NOTHING),
        ("0.750 [P]", NOTHING),
    ]
    assert {line[9] for line in lines} == {NOTHING}


def test_other_methods_on_the_papers_own_data_stand_under_the_same_name(make):
    run = study_run("pranet_kvasir", values=published({}, UNET))
    assert [line[0] for line in section(make, run, PAPER).lines] == ["Kvasir (paper's data)"] * 2


def test_values_of_data_that_nothing_here_stands_for_are_in_the_data_alone(make):
    run = study_run("phantoms", values=published({}))
    found = section(make, run, {"dataset": "phantoms"})
    assert [line[0] for line in found.lines] == ["phantoms (generated: plumbing only)"]
    assert sorted(found.data["dataset"]) == ["Kvasir", "phantoms"]


def test_a_terminal_shows_differences_alone_where_there_are_many_lines(make):
    nets = [{**UNET, "model": f"net {n}"} for n in range(40)]
    run = study_run("pranet_kvasir", values=published({}, *nets))
    found = section(make, run, PAPER)
    assert len(found.lines) == 41
    assert found.terminal_lines == (found.lines[0],)
    few = study_run("pranet_kvasir", values=published({}, *nets[:39]))
    assert section(make, few, PAPER).terminal_lines is None


def test_a_terminal_shows_the_first_metric_where_nothing_can_be_subtracted(make):
    study = replace(STUDY, table=replace(RULE, metrics=("dsc", "iou")))
    rows = [
        {"dataset": "kvasir_seg", "structure": f"s{n}", "metric": metric}
        for n in range(30)
        for metric in ("dsc", "iou")
    ]
    found = section(make, study_run("kvasir_seg", study=study), *rows)
    assert len(found.lines) == 60
    assert found.terminal_lines
    assert [line[5] for line in found.terminal_lines] == ["dsc"] * 30


def test_a_run_of_no_study_has_no_such_table(make):
    assert study_section(make.material(make.scores({}))) is None


@pytest.mark.parametrize("shown", [False, True])
def test_an_unverified_value_is_in_no_file_unless_it_is_asked_for_and_then_marked(
    make, tmp_path, shown
):
    recalled = published({"value": 0.1234, "evidence": "unverified:low"})
    run = study_run("kvasir_seg", values=recalled if shown else published(), withheld=1 - shown)
    material = make.material(make.scores({"dataset": "kvasir_seg"}), study=run)
    write_report(tmp_path, material)
    files = [it for it in tmp_path.iterdir() if it.suffix in (".csv", ".md", ".tex", ".html")]
    told = {it.name: it.read_text() for it in files}
    assert any("0.123" in text for text in told.values()) is shown
    for name in ("table.md", "table.tex", "report.html"):
        assert ("0.123 [U, low]" in told[name].replace("\\", "")) is shown
        assert ("--show-unverified" in told[name].replace("\\", "")) is not shown
    assert ("unverified:low" in told["study.csv"]) is shown


def test_every_table_says_the_role_beside_the_data_set(make, tmp_path):
    rows = [
        {"dataset": "kvasir_seg", "group": f"p{n}", "case": f"c{n}", "model": model}
        for n in range(6)
        for model in ("sam_vit_b", "box_fill")
    ]
    material = make.material(make.scores(*rows), study=study_run("kvasir_seg"))
    write_report(tmp_path, material)
    for path in tmp_path.glob("*.csv"):
        table = pd.read_csv(path)
        assert list(table.columns)[list(table.columns).index("dataset") + 1] == "role" or (
            path.name == "study.csv"
        )
        assert set(table["role"]) <= {"substitute"}
    for path in (tmp_path / "table.md", tmp_path / "overview.md", tmp_path / "table.tex"):
        named = [
            line
            for line in path.read_text().replace("\\", "").splitlines()
            if re.match(r"\|? ?kvasir_seg", line)
        ]
        assert named
        assert all("(substitute" in line for line in named)


def test_roles_are_not_told_where_there_is_no_study(make, tmp_path):
    write_report(tmp_path, make.material(make.scores({})))
    assert "role" not in pd.read_csv(tmp_path / "table.csv")
    assert not (tmp_path / "study.csv").exists()
    assert "(own data)" not in (tmp_path / "report.html").read_text()


def test_of_clicks_the_last_attempt_is_shown_and_every_one_is_in_the_data(make):
    clicks = {**PAPER, "prompt": "clicks"}
    rows = [{**clicks, "final": False}, {**clicks, "attempt": 2, "value": 0.9}]
    values = published({"prompt": "clicks"}, {"prompt": "clicks", "attempt": 2})
    found = section(make, study_run("pranet_kvasir", values=values), *rows)
    assert [line[2] for line in found.lines] == ["clicks, click 2"]
    assert list(found.data["attempt"]) == [1, 2]


def test_users_who_were_content_before_the_papers_last_click_are_shown_at_theirs(make):
    clicks = {**PAPER, "prompt": "clicks"}
    rows = [
        {**clicks, "final": False},
        {**clicks, "attempt": 2, "value": 0.9},
        {**clicks, "dataset": "pranet_etis", "value": 0.6},
    ]
    values = published(*({"prompt": "clicks", "attempt": it} for it in (1, 2, 3)))
    found = section(make, study_run("pranet_kvasir", "pranet_etis", values=values), *rows)
    told = [(line[0].partition(" ")[0], line[2], *line[6:8]) for line in found.lines]
    assert told == [
        ("ETIS", "clicks, click 1", NOTHING, "0.600"),
        ("Kvasir", "clicks, click 2", "0.750 [P]", "0.900"),
        ("Kvasir", "clicks, click 3", "0.750 [P]", NOTHING),
    ]
