import io
import math
from typing import Any

import pytest
from rich.console import Console

from samb.reports.footer import footer
from samb.reports.material import Material
from samb.reports.tables import main_rows
from samb.reports.terminal import terminal_table
from samb.reports.text import HEADER, cells, escape_latex, escape_markdown, latex, markdown


def line_of(material: Material) -> dict[str, str]:
    (row,) = main_rows(material)
    return dict(zip(HEADER, cells(row, material), strict=True))


def test_cells_of_a_row(make: Any) -> None:
    scores = make.scores(
        *({"group": f"p{n}", "case": f"c{n}", "value": 0.8, "prompt": "box_jitter_0p1"}
          for n in range(5)),
        {"metric": "hd95", "unit": "mm", "value": 12.345, "prompt": "box_jitter_0p1"},
        {"metric": "assd", "unit": "mm", "value": math.nan, "prompt": "box_jitter_0p1"},
    )  # fmt: skip
    assert line_of(make.material(scores)) == {
        "data set": "kvasir_seg",
        "structure": "polyp",
        "prompt mode": "box_jitter_0.1",
        "model": "sam_vit_b",
        "level": "frame",
        "DSC": "0.800",
        "95 % interval": "[0.800, 0.800]",
        "HD95": "12.35 mm",
        "ASSD": "–",  # noqa: RUF001  the sign for an empty cell
        "targets": "5",
        "groups": "5",
        "undefined": "1",
    }


def test_floors_oracles_versions_and_scopes_are_marked_in_their_cells(make: Any) -> None:
    scores = make.scores(
        {
            "model": "box_fill",
            "selection": "oracle_iou",
            "version": 2,
            "level": "volume",
            "scope": "reference_slices",
        }
    )
    line = line_of(
        make.material(
            scores, headline={"box": "oracle_iou"}, cards={"model/box_fill": {"floor": True}}
        )
    )
    assert line["model"] == "box_fill (floor)"
    assert line["prompt mode"] == "box v2 (oracle: uses the reference, not deployable)"
    assert line["level"] == "volume, reference slices"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("sam_vit_b", r"sam\_vit\_b"),
        ("a|b", r"a\|b"),
        ("two\nlines", "two lines"),
        ("<b>*bold*</b>", r"\<b\>\*bold\*\</b\>"),
        ("[a](b)", r"[a]\(b)"),
        ("[0.1, 0.2]", "[0.1, 0.2]"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("sam_vit_b", r"sam\_vit\_b"),
        ("95 % & $5 #1", r"95 \% \& \$5 \#1"),
        ("{a}\\b", r"\{a\}\textbackslash{}b"),
        ("~^|", r"\textasciitilde{}\textasciicircum{}\textbar{}"),
    ],
)
def test_latex_shows_text_as_it_is(text: str, escaped: str) -> None:
    assert escape_latex(text) == escaped


def test_every_line_of_the_markdown_table_has_as_many_cells_as_its_header(make: Any) -> None:
    material = make.material(make.scores({"structure": "a|b"}, {"structure": "c"}))
    text = markdown(main_rows(material), footer(material), material)
    table = [line.replace(r"\|", "") for line in text.splitlines() if line.startswith("|")]
    assert [line.count("|") for line in table] == [len(HEADER) + 1] * 4


def test_the_latex_table_has_booktabs_rules_and_whole_lines(make: Any) -> None:
    material = make.material(make.scores({"structure": "left_lung"}))
    text = latex(main_rows(material), footer(material), material)
    (line,) = [line for line in text.splitlines() if r"left\_lung" in line]
    assert line.count(" & ") == len(HEADER) - 1
    assert line.endswith(r"\\")
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 1, 1]


def test_a_terminal_of_100_columns_cuts_nothing(make: Any) -> None:
    scores = make.scores(
        *(
            {"group": f"p{n}", "case": f"c{n}", "structure": "left ventricle", "prompt": prompt,
             "model": model, "metric": metric, "unit": unit, "value": value}
            for n in range(5)
            for prompt in ("box_jitter_0p01", "point_random_10")
            for model in ("box_fill", "a_model_with_quite_a_long_name")
            for metric, unit, value in (("dsc", "", n / 9), ("hd95", "mm", 123.4))
        )
    )  # fmt: skip
    material = make.material(scores, cards={"model/box_fill": {"floor": True}})
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(terminal_table(material))
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 100
    assert "…" not in text
    assert {"box_jitter_0.01", "point_random_10", "123.40", "kvasir_seg"} <= set(text.split())
    assert "box_fill (floor)" in text


def test_a_narrow_terminal_keeps_the_counts_and_leaves_the_distances_to_the_report(
    make: Any,
) -> None:
    material = make.material(make.scores({}))
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(terminal_table(material, 80))
    text = " ".join(console.export_text().split())
    assert "grp" in text
    assert "und" in text
    assert "HD95 and ASSD stand in the report" in text


def test_long_names_take_no_number_from_a_narrow_terminal(make: Any) -> None:
    long = {"structure": "inferior_vena_cava", "model": "a_model_with_quite_a_long_name"}
    scores = make.scores(*(
        {**long, "prompt": "point_dt_mazurowski", "group": f"p{n}", "case": f"c{n}"}
        for n in range(12)
    ))  # fmt: skip
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(terminal_table(make.material(scores), 80))
    (line,) = [line for line in console.export_text().splitlines() if "0.500 " in line]
    assert line.split()[-3:] == ["12", "12", "0"]
    assert len(line) <= 80


def shown(material: Material) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(terminal_table(material, 120))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_rows_of_two_scopes_stand_in_one_table_that_says_which_slices(make: Any) -> None:
    volume = {"level": "volume", "frame": -1, "structure": "liver"}
    unet = {"model": "unet", "prompt": "prompt_free", "selection": "by_class"}
    prompted = {**volume, "scope": "reference_slices"}
    headline = {"box": "single", "prompt_free": "by_class"}
    both = make.scores(prompted, {**volume, **unet, "scope": "all_slices"})
    text = shown(make.material(both, headline=headline))
    assert "kvasir_seg (volume)" in text
    box, free = (line.split() for line in text.splitlines() if "0.500" in line)
    assert box[:5] == ["liver", "box", "sam_vit_b", "reference", "0.500"]
    assert free[:4] == ["prompt_free", "unet", "all", "0.500"]
    alone = shown(make.material(make.scores(prompted)))
    assert "kvasir_seg (volume, reference slices)" in alone
