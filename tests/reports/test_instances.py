from typing import Any

import pytest

from samb.reports.instances import instance_section
from samb.reports.names import ORACLE
from samb.reports.section import Section


def image(metric: str, value: float, **differing: object) -> dict[str, object]:
    row = {"level": "image", "object_id": "", "structure": "nucleus", "metric": metric}
    return {**row, "value": value, **differing}


TWO_TARGETS: list[dict[str, object]] = [
    {"structure": "nucleus", "object_id": name} for name in ("n1", "n2")
]


def section(make: Any, *rows: dict[str, object], **material: Any) -> Section | None:
    found: Section | None = instance_section(make.material(make.scores(*rows), **material))
    return found


def cells(found: Section | None) -> list[dict[str, str]]:
    assert found is not None
    return [dict(zip(found.header, line, strict=True)) for line in found.lines]


def test_one_target_a_frame_has_no_table(make: Any) -> None:
    assert section(make, {"structure": "nucleus"}, image("pq", 0.5)) is None


def test_no_scores_have_no_table(make: Any) -> None:
    assert section(make) is None


def test_several_targets_on_a_frame_have_one(make: Any) -> None:
    (line,) = cells(
        section(
            make,
            *TWO_TARGETS,
            image("pq", 0.5),
            image("pq", 0.7, case="c2"),
            image("aji", 0.4),
            image("sensitivity_0p5", 0.5),
            image("false_positives_0p5", 3),
        )
    )
    assert (line["PQ"], line["AJI"]) == ("0.600", "0.400")
    assert line["sensitivity (IoU > 0.5)"] == "0.500"
    assert line["false positives per frame (IoU > 0.5)"] == "3.00"
    assert (line["frames"], line["groups"]) == ("2", "1")
    assert "SQ" not in line
    assert "unmatched masks per frame" not in line


def test_false_positives_of_a_volume_are_summed_over_its_frames(make: Any) -> None:
    slices = {"scope": "slices_asked"}
    rows = [image("false_positives_0p5", n, frame=n, **slices) for n in range(4)]
    (line,) = cells(section(make, *TWO_TARGETS, *rows))
    assert line["false positives per frame (IoU > 0.5)"] == "1.50"
    assert line["false positives per volume (IoU > 0.5)"] == "6.00"


def test_only_the_selection_that_counts_is_shown_and_an_oracle_is_marked(make: Any) -> None:
    rows = [*TWO_TARGETS, image("pq", 0.5), image("pq", 0.9, selection="oracle_iou")]
    (line,) = cells(section(make, *rows, headline={"box": "oracle_iou"}))
    assert line["PQ"] == "0.900"
    assert line["prompt mode"] == f"box ({ORACLE})"


def test_a_whole_view_is_shown_with_any_structure_first_and_masks_left_over(make: Any) -> None:
    everything = {"prompt": "everything", "selection": "all"}
    left = {"prompt": "everything", "structure": "any"}
    lines = cells(
        section(
            make,
            image("pq", 0.3, **everything),
            image("pq", 0.4, **everything | {"structure": "any"}),
            image("unmatched_masks", 7, **left, selection="oracle_one_to_one"),
            image("unmatched_masks", 9, **left, selection="label_map"),
            whole_views=frozenset({"everything"}),
            headline={"everything": "oracle_one_to_one"},
        )
    )
    found = [(it["structure"], it["PQ"], it["unmatched masks per frame"]) for it in lines]
    assert found == [("any", "0.400", "7.00"), ("nucleus", "0.300", "–")]  # noqa: RUF001


def test_the_csv_has_unrounded_numbers(make: Any) -> None:
    found = section(make, *TWO_TARGETS, image("pq", 1 / 3))
    assert found is not None
    assert found.data["pq"].tolist() == [pytest.approx(1 / 3)]
