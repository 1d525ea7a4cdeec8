from typing import Any

import pytest

from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Contrast
from samb.verdicts.trend import Trend
from tests.verdicts.tables import Row, answer, means

STEPS = (("p1", "middle"), ("p3",), ("p10",))
POINTS = Trend(what="more is better", contrast=Contrast(second=Arm()), over="prompt", steps=STEPS)
LAW = Trend(what="always", contrast=Contrast(second=Arm()), over="prompt", steps=STEPS, every=True)
TEN = [0.3 + 0.02 * place for place in range(10)]


def curves(*gains: float, make: Any = means) -> list[list[Row]]:
    """p1 has TEN, the others the same and these gains."""
    names = ("p1", "p3", "p10")
    return [
        make(name, [value + gain for value in TEN])
        for name, gain in zip(names, (0, *gains), strict=True)
    ]


def test_a_line_rises_by_what_its_ends_differ(evidence):
    (found,) = POINTS.findings(evidence(*curves(0.1, 0.2), unit="target"))
    assert found.effect == pytest.approx(0.2)
    assert found.leaning == "for"
    assert found.p == pytest.approx(2 / 2**10)


def test_a_bend_counts_through_the_fitted_line(evidence):
    # of three points at -1 0 1 the slope is half of last minus first, whatever the middle
    (found,) = POINTS.findings(evidence(*curves(0.3, 0.1), unit="target"))
    assert found.effect == pytest.approx(0.1)
    assert "turns at p3 to p10 (-0.2000)" in found.note


def test_steps_in_reverse_are_against_it(evidence):
    (found,) = POINTS.findings(evidence(*curves(-0.1, -0.2), unit="target"))
    assert found.leaning == "against"


def test_a_law_fails_where_targets_fall_back_though_all_rise(evidence):
    (average,) = POINTS.findings(evidence(*curves(0.3, 0.2), unit="target"))
    (law,) = LAW.findings(evidence(*curves(0.3, 0.2), unit="target"))
    assert (average.leaning, law.leaning) == ("for", "against")
    assert len(law.exceptions) == 10
    assert law.note.endswith("claimed 90%; verdict and p are of that law, not of the change")
    assert "not of the change" not in average.note


def test_a_fall_below_the_tolerance_is_none(evidence):
    (law,) = LAW.findings(evidence(*curves(0.2, 0.196), unit="target"))
    assert (law.leaning, len(law.exceptions)) == ("for", 0)


def test_of_a_target_with_groups_a_fall_must_be_proven(evidence):
    rises = answer("p1", TEN), answer("p3", [value + 0.3 for value in TEN])
    noisy = [value + 0.29 + (0.1 if place % 2 else -0.1) for place, value in enumerate(TEN)]
    (doubtful,) = LAW.findings(evidence(*rises, answer("p10", noisy)))
    assert (doubtful.leaning, len(doubtful.exceptions)) == ("none", 1)
    sure = [value + 0.2 + 0.001 * place for place, value in enumerate(TEN)]
    (proven,) = LAW.findings(evidence(*rises, answer("p10", sure)))
    assert proven.leaning == "against"
    assert proven.p == pytest.approx(2 * 3 * 2 / 2**10)  # Wilcoxon, three pairs, two ways to fail


def test_flat_curves_lean_nowhere(evidence):
    (found,) = POINTS.findings(evidence(*curves(0.0, 0.0), unit="target"))
    assert (found.leaning, found.p) == ("none", 1.0)


def test_four_groups_are_too_few(evidence):
    rows = [part[:4] for part in curves(0.1, 0.2, make=answer)]
    (found,) = POINTS.findings(evidence(*rows))
    assert (found.leaning, found.p) == ("none", None)


def test_two_steps_are_no_trend(evidence):
    assert POINTS.findings(evidence(*curves(0.1, 0.2)[:2], unit="target")) == []
    assert "3 or more of: prompt p1 or middle, p3, p10" in POINTS.needs


def test_the_second_choice_of_a_step_stands_in_for_the_first(evidence):
    rows = [means("middle", TEN), *curves(0.1, 0.2)[1:]]
    (found,) = POINTS.findings(evidence(*rows, unit="target"))
    assert found.what == "middle to p10, sam_a"


def test_clicks_are_steps_of_one_mode(evidence):
    clicks = Trend(
        what="clicks",
        contrast=Contrast(second=Arm(prompt=("clicks_*",))),
        over="attempt",
        steps=(("1",), ("2",), ("3",)),
    )
    rows = [
        means("clicks_5", [value + 0.1 * click for value in TEN], attempt=click, last=click == 3)
        for click in (1, 2, 3)
    ]
    (found,) = clicks.findings(evidence(*rows, unit="target"))
    assert found.what == "click 1 to click 3, clicks_5, sam_a"
    assert found.effect == pytest.approx(0.2)


def test_severities_are_data_sets_with_the_same_cases(evidence):
    falling = Trend(
        what="blur",
        contrast=Contrast(second=Arm(prompt=("box",)), across_data=True),
        over="dataset",
        steps=tuple((f"*_severity_{it}",) for it in (1, 2, 3)),
        rising=False,
    )
    rows = [
        answer("box", [v - 0.05 * it for v in TEN], dataset=f"d_severity_{it}") for it in (1, 2, 3)
    ]
    (found,) = falling.findings(evidence(*rows))
    assert (found.leaning, found.units) == ("for", 10)
    assert found.effect == pytest.approx(-0.1)
