import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samb.reports.attributes.expected import agreement
from samb.reports.attributes.rows import POOLED, WITHIN, attribute_rows
from samb.reports.attributes.section import attribute_section, attribute_table
from samb.reports.attributes.targets import cells
from samb.reports.material import ATTRIBUTE_COLUMNS, Material
from samb.reports.report import write_report
from samb.reports.sections import sections

NOTHING = "–"  # noqa: RUF001
PLACE = {"dataset": "kvasir_seg", "frame": 0, "object_id": "polyp", "structure": "polyp"}
PLAIN = {
    "share": 0.1, "contrast": -50.0, "boundary_contrast": 10.0, "solidity": 0.9,
    "fourier_order": 5.0, "components": 1.0, "aspect_ratio": 0.8,
}  # fmt: skip


def attributes(**columns: list[float]) -> pd.DataFrame:
    """One target a case and group, c0, c1 ...; what is not given is the same for all."""
    count = len(next(iter(columns.values())))
    names = {"group": [f"p{it}" for it in range(count)], "case": [f"c{it}" for it in range(count)]}
    return pd.DataFrame(
        {**{k: [v] * count for k, v in {**PLACE, **PLAIN}.items()}, **names, **columns}
    )


def scored(make: Any, values: list[float], **further: object) -> list[dict[str, object]]:
    return [
        {"group": f"p{it}", "case": f"c{it}", "value": value, **further}
        for it, value in enumerate(values)
    ]


RISING = [0.1, 0.2, 0.3, 0.5, 0.6, 0.7]
SIZES = [0.01, 0.02, 0.04, 0.03, 0.06, 0.05]


def material(
    make: Any, rows: list[dict[str, object]], table: pd.DataFrame, **more: Any
) -> Material:
    found: Material = make.material(make.scores(*rows), attributes=table, **more)
    return found


def test_a_line_says_correlation_statement_share_and_counts(make: Any) -> None:
    # ranks 1 2 3 4 5 6 against 1 2 4 3 6 5: 1 - 6 * 4 / 210 = 0.886, its square 0.784
    found = attribute_section(material(make, scored(make, RISING), attributes(share=SIZES)))
    assert found is not None
    line = dict(zip(found.header, found.lines[0], strict=True))
    assert line["data set"] == "kvasir_seg (frame)"
    assert (line["attribute"], line["Spearman"], line["stated"]) == ("size", "+0.89", "+")
    assert line["agrees"] == "yes"
    assert (line["share of R²"], line["alone"], line["unique"]) == ("0.78", "0.78", "0.78")
    assert (line["targets"], line["groups"]) == ("6", "6")
    assert found.lines[-1][3] == "all together"
    assert "Here, of single data sets and without floors: 1 yes, 0 no, 0 open." in found.notes[2]


def test_more_is_worse_of_a_distance(make: Any) -> None:
    rows = scored(make, RISING, metric="hd95", unit="mm")
    table = attribute_table(
        attribute_rows(material(make, rows, attributes(share=SIZES))),
        material(make, rows, attributes(share=SIZES)),
    )
    size = table[table["attribute"] == "size"].iloc[0]
    assert (size["metric"], size["stated_sign"], size["agrees"]) == ("hd95", -1, "no")


def test_contrast_counts_without_its_sign(make: Any) -> None:
    contrast = [-10.0, 20.0, -30.0, 40.0, -50.0, 60.0]
    rows = attribute_rows(material(make, scored(make, RISING), attributes(contrast=contrast)))
    found = {it.attribute: it.simple.value for it in rows[0].found.each}
    assert found["contrast"] == pytest.approx(1)


def test_only_the_last_attempt_of_the_headline_selection_counts_and_repeats_are_averaged(
    make: Any,
) -> None:
    rows = [
        *scored(make, RISING, repeat=0),
        *scored(make, [it + 0.1 for it in RISING], repeat=1),
        *scored(make, RISING[::-1], final=False),
        *scored(make, RISING[::-1], selection="oracle_dice"),
    ]
    given = material(make, rows, attributes(share=SIZES), headline={"box": "single"})
    cell = next(iter(cells(given, "dsc")))
    assert cell.targets["score"].tolist() == pytest.approx([it + 0.05 for it in RISING])
    assert [it.found.targets for it in attribute_rows(given)] == [6]


def test_volumes_go_with_the_attributes_of_the_volume_and_slices_with_their_own(make: Any) -> None:
    slices, volumes = attributes(share=SIZES), attributes(share=SIZES[::-1])
    others = [it for it in PLAIN if it not in ("share", "components")]
    volumes = volumes.assign(frame=-1, **dict.fromkeys(others, math.nan))
    rows = [
        *scored(make, RISING, scope="reference_slices"),
        *scored(make, RISING, frame=-1, level="volume", scope="reference_slices"),
    ]
    found = attribute_section(material(make, rows, pd.concat([slices, volumes])))
    assert found is not None
    sizes = {line[0]: line[4] for line in found.lines if line[3] == "size"}
    assert sizes == {"kvasir_seg (frame)": "+0.89", "kvasir_seg (volume)": "-0.89"}
    assert "solidity" not in [line[3] for line in found.lines if "volume" in line[0]]
    assert any("Not worked out (level volume)" in note for note in found.notes)
    why = found.data[(found.data["level"] == "volume") & (found.data["attribute"] == "solidity")]
    assert why["why_none"].tolist() == ["worked out of no target"]


def test_modes_and_models_have_lines_of_their_own_in_table_order(make: Any) -> None:
    rows = [
        *scored(make, RISING, model="a_floor"),
        *scored(make, RISING, prompt="point_random_10"),
        *scored(make, RISING, prompt="point_random_5"),
    ]
    found = attribute_section(
        material(make, rows, attributes(share=SIZES), cards={"model/a_floor": {"floor": True}})
    )
    assert found is not None
    assert list(dict.fromkeys(line[1:3] for line in found.lines)) == [
        ("box", "a_floor (floor)"),
        ("point_random_5", "sam_vit_b"),
        ("point_random_10", "sam_vit_b"),
    ]
    assert "without floors: 2 yes" in found.notes[2]


def test_a_target_without_attributes_is_counted(make: Any) -> None:
    found = attribute_section(material(make, scored(make, [*RISING, 0.9]), attributes(share=SIZES)))
    assert found is not None
    assert found.data["undefined_attribute"].unique().tolist() == [1]
    assert dict(zip(found.header, found.lines[0], strict=True))["left out"] == "1"
    assert any(note.startswith("Left out") for note in found.notes)


def test_over_all_needs_two_data_sets_with_five_groups_and_names_the_others(make: Any) -> None:
    rows = [
        *scored(make, RISING),
        *scored(make, RISING, dataset="busi"),
        *scored(make, RISING[:3], dataset="tiny"),
    ]
    every = attributes(share=SIZES)
    table = pd.concat([every, every.assign(dataset="busi"), every[:3].assign(dataset="tiny")])
    found = attribute_rows(material(make, rows, table))
    assert [it.dataset for it in found] == ["busi", "kvasir_seg", "tiny", WITHIN, POOLED]
    assert found[-1].datasets == ("busi", "kvasir_seg")
    assert found[-1].left_out == ("tiny",)
    assert found[-1].found.targets == 12
    section = attribute_section(material(make, rows, table))
    assert section is not None
    assert any(it == "Not over all, because of fewer than 5 groups: tiny." for it in section.notes)


def test_without_attributes_or_scores_of_targets_there_is_no_such_table(make: Any) -> None:
    bare = make.material(make.scores(*scored(make, RISING)))
    assert "attribute_scores" not in [it.name for it in sections(bare)]
    none = pd.DataFrame(columns=list(ATTRIBUTE_COLUMNS))
    assert attribute_section(material(make, [], none)) is None


@pytest.mark.parametrize(("sign", "low", "high", "said"), [
    (1, 0.1, 0.5, "yes"), (1, -0.5, -0.1, "no"), (1, -0.1, 0.5, "open"),
    (-1, -0.5, -0.1, "yes"), (-1, 0.1, 0.5, "no"),
    (0, -0.05, 0.08, "yes"), (0, 0.15, 0.3, "no"), (0, -0.2, 0.2, "open"), (None, 0.1, 0.5, ""),
])  # fmt: skip
def test_a_statement_holds_where_the_whole_interval_bears_it_out(
    sign: int | None, low: float, high: float, said: str
) -> None:
    assert agreement(sign, low, high) == said


def test_the_report_has_the_table_and_a_picture_and_removes_outdated_ones(
    make: Any, tmp_path: Any
) -> None:
    rng = np.random.default_rng(0)
    sizes = rng.random(30).tolist()
    rows = scored(make, [it / 2 + 0.2 for it in sizes])
    write_report(tmp_path, material(make, rows, attributes(share=sizes)))
    picture = tmp_path / "attributes_dsc__sam_vit_b.png"
    assert picture.is_file()
    assert "What DSC goes with" in (tmp_path / "report.html").read_text()
    assert "What DSC goes with" in (tmp_path / "table.md").read_text()
    assert "What DSC goes with" in (tmp_path / "table.tex").read_text()
    table = pd.read_csv(tmp_path / "attribute_scores.csv")
    assert table.loc[table["attribute"] == "size", "spearman"].tolist() == [1.0]
    write_report(tmp_path, make.material(make.scores(*rows)))
    assert not picture.exists()
    assert not (tmp_path / "attribute_scores.csv").exists()
