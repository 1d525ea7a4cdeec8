import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from samb.reports.attributes.associations import Association, Associations, associations
from samb.reports.attributes.expected import ATTRIBUTES, MODALITY

PLAIN = {it.name: 0.5 for it in ATTRIBUTES}


def table(scores: Sequence[float], groups: Sequence[object], **columns: Any) -> pd.DataFrame:
    """Targets whose attributes are the same for all where they are not given."""
    given = {"score": scores, "dataset": "busi", "group": list(groups), MODALITY: "ultrasound"}
    return pd.DataFrame({**given, **PLAIN, **columns})


def drawn(count: int = 40, seed: int = 0) -> pd.DataFrame:
    """One target a group, whose score goes with size, less with solidity, with nothing else."""
    rng = np.random.default_rng(seed)
    size, solidity, contrast = rng.normal(size=(3, count))
    scores = size + 0.5 * solidity + 0.5 * rng.normal(size=count)
    return table(scores.tolist(), range(count), size=size, solidity=solidity, contrast=contrast)


def one(found: Associations, name: str) -> Association:
    return next(it for it in found.each if it.attribute == name)


def test_by_hand_the_four_larger_of_six_in_the_wrong_order() -> None:
    # ranks 1 2 3 4 5 6 against 1 2 6 5 4 3: squares 9 + 1 + 1 + 9 = 20, 1 - 6 * 20 / 210 = 3/7
    found = associations(table([0.1, 0.2, 0.6, 0.5, 0.4, 0.3], "abcdef", size=[1, 2, 3, 4, 5, 6]))
    size = one(found, "size")
    assert size.simple.value == pytest.approx(3 / 7)
    assert size.alone.value == size.shared_out.value == pytest.approx(9 / 49)
    assert found.together.value == pytest.approx(9 / 49)
    assert (found.targets, found.groups) == (6, 6)


def test_one_target_a_group_is_scipys_coefficient() -> None:
    targets = drawn()
    wanted = spearmanr(targets["size"], targets["score"]).statistic
    assert one(associations(targets), "size").simple.value == pytest.approx(wanted)


def test_a_copy_of_every_target_in_its_group_changes_nothing() -> None:
    targets = drawn()
    once, thrice = associations(targets), associations(pd.concat([targets] * 3, ignore_index=True))
    assert thrice.targets == 3 * once.targets
    assert thrice.groups == once.groups
    for name in ("size", "solidity", "contrast"):
        for kind in ("simple", "partial", "shared_out", "alone", "unique"):
            here, there = getattr(one(once, name), kind), getattr(one(thrice, name), kind)
            assert there.value == pytest.approx(here.value, abs=1e-9)
            assert there.interval.low == pytest.approx(here.interval.low, abs=1e-7)
            assert there.interval.high == pytest.approx(here.interval.high, abs=1e-7)


def test_targets_that_resemble_each_other_narrow_nothing_as_groups_of_their_own_would() -> None:
    targets = pd.concat([drawn(20)] * 5, ignore_index=True)
    apart = targets.assign(group=range(len(targets)))
    widths = [
        found.high - found.low
        for found in (one(associations(it), "size").simple.interval for it in (targets, apart))
        if found
    ]
    assert widths[0] > 1.8 * widths[1]  # five times the groups: about the root of five


def test_shares_add_up_and_a_permuted_attribute_has_next_to_none() -> None:
    targets = drawn(200)
    shuffled = np.random.default_rng(5).permutation(targets["size"])
    before, after = associations(targets), associations(targets.assign(size=shuffled))
    shares = [it.shared_out.value for it in before.each if not math.isnan(it.shared_out.value)]
    assert len(shares) == 3
    assert sum(shares) == pytest.approx(before.together.value)
    assert one(before, "size").shared_out.value > 0.5
    left = one(after, "size")
    assert left.shared_out.value < 0.02
    assert left.shared_out.interval is not None
    assert left.shared_out.interval.low == 0


def test_r_squared_of_chance_is_adjusted_to_about_nothing() -> None:
    found = []
    for seed in range(30):
        targets = drawn(20, seed)
        scores = np.random.default_rng(seed).permutation(targets["score"])
        found.append(associations(targets.assign(score=scores)).together)
    assert np.mean([it.value for it in found]) > 0.1
    assert abs(np.mean([it.adjusted for it in found])) < 0.05


def test_four_groups_have_a_correlation_without_interval_and_say_why() -> None:
    size = one(associations(table([0.1, 0.2, 0.3, 0.4], "abcd", size=[1, 2, 4, 3])), "size")
    assert size.simple.value == pytest.approx(0.8)
    assert size.simple.interval is None
    assert math.isnan(size.partial.value)
    assert size.why_none == "4 of at least 5 groups: correlation alone, without interval"


def test_nine_groups_are_too_few_for_five_attributes_but_not_for_four() -> None:
    rng = np.random.default_rng(0)
    values = dict(zip(["size", "contrast", "solidity", "aspect ratio", "components"],
                      rng.normal(size=(5, 9)), strict=True))  # fmt: skip
    scores = rng.normal(size=9).tolist()
    five = one(associations(table(scores, range(9), **values)), "size")
    assert math.isnan(five.partial.value)
    assert five.simple.interval is not None
    assert five.why_none == "9 of at least 10 groups: correlation alone"
    values.pop("components")
    assert one(associations(table(scores, range(9), **values)), "size").why_none == ""


def test_what_is_undefined_is_counted_and_left_out() -> None:
    targets = drawn(10)
    targets.loc[0, "score"] = math.nan
    targets.loc[[1, 2], "contrast"] = math.nan
    found = associations(targets)
    assert (found.targets, found.undefined_score, found.undefined_attribute) == (7, 1, 2)
    wanted = spearmanr(targets["size"][3:], targets["score"][3:]).statistic
    assert one(found, "size").simple.value == pytest.approx(wanted)


def test_an_attribute_that_no_target_has_is_named_and_costs_no_target() -> None:
    found = associations(drawn(10).assign(**{"Fourier order": math.nan}))
    assert found.targets == 10
    order = one(found, "Fourier order")
    assert order.nowhere
    assert order.why_none == "worked out of no target"


def test_what_hangs_on_three_groups_is_not_told() -> None:
    components = [2, 2, 2, *[1] * 17]
    found = one(associations(drawn(20).assign(components=components)), "components")
    assert math.isnan(found.simple.value)
    assert found.why_none == "differs in 3 of at least 4 groups"
    enough = [2, 2, 2, 2, *[1] * 16]
    assert one(associations(drawn(20).assign(components=enough)), "components").simple.interval


def test_equal_scores_and_two_targets_say_so() -> None:
    same = associations(table([0.5] * 6, "abcdef", size=[1, 2, 3, 4, 5, 6]))
    assert one(same, "size").why_none == "all scores are the same"
    two = associations(table([0.5, 0.6], "ab", size=[1, 2]))
    assert one(two, "size").why_none == "2 of at least 3 targets"
    assert math.isnan(two.together.value)


def two_sets() -> pd.DataFrame:
    """Within each of two data sets larger is worse; the data set of the larger is the better."""
    size = np.array([1.0, 2, 3, 4, 5, 6])
    low = table([0.30, 0.29, 0.28, 0.27, 0.26, 0.25], range(6), size=size)
    high = table([0.90, 0.89, 0.88, 0.87, 0.86, 0.85], range(6), size=size + 10)
    both = pd.concat([low, high.assign(dataset="kvasir_seg", modality="endoscopy")])
    return both.reset_index(drop=True)


def test_within_data_sets_their_differences_play_no_part() -> None:
    # pooled: ranks 1..12 against 6..1 12..7: squares 2 * 70, 1 - 6 * 140 / (12 * 143) = 73/143
    pooled = one(associations(two_sets()), "size")
    assert pooled.simple.value == pytest.approx(73 / 143)
    within = one(associations(two_sets(), within=True), "size")
    assert within.simple.value == pytest.approx(-1)


def test_pooled_modality_explains_what_data_sets_differ_in() -> None:
    found = associations(two_sets())
    modality = one(found, MODALITY)
    assert math.isnan(modality.simple.value)
    assert modality.why_none == "a word has no sign"
    assert modality.alone.value == pytest.approx(1 - 35 / 143)  # squares within, of all
    assert one(found, "size").shared_out.value + modality.shared_out.value == pytest.approx(
        found.together.value
    )
    assert MODALITY not in [it.attribute for it in associations(two_sets(), within=True).each]


def test_data_sets_weigh_the_same_however_many_targets_they_have() -> None:
    small, large = (
        drawn(12),
        drawn(60, seed=1).assign(dataset="kvasir_seg", size=lambda it: -it["size"]),
    )
    both = associations(pd.concat([small, large], ignore_index=True), within=True)
    alone = [one(associations(it), "size").simple.value for it in (small, large)]
    assert one(both, "size").simple.value == pytest.approx(np.mean(alone))


def test_a_perfect_order_has_no_interval_of_length_zero() -> None:
    scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    size = one(associations(table(scores, "abcdef", size=[1, 2, 3, 4, 5, 6])), "size")
    assert size.simple.value == pytest.approx(1)
    assert size.simple.interval is None
