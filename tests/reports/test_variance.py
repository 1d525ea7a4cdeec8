from typing import Any

import pytest

from samb.reports.sections import sections
from samb.reports.variance import variance_section

NOTHING = "–"  # noqa: RUF001


TARGETS = (("a", "1", 0.2), ("a", "2", 0.4), ("b", "3", 0.5), ("b", "4", 0.9))


def repeated(**further: object) -> list[dict[str, object]]:
    """Two repeats that agree, of two targets in each of two groups."""
    return [
        {"group": group, "case": case, "repeat": repeat, "value": value, **further}
        for group, case, value in TARGETS
        for repeat in (0, 1)
    ]


def test_standard_deviations_are_the_roots_of_the_components(make: Any) -> None:
    found = variance_section(make.material(make.scores(*repeated())))
    assert found is not None
    # between targets (0.02 + 0.08) / 2, between groups 0.08 - 0.05 / 2; roots 0.224 and 0.235
    assert found.lines == (("kvasir_seg", "box", "sam_vit_b", "0.235", "0.224", "0.000", "8"),)
    assert found.data["variance_groups"][0] == pytest.approx(0.055)
    assert found.data["deviation_targets"][0] == pytest.approx(0.05**0.5)


def test_modes_that_were_played_once_have_no_row(make: Any) -> None:
    scores = make.scores(*repeated(prompt="point_random_1"), {"case": "1"}, {"case": "2"})
    found = variance_section(make.material(scores))
    assert found is not None
    assert [line[1] for line in found.lines] == ["point_random_1"]


def test_models_other_metrics_and_earlier_attempts_are_never_mixed(make: Any) -> None:
    scores = make.scores(
        *repeated(model="b"),
        *repeated(model="a"),
        *({**row, "value": 0.0} for row in repeated(model="a", metric="iou")),
        *({**row, "value": 0.0} for row in repeated(model="a", final=False)),
    )
    found = variance_section(make.material(scores))
    assert found is not None
    numbers = ("0.235", "0.224", "0.000", "8")
    assert [line[2:] for line in found.lines] == [("a", *numbers), ("b", *numbers)]


def test_what_cannot_be_told_is_left_empty(make: Any) -> None:
    scores = make.scores({"repeat": 0, "value": 0.4}, {"repeat": 1, "value": 0.6})
    found = variance_section(make.material(scores))
    assert found is not None
    assert found.lines[0][3:] == (NOTHING, NOTHING, "0.141", "2")  # root of 0.02


def test_a_run_without_repeats_has_no_such_table(make: Any) -> None:
    assert "variance" not in [it.name for it in sections(make.material(make.scores({})))]
