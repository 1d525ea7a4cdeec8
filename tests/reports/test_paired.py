import math
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samb.reports.paired import group_differences, holm, pair_models, paired


def test_effect_and_interval_are_those_of_the_group_differences() -> None:
    found = paired([0.1, 0.2, 0.3, 0.4, 0.5])
    half = 2.7764451 * math.sqrt(0.025) / math.sqrt(5)  # no skewness: Student's
    assert found.effect == pytest.approx(0.3)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0.3 - half, 0.3 + half))
    assert found.groups == 5


def test_five_differences_of_one_sign_have_p_one_in_sixteen_by_both_tests() -> None:
    found = paired([0.1, 0.2, 0.3, 0.4, 0.5])
    assert found.sign_flip_p == 2 / 32  # all plus, all minus
    assert found.wilcoxon_p == pytest.approx(2 / 32)


def test_the_sign_flip_p_counts_every_flip() -> None:
    differences = [0.3, -0.1, 0.2, 0.05, 0.15, 0.0]
    sums = [sum(s * d for s, d in zip(signs, differences, strict=True))
            for signs in product((1, -1), repeat=6)]  # fmt: skip
    seen = sum(differences)
    as_far = sum(abs(it) >= seen - 1e-12 for it in sums)
    found = paired(differences)
    assert found.sign_flip_p == as_far / 64
    assert found.zeros == 1


def test_ties_and_zeros_are_taken_by_wilcoxon_without_a_warning() -> None:
    found = paired([0.1, 0.1, -0.1, 0.0, 0.2, 0.2, 0.0])
    # Pratt: |d| ranks 0 0 | .1 .1 .1 -> 4 | .2 .2 -> 6.5; the zeros' ranks go: plus 21, minus 4
    # of 2^5 signs, those with |plus - 12.5| >= 8.5: plus in {21, 25} and {0, 4}: (3 + 1) * 2
    assert found.wilcoxon_p == pytest.approx(8 / 32)


def test_no_difference_at_all_is_no_evidence() -> None:
    found = paired([0.0] * 6)
    assert (found.effect, found.sign_flip_p, found.wilcoxon_p, found.zeros) == (0.0, 1.0, 1.0, 6)


def test_under_five_groups_there_is_an_effect_and_a_reason() -> None:
    found = paired([0.1, 0.2, 0.3, 0.4, math.nan])
    assert found.effect == pytest.approx(0.25)
    assert (found.interval, found.sign_flip_p, found.wilcoxon_p) == (None, None, None)
    assert found.why_none == "4 of at least 5 groups"


def test_many_groups_give_the_same_p_every_time() -> None:
    differences = np.random.default_rng(0).normal(0.01, 0.05, 40)
    assert paired(differences) == paired(differences)


def test_holm_by_hand() -> None:
    # sorted .01 .03 .04: 3 x .01, 2 x .03, 1 x .04 raised to .06
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_differences_are_averaged_within_a_group_over_pairs_with_both_defined() -> None:
    nan = math.nan
    rows: list[tuple[Any, ...]] = [
        ("d", "a", 0.5, 0.7), ("d", "a", 0.5, 0.5), ("d", "a", nan, 0.9), ("e", "a", 0.3, 0.2),
        ("e", "b", nan, 0.1),
    ]  # fmt: skip
    pairs = pd.DataFrame(rows, columns=["dataset", "group", "first", "second"])
    found = group_differences(pairs)
    assert found.to_dict() == pytest.approx({("d", "a"): 0.1, ("e", "a"): -0.1})


def test_two_models_are_paired_by_target_and_what_only_one_has_is_left_out(make: Any) -> None:
    scores = make.scores(
        *({"group": f"g{n}", "case": f"c{n}", "value": 0.5, "attempt": 3} for n in range(6)),
        *(
            {"group": f"g{n}", "case": f"c{n}", "value": 0.6, "model": "medsam"}
            for n in range(1, 8)
        ),
        {"group": "g1", "case": "c1", "value": 0.1, "model": "medsam", "final": False},
    )
    pairs = pair_models(scores, "sam_vit_b", "medsam")
    assert list(pairs["group"]) == ["g1", "g2", "g3", "g4", "g5"]
    found = paired(group_differences(pairs).to_numpy())
    assert (found.groups, found.sign_flip_p) == (5, 2 / 32)
    assert found.effect == pytest.approx(0.1)
