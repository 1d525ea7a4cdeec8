"""The simulations of benchmarks/evidence.py with fewer draws: what README says of evidence."""

import runpy
from pathlib import Path
from typing import Any

import pytest

EVIDENCE: dict[str, Any] = runpy.run_path(
    str(Path(__file__).parents[1] / "benchmarks" / "evidence.py")
)


@pytest.mark.parametrize(
    "name", ["Beta(5, 1)", "groups of 1 to 60 targets", "one group in ten fails"]
)
def test_from_50_groups_on_intervals_cover_93_to_97_percent(name: str) -> None:
    draw, mean = EVIDENCE["DISTRIBUTIONS"][name]
    covered = EVIDENCE["coverage"](draw, mean, 50, 3000)
    assert 0.93 <= covered <= 0.97


def test_from_30_groups_with_failures_on_the_interval_covers_more_than_students() -> None:
    draw, mean = EVIDENCE["DISTRIBUTIONS"]["one group in ten fails"]
    coverage = EVIDENCE["coverage"]
    assert coverage(draw, mean, 30, 2000) >= coverage(draw, mean, 30, 2000, hall=False) + 0.015


@pytest.mark.parametrize(
    ("cells", "groups"), [(1, 20), (20, 5), pytest.param(20, 30, marks=pytest.mark.slow)]
)
def test_where_nothing_was_lost_at_most_5_percent_of_comparisons_fail(
    cells: int, groups: int
) -> None:
    found = EVIDENCE["judged"](EVIDENCE["Changed"]((0.0,) * cells, groups), 200)
    assert found.failed <= 0.05 + 2.6 * (0.05 * 0.95 / 200) ** 0.5  # one-sided, p = 0.005


@pytest.mark.slow
def test_a_loss_of_0p02_at_sd_0p05_with_50_groups_is_mostly_found() -> None:
    alone = EVIDENCE["judged"](EVIDENCE["Changed"]((0.02,), 50), 200)
    assert alone.failed > 0.75
    everywhere = EVIDENCE["judged"](EVIDENCE["Changed"]((0.02,) * 20, 50), 100)
    assert everywhere.failed > 0.85
    assert everywhere.significant >= everywhere.by_holm  # dependence is made use of
