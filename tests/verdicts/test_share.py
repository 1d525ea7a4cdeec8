import pytest

from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Contrast
from samb.verdicts.share import Share, Some
from tests.verdicts.tables import Row, answer, means

CONTRAST = Contrast(first=Arm(prompt=("everything",)), second=Arm(prompt=("point",)))
LAW = Share(what="points are better everywhere", contrast=CONTRAST)
SOME = Some(what="points are better somewhere", contrast=CONTRAST)


def better_on(count: int, of: int, by: float = 0.1) -> tuple[list[Row], list[Row]]:
    return (
        means("everything", [0.5] * of),
        means("point", [0.5 + by] * count + [0.4] * (of - count)),
    )


def test_ten_of_ten_targets_are_for_a_law(evidence):
    (found,) = LAW.findings(evidence(*better_on(10, 10), unit="target"))
    assert (found.effect, found.leaning) == (1.0, "for")
    assert found.p == pytest.approx(2 / 2**10)  # the sign test


def test_five_of_ten_are_against_it(evidence):
    (found,) = LAW.findings(evidence(*better_on(5, 10), unit="target"))
    assert (found.effect, found.leaning) == (0.5, "against")
    # 5 or fewer of 10 where 9 of 10 obey: sum of C(10, k) 0.9^k 0.1^(10 - k), k to 5
    assert found.p == pytest.approx(0.0016349, abs=1e-6)
    assert list(found.exceptions["target"]) == ["t5", "t6", "t7", "t8", "t9"]


def test_eight_of_ten_neither_prove_nor_break_a_law_of_nine_in_ten(evidence):
    assert LAW.findings(evidence(*better_on(8, 10), unit="target"))[0].leaning == "none"


def test_five_targets_are_too_few_for_a_sign_test(evidence):
    (found,) = LAW.findings(evidence(*better_on(5, 5), unit="target"))
    assert (found.leaning, found.p) == ("none", None)
    assert "5 of at least 6 targets" in found.note


def test_one_target_of_enough_groups_breaks_a_law_alone(evidence):
    rows = [
        part
        for target, gain in (("liver", 0.1), ("spleen", -0.1))
        for part in (
            answer("everything", [0.5] * 10, target=target),
            answer("point", [0.5 + gain + 0.001 * it for it in range(10)], target=target),
        )
    ]
    (found,) = LAW.findings(evidence(*rows))
    assert found.leaning == "against"
    # 2 / 2^10 by Wilcoxon, twice for two targets (Holm)
    assert found.p == pytest.approx(2 * 2 / 2**10)
    assert "beyond doubt the other way: d: spleen" in found.note


def test_a_law_for_almost_all_outlives_one_exception_in_eleven(evidence):
    rows = [
        part
        for place in range(11)
        for part in (
            answer("everything", [0.5] * 10, target=f"t{place}"),
            answer("point", [0.6 + 0.001 * it if place else 0.4 - 0.001 * it for it in range(10)],
                   target=f"t{place}"),
        )
    ]  # fmt: skip
    (found,) = LAW.findings(evidence(*rows))
    assert (found.effect, found.leaning) == (10 / 11, "for")
    assert found.p == pytest.approx(2 * 12 / 2**11)  # 10 or 11 of 11 equal signs, on either side
    assert "beyond doubt the other way: d: t0" in found.note


def with_exceptions(count: int, of: int, groups: int = 12) -> list[list[Row]]:
    """Twelve groups a target; of the first `count` targets each group loses about 0.1."""
    return [
        part
        for place in range(of)
        for part in (
            answer("everything", [0.5] * groups, target=f"t{place}"),
            answer("point", [0.4 - 0.001 * it if place < count else 0.6 + 0.001 * it
                             for it in range(groups)], target=f"t{place}"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("total", [10, 20, 30])
def test_a_tenth_of_the_targets_are_room_for_exceptions_to_a_law_of_nine_in_ten(evidence, total):
    (found,) = LAW.findings(evidence(*with_exceptions(total // 10, total)))
    assert found.effect == pytest.approx(0.9)
    assert found.leaning == "for"
    (found,) = LAW.findings(evidence(*with_exceptions(total // 10 + 1, total)))
    assert found.leaning == "against"


def test_the_exception_that_is_one_too_many_has_to_be_proven(evidence):
    # t0 loses in each of 20 groups, t1 in each of 12: of ten targets the law has room for t0
    clear = with_exceptions(1, 1, groups=20)
    doubtful = with_exceptions(2, 10)[2:]
    (found,) = LAW.findings(evidence(*clear, *doubtful))
    assert found.leaning == "against"
    # p of t0 is 2 / 2^20, of the nine others 2 / 2^12: by Holm's method nine times that
    assert found.p == pytest.approx(9 * 2 / 2**12)


def test_few_targets_may_each_obey_by_their_own_groups(evidence):
    rows = [
        part
        for target in ("liver", "spleen")
        for part in (
            answer("everything", [0.5] * 10, target=target),
            answer("point", [0.6 + 0.001 * it for it in range(10)], target=target),
        )
    ]
    (found,) = LAW.findings(evidence(*rows))
    assert (found.effect, found.leaning) == (1.0, "for")
    assert found.p == pytest.approx(2 * 2 / 2**10)  # Holm over two targets


def test_targets_of_groups_that_scatter_break_no_law_by_their_number(evidence):
    scatter = [0.1, -0.1, 0.1, -0.1, 0.1, -0.12]
    rows = [
        part
        for place in range(10)
        for part in (
            answer("everything", [0.5] * 6, target=f"t{place}"),
            answer("point", [0.5 + it for it in scatter], target=f"t{place}"),
        )
    ]
    (found,) = LAW.findings(evidence(*rows))
    assert (found.effect, found.leaning) == (0.0, "none")


def test_many_targets_of_two_patients_prove_no_law(evidence):
    rows = [
        part
        for place in range(10)
        for part in (
            answer("everything", [0.5, 0.5], target=f"t{place}"),
            answer("point", [0.6, 0.6], target=f"t{place}"),
        )
    ]
    (found,) = LAW.findings(evidence(*rows))
    assert (found.leaning, found.p) == ("none", None)
    assert "2 of at least 5 groups" in found.note


def test_data_without_everything_mode_are_not_covered(evidence):
    assert LAW.findings(evidence(means("point", [0.5] * 10), unit="target")) == []


def test_two_stated_means_are_some(evidence):
    (found,) = SOME.findings(evidence(*better_on(2, 10), unit="target"))
    assert (found.leaning, found.certain, found.p) == ("for", True, None)


def test_one_stated_mean_is_not_several(evidence):
    (found,) = SOME.findings(evidence(*better_on(1, 10), unit="target"))
    assert (found.leaning, found.certain) == ("none", False)


def test_none_of_many_is_against_some(evidence):
    (found,) = SOME.findings(evidence(*better_on(0, 12), unit="target"))
    assert found.leaning == "against"
    assert found.p == pytest.approx(0.75**12)
    (few,) = SOME.findings(evidence(*better_on(0, 8), unit="target"))
    assert few.leaning == "none"


def test_of_targets_with_groups_one_that_is_proven_is_some(evidence):
    rows = (
        answer("everything", [0.5] * 10),
        answer("point", [0.6 + 0.001 * it for it in range(10)]),
    )
    (found,) = SOME.findings(evidence(*rows))
    assert (found.leaning, found.certain) == ("for", False)
    assert found.p == pytest.approx(2 / 2**10)


def test_a_share_that_is_no_law_is_refused():
    with pytest.raises(ValueError, match=r"above 0\.5 and below 1"):
        Share(what="x", contrast=CONTRAST, at_least=0.5)


def test_a_mode_that_is_the_best_of_several_by_chance_has_to_win_by_more(evidence):
    lower = answer("box", [0.6 - 0.001 * it for it in range(10)])
    others = [answer(f"point_{it}", [0.6 + 0.001 * it] * 10) for it in range(4)]
    contrast = Contrast(first=Arm(prompt=("point_*",), best=True), second=Arm(prompt=("box",)))
    law = Share(what="a box is the best", contrast=contrast)
    (found,) = law.findings(evidence(lower, *others))
    assert found.leaning == "against"
    assert found.p == pytest.approx(4 * 2 / 2**10)  # four modes to pick the best from
    higher = answer("box", [0.7 + 0.001 * it for it in range(10)])
    (won,) = Some(what="x", contrast=contrast).findings(evidence(higher, *others))
    assert won.p == pytest.approx(2 / 2**10)  # it beats the one that was picked to win
