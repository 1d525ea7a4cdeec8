"""The simulations of benchmarks/attributes.py with fewer draws."""

import runpy
from pathlib import Path
from typing import Any

import pytest

BENCHMARK: dict[str, Any] = runpy.run_path(
    str(Path(__file__).parents[1] / "benchmarks" / "attributes.py")
)
ALONE, ALIKE = BENCHMARK["SETTINGS"][:2]


def test_chance_explains_something_and_adjusted_nothing() -> None:
    whole, adjusted = BENCHMARK["by_chance"](ALONE, 20, 20)
    assert whole > 0.1
    assert abs(adjusted) < 0.08


@pytest.mark.slow
@pytest.mark.parametrize("setting", [ALONE, ALIKE])
def test_intervals_of_20_groups_hold_the_truth_nine_times_in_ten(setting: Any) -> None:
    for kind, share in BENCHMARK["coverage"](setting, 20, 100).items():
        assert share >= 0.9, kind


@pytest.mark.slow
def test_intervals_that_know_no_groups_hold_it_less_often() -> None:
    assert BENCHMARK["plain_coverage"](ALIKE, 20, 100) < 0.87
