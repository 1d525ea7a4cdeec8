from typing import Any

import pytest

from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Contrast
from samb.verdicts.difference import Difference
from tests.verdicts.tables import answer, means

TEN = [0.1 * place for place in range(10)]


def box_against_point(**bounds: Any) -> Difference:
    contrast = Contrast(first=Arm(prompt=("point",)), second=Arm(prompt=("box",)))
    return Difference(what="a box is better", contrast=contrast, **bounds)


def higher(values: list[float], by: float) -> list[float]:
    """Each value more by about this: by, by + 0.01, by - 0.01 in turn."""
    return [value + by + 0.01 * (place % 3 - 1) for place, value in enumerate(values)]


def test_ten_groups_that_all_gain_are_for_a_gain(evidence):
    (found,) = box_against_point(low=0.0).findings(
        evidence(answer("point", TEN), answer("box", higher(TEN, 0.1)))
    )
    # differences 0.09 0.10 0.11 three times and 0.09 again: their mean is 0.099
    assert found.effect == pytest.approx(0.099)
    assert found.leaning == "for"
    assert found.p == pytest.approx(2 / 2**10)  # one sign pattern of 1024, on either side
    assert (found.units, found.targets) == (10, 1)
    assert found.what == "box minus point, sam_a"


def test_the_same_columns_swapped_are_against_it(evidence):
    (found,) = box_against_point(low=0.0).findings(
        evidence(answer("box", TEN), answer("point", higher(TEN, 0.1)))
    )
    assert found.leaning == "against"
    assert found.effect == pytest.approx(-0.099)
    assert list(found.exceptions["target"]) == ["organ"]


def test_differences_to_both_sides_lean_nowhere(evidence):
    up_and_down = [value + (0.1 if place % 2 else -0.1) for place, value in enumerate(TEN)]
    (found,) = box_against_point(low=0.0).findings(
        evidence(answer("point", TEN), answer("box", up_and_down))
    )
    assert found.leaning == "none"
    assert found.effect == pytest.approx(0)


def test_four_groups_are_too_few_to_test_and_say_so(evidence):
    (found,) = box_against_point(low=0.0).findings(
        evidence(answer("point", TEN[:4]), answer("box", higher(TEN[:4], 0.1)))
    )
    assert (found.p, found.interval, found.leaning) == (None, None, "none")
    assert "4 of at least 5 groups" in found.note


def test_data_without_the_mode_are_not_covered(evidence):
    check = box_against_point(low=0.0)
    assert check.findings(evidence(answer("point", TEN))) == []
    assert check.needs == "DSC or IOU of point and box"


def test_a_loss_within_the_margin_is_non_inferior(evidence):
    rows = answer("point", TEN), answer("box", higher(TEN, -0.01))
    assert box_against_point(low=-0.03).findings(evidence(*rows))[0].leaning == "for"
    assert box_against_point(low=0.0).findings(evidence(*rows))[0].leaning == "against"


def test_two_bounds_ask_for_both(evidence):
    rows = answer("point", TEN), answer("box", higher(TEN, 0.1))
    assert box_against_point(low=0.05, high=0.15).findings(evidence(*rows))[0].leaning == "for"
    assert box_against_point(low=0.2, high=0.3).findings(evidence(*rows))[0].leaning == "against"
    assert box_against_point(low=0.0, high=0.099).findings(evidence(*rows))[0].leaning == "none"


def test_a_mean_of_one_answer_may_be_claimed(evidence):
    reaching = Arm(prompt=("box",), reaching=0.8)
    check = Difference(what="few reach 0.8", contrast=Contrast(second=reaching), high=0.5)
    (found,) = check.findings(evidence(answer("box", [0.5] * 45 + [0.8] * 5)))
    assert found.effect == pytest.approx(0.1)
    assert (found.measure, found.leaning) == ("share with DSC of 0.8 or more", "for")


def test_each_model_is_compared_with_itself(evidence):
    rows = [
        part
        for model, gain in (("sam_a", 0.1), ("sam_b", -0.1))
        for part in (
            answer("point", TEN, model=model),
            answer("box", higher(TEN, gain), model=model),
        )
    ]
    found = box_against_point(low=0.0).findings(evidence(*rows))
    assert [(it.what, it.leaning) for it in found] == [
        ("box minus point, sam_a", "for"),
        ("box minus point, sam_b", "against"),
    ]


def test_objects_that_one_answer_lacks_or_leaves_undefined_are_counted(evidence):
    rows = answer("point", TEN), answer("box", [*higher(TEN[:8], 0.1), float("nan")])
    (found,) = box_against_point(low=0.0).findings(evidence(*rows))
    assert found.units == 8
    assert "2 without a counterpart or undefined" in found.note


def test_targets_are_the_units_of_a_published_table(evidence):
    rows = means("point", TEN), means("box", [*higher(TEN[:9], 0.1), 0.8])
    (found,) = box_against_point(low=0.0).findings(evidence(*rows, unit="target"))
    assert (found.units, found.unit, found.targets) == (10, "target", 10)
    assert list(found.exceptions["target"]) == ["t9"]
    assert "10 targets, each one mean" in found.note


def test_a_difference_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="low, high or both"):
        box_against_point()
    with pytest.raises(ValueError, match="low should be below high"):
        box_against_point(low=0.1, high=0.1)


def test_a_range_missed_from_below_is_tested_at_its_lower_end(evidence):
    # 8 groups of 10 lie below 0.6, all of them below 0.9: the failure is at 0.6, and only there
    values = [0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.61, 0.62]
    check = Difference(
        what="between 0.6 and 0.9",
        contrast=Contrast(second=Arm(prompt=("box",))),
        low=0.6,
        high=0.9,
    )
    (found,) = check.findings(evidence(answer("box", values)))
    assert found.leaning == "against"
    # ranks of |value - 0.6|: the two above have 0.01 and 0.02, ranks 1 and 2: the lesser sum is 3,
    # and of 1024 patterns of signs 5 have a sum of at most 3
    assert found.p == pytest.approx(2 * 5 / 2**10)


def test_a_range_missed_from_above_is_tested_at_its_upper_end(evidence):
    values = [0.5, 0.49, 0.48, 0.47, 0.46, 0.45, 0.44, 0.43, 0.39, 0.38]
    check = Difference(
        what="between 0.1 and 0.4",
        contrast=Contrast(second=Arm(prompt=("box",))),
        low=0.1,
        high=0.4,
    )
    (found,) = check.findings(evidence(answer("box", values)))
    assert found.leaning == "against"
    assert found.p == pytest.approx(2 * 5 / 2**10)


def test_the_best_of_several_modes_of_each_target_counts_for_every_way_to_pick(evidence):
    contrast = Contrast(first=Arm(prompt=("point",)), second=Arm(prompt=("box_*",), best=True))
    rows = [
        part
        for target in ("liver", "spleen")
        for part in (
            answer("point", [0.5] * 10, target=target),
            *(answer(f"box_{it}", [0.6 + 0.001 * it] * 10, target=target) for it in range(3)),
        )
    ]
    (found,) = Difference(what="x", contrast=contrast, low=0.0).findings(evidence(*rows))
    assert found.leaning == "for"
    assert found.p == pytest.approx(3**2 * 2 / 2**10)  # three modes, two targets
    (published,) = Difference(what="x", contrast=contrast, low=0.0).findings(
        evidence(*([{**row, "seen": "primary"} for row in part] for part in rows))
    )
    assert published.p == pytest.approx(2 / 2**10)  # what is stated was picked by no chance


def test_a_share_that_no_target_reaches_has_the_exact_interval(evidence):
    contrast = Contrast(second=Arm(prompt=("box",), reaching=0.8))
    check = Difference(what="few reach 0.8", contrast=contrast, high=0.5)
    (found,) = check.findings(evidence(answer("box", TEN[:7] + TEN[:7])))
    assert found.effect == 0
    # Clopper and Pearson 1934 with 0 of 14: 1 - 0.025 ** (1 / 14)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0, 1 - 0.025 ** (1 / 14)))
    assert found.leaning == "for"
