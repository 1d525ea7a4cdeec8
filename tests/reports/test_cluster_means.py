import math
from typing import Any

import pandas as pd
import pytest

from samb.reports.cluster_means import Target, mean_over, overall, pooled, targets_by
from samb.reports.statistics import summarise
from samb.studies.study import TableRule

TWO_PATIENTS = [
    {"group": "p1", "case": "c1", "value": 0.2},
    {"group": "p1", "case": "c1", "value": 0.4, "object_id": "second"},
    {"group": "p1", "case": "c2", "value": 0.9},
    {"group": "p2", "case": "c3", "value": 0.8},
    {"group": "p2", "case": "c4", "value": math.nan},
]
SIX = [0.1, 0.5, 0.55, 0.6, 0.7, 0.9]


def target(scores: pd.DataFrame, over: str) -> Target:
    """All rows, of one data set, as those of one target."""
    (found,) = targets_by(scores, ["dataset"], over).values()
    return found


@pytest.mark.parametrize(
    ("over", "worked_by_hand"),
    [
        ("rows", (0.2 + 0.4 + 0.9 + 0.8) / 4),
        ("cases", (0.3 + 0.9 + 0.8) / 3),
        ("groups", (0.5 + 0.8) / 2),
    ],
)
def test_a_mean_is_over_rows_cases_or_groups_and_leaves_undefined_out(make, over, worked_by_hand):
    found = mean_over([target(make.scores(*TWO_PATIENTS), over)])
    assert found.value == pytest.approx(worked_by_hand)
    assert found.rows == 5
    assert found.groups == 2
    assert found.interval is None


def one_each(make: Any, values: list[float]) -> pd.DataFrame:
    rows = ({"group": f"p{n}", "case": f"c{n}", "value": it} for n, it in enumerate(values))
    scores: pd.DataFrame = make.scores(*rows)
    return scores


@pytest.mark.parametrize("over", ["rows", "cases", "groups"])
def test_with_one_score_a_group_the_interval_is_that_of_all_other_tables(make, over):
    scores = one_each(make, SIX)
    (expected,) = summarise(scores, ["dataset"]).values()
    found = mean_over([target(scores, over)])
    assert found.value == pytest.approx(expected.mean)
    assert found.interval
    assert expected.interval
    assert found.interval.low == pytest.approx(expected.interval.low)
    assert found.interval.high == pytest.approx(expected.interval.high)


def test_more_images_of_the_same_patients_make_no_interval_narrower(make):
    once = one_each(make, SIX)
    thrice = pd.concat([once, once, once])
    first, second = (mean_over([target(it, "rows")]) for it in (once, thrice))
    assert second.rows == 18
    assert first.interval
    assert second.interval
    assert second.interval.low == pytest.approx(first.interval.low)
    assert second.interval.high == pytest.approx(first.interval.high)


def two_targets(make: Any) -> list[Target]:
    small = target(make.scores({"value": 0.2}), "rows")
    large = target(make.scores(*({"group": f"p{n}", "value": 0.6} for n in range(3))), "rows")
    return [small, large]


def test_over_targets_each_counts_once_and_over_rows_each_row(make):
    targets = two_targets(make)
    assert overall(targets, TableRule(("dsc",), across="targets")).value == pytest.approx(0.4)
    assert overall(targets, TableRule(("dsc",), across="rows")).value == pytest.approx(0.5)


def test_a_target_without_a_defined_value_is_left_out_of_the_mean_over_targets(make):
    empty = target(make.scores({"value": math.nan}), "rows")
    found = mean_over([empty, *two_targets(make)])
    assert found.value == pytest.approx(0.4)
    assert found.rows == 5


def test_nothing_defined_is_nan_and_counted(make):
    found = mean_over([target(make.scores({"value": math.nan}), "groups")])
    assert math.isnan(found.value)
    assert (found.groups, found.rows) == (0, 1)


def test_two_structures_of_the_same_patients_share_their_groups(make):
    liver = target(one_each(make, SIX), "rows")
    spleen = target(one_each(make, [it / 2 for it in SIX]), "rows")
    both = mean_over([liver, spleen])
    assert both.groups == 6
    assert both.value == pytest.approx(0.75 * sum(SIX) / 6)
    assert pooled([liver, spleen]).mean == pytest.approx(both.value)


def test_a_mean_over_data_sets_of_one_group_each_claims_no_certainty(make):
    alone = [
        target(make.scores({"dataset": f"set {n}", "value": n / 10}), "rows") for n in range(8)
    ]
    found = mean_over(alone)
    assert found.groups == 8
    assert found.interval is None


def test_the_variance_of_a_mean_over_data_sets_is_the_sum_of_theirs_over_the_count_squared(make):
    first = one_each(make, [0.0, 0.2, 0.4, 0.6, 0.8])
    second = one_each(make, [0.3, 0.4, 0.5, 0.6, 0.7]).assign(dataset="another")
    found = mean_over([target(it, "rows") for it in (first, second)])
    variances = [0.1 / 5, 0.025 / 5]  # of values with deviations (0.4, 0.2), (0.2, 0.1), over 5
    reach = 2.306 * math.sqrt(sum(variances) / 4)  # Student, 10 groups less 2 data sets
    assert found.interval
    assert found.interval.low == pytest.approx(0.45 - reach, abs=1e-4)  # symmetric: no skewness
    assert found.interval.high == pytest.approx(0.45 + reach, abs=1e-4)


def test_all_rows_together_claim_no_certainty_where_a_data_set_has_one_group(make):
    several = target(one_each(make, SIX), "rows")
    alone = target(make.scores({"dataset": "another", "value": 0.3}), "rows")
    found = overall([several, alone], TableRule(("dsc",), across="rows"))
    assert found.value == pytest.approx((sum(SIX) + 0.3) / 7)
    assert found.groups == 7
    assert found.interval is None
