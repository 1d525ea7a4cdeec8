import math

import pytest
from scipy import stats

from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Contrast
from samb.verdicts.spread import Ends, Spread
from tests.verdicts.tables import answer, means

BOX = Contrast(second=Arm(prompt=("box",)))
APART = [0.1, 0.3, 0.5, 0.7, 0.9]


def varies(at_least: float) -> Spread:
    return Spread(what="varies", contrast=BOX, at_least=at_least)


def test_the_spread_of_stated_means_is_their_standard_deviation(evidence):
    (found,) = varies(0.1).findings(evidence(means("box", APART), unit="target"))
    assert found.effect == pytest.approx(math.sqrt(0.1))  # squares 0.16 0.04 0 0.04 0.16, by 4
    low = math.sqrt(0.4 / stats.chi2.ppf(0.975, 4))
    assert found.interval is not None
    assert found.interval.low == pytest.approx(low)
    assert found.leaning == "for"
    assert "from 0.100 (d: t0) to 0.900 (d: t4)" in found.note


def test_equal_targets_are_against_a_spread(evidence):
    equal = [0.5, 0.501, 0.502, 0.5, 0.501]
    assert (
        varies(0.1).findings(evidence(means("box", equal), unit="target"))[0].leaning == "against"
    )


def test_a_spread_near_the_bound_leans_nowhere(evidence):
    assert varies(0.3).findings(evidence(means("box", APART), unit="target"))[0].leaning == "none"


def test_four_targets_are_too_few(evidence):
    (found,) = varies(0.1).findings(evidence(means("box", APART[:4]), unit="target"))
    assert (found.leaning, found.p) == ("none", None)


def test_without_the_mode_nothing_is_covered(evidence):
    assert varies(0.1).findings(evidence(means("point", APART), unit="target")) == []


def test_what_groups_scatter_is_taken_off(evidence):
    # each target has its mean, 0.1 and 0.05 to either side: variance 0.025 / 4, of its mean a fifth
    rows = [
        answer("box", [mean + it for it in (-0.1, -0.05, 0, 0.05, 0.1)], target=f"t{place}")
        for place, mean in enumerate(APART)
    ]
    (found,) = varies(0.1).findings(evidence(*rows))
    assert found.effect == pytest.approx(math.sqrt(0.1 - 0.00125))
    assert "SD within targets 0.079; 94% of the variance lies between" in found.note


def test_many_targets_of_two_patients_show_no_spread(evidence):
    rows = [answer("box", [it, it], target=f"t{place}") for place, it in enumerate(APART)]
    (found,) = varies(0.1).findings(evidence(*rows))
    assert (found.leaning, found.p) == ("none", None)
    assert "2 of at least 5 groups" in found.note


def test_ends_are_read_to_the_digits_that_are_stated(evidence):
    check = Ends(what="ends", contrast=BOX, lowest=0.1, highest=0.8, tolerance=0.001, targets=5)
    low, high = check.findings(evidence(means("box", APART), unit="target"))
    assert (low.leaning, low.certain, low.effect) == ("for", True, 0.1)
    assert (high.leaning, high.certain, high.effect) == ("against", True, 0.9)


def test_ends_of_a_part_of_the_targets_decide_nothing(evidence):
    check = Ends(what="ends", contrast=BOX, lowest=0.1, tolerance=0.001, targets=6)
    (found,) = check.findings(evidence(means("box", APART), unit="target"))
    assert (found.leaning, found.certain) == ("none", False)


def test_ends_of_a_run_need_groups_enough_of_each_target(evidence):
    check = Ends(what="ends", contrast=BOX, lowest=0.4, tolerance=0.001, targets=5)
    rows = [answer("box", [mean] * 5, target=f"t{place}") for place, mean in enumerate(APART)]
    (found,) = check.findings(evidence(*rows))
    assert (found.leaning, found.certain) == ("against", True)
    (found,) = check.findings(evidence(*rows[:-1], rows[-1][:2]))
    assert (found.leaning, found.certain) == ("none", False)
    assert "2 of at least 5 groups in d: t4" in found.note
