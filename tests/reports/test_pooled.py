from typing import Any

from samb.reports.pooled import pooled_section
from samb.reports.sections import sections


def test_global_dice_of_a_structure_and_generalised_dice_of_all(make: Any) -> None:
    pooled = make.scores(
        {"level": "data set", "metric": "global_dice", "value": 0.8},
        {"level": "case", "structure": "all structures", "metric": "generalised_dice_crum"},
        {"level": "case", "structure": "all structures", "metric": "generalised_dice_sudre"},
    )
    found = pooled_section(make.material(make.scores({}), pooled=pooled))
    assert found is not None
    assert found.header[4:] == (
        "global Dice", "generalised Dice (Crum)", "generalised Dice (Sudre)", "groups",
    )  # fmt: skip
    nothing = "–"  # noqa: RUF001
    assert [line[4:] for line in found.lines] == [
        ("0.800", nothing, nothing, nothing),
        (nothing, "0.500", "0.500", "1"),
    ]


def test_a_run_without_any_of_it_has_no_further_table(make: Any) -> None:
    assert sections(make.material(make.scores({}))) == ()
