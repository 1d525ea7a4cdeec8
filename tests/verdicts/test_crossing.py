import pytest

from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Contrast
from samb.verdicts.crossing import Crossing
from tests.verdicts.tables import Row, means

CONTRAST = Contrast(
    first=Arm(prompt=("clicks_*",)), second=Arm(prompt=("clicks_*",), model=("interactive",))
)
CHECK = Crossing(what="overtaken", contrast=CONTRAST)
TEN = [0.3 + 0.02 * place for place in range(10)]


def curves(leads: list[float], scatter: float = 0.001) -> list[list[Row]]:
    """SAM stays at TEN; the other leads by these, click by click, and by more in later targets."""
    rows = []
    for click, lead in enumerate(leads, 1):
        last = click == len(leads)
        other = [value + lead + scatter * place for place, value in enumerate(TEN)]
        rows.append(means("clicks_3", TEN, attempt=click, last=last))
        rows.append(
            means("clicks_3", other, attempt=click, last=last, model="RITM", family="interactive")
        )
    return rows


def test_a_curve_that_starts_below_and_ends_above_has_crossed(evidence):
    (found,) = CHECK.findings(evidence(*curves([-0.2, -0.1, 0.1]), unit="target"))
    assert found.leaning == "for"
    assert found.effect == pytest.approx(0.1045)  # 0.1 and the mean scatter of 0.0045
    assert found.p == pytest.approx(2 / 2**10)
    assert "the means cross at click 3" in found.note


def test_one_that_stays_below_is_against_it(evidence):
    (found,) = CHECK.findings(evidence(*curves([-0.2, -0.15, -0.1]), unit="target"))
    assert found.leaning == "against"
    assert "the means never cross" in found.note


def test_means_that_cross_within_the_scatter_decide_nothing(evidence):
    # at click 3 the leads are -0.08 -0.06 ... 0.1: mean 0.01, to both sides
    (found,) = CHECK.findings(evidence(*curves([-0.3, -0.2, -0.08], scatter=0.02), unit="target"))
    assert found.leaning == "none"
    assert found.effect == pytest.approx(0.01)
    assert "the means cross at click 3" in found.note


def test_a_run_without_the_other_method_is_not_covered(evidence):
    rows = [row for part in curves([-0.2, 0.1]) for row in part if row["model"] != "RITM"]
    assert CHECK.findings(evidence(rows, unit="target")) == []


def test_four_targets_are_too_few(evidence):
    rows = [part[:4] for part in curves([-0.2, 0.1])]
    (found,) = CHECK.findings(evidence(*rows, unit="target"))
    assert (found.leaning, found.p) == ("none", None)
