import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from samb.reports.statistics import Interval, interval_of, skewness_of, summarise


def test_a_group_counts_once_however_many_values_it_has(make: Any) -> None:
    scores = make.scores(
        {"group": "many", "case": "a", "value": 0.9},
        {"group": "many", "case": "b", "value": 0.9},
        {"group": "many", "case": "c", "value": 0.9},
        {"group": "one", "case": "d", "value": 0.1},
    )
    summary = summarise(scores, ["model"])["sam_vit_b",]
    assert summary.mean == pytest.approx(0.5)  # pooled over values it would be 0.7
    assert scores["value"].mean() == pytest.approx(0.7)
    assert (summary.groups, summary.cases, summary.targets, summary.values) == (2, 4, 4, 4)


def test_interval_of_five_groups_by_hand(make: Any) -> None:
    values = [0.1, 0.2, 0.3, 0.4, 0.5]
    scores = make.scores(*({"group": f"p{v}", "case": f"c{v}", "value": v} for v in values))
    summary = summarise(scores, ["model"])["sam_vit_b",]
    half = 2.7764451 * math.sqrt(0.025) / math.sqrt(5)  # t(0.975, 4); variance 0.1 / 4
    assert summary.interval is not None
    assert summary.interval.low == pytest.approx(0.3 - half, abs=1e-7)
    assert summary.interval.high == pytest.approx(0.3 + half, abs=1e-7)
    assert summary.why_no_interval == ""


def test_under_five_groups_there_is_no_interval_and_a_reason(make: Any) -> None:
    scores = make.scores(*({"group": f"p{n}", "case": f"c{n}"} for n in range(4)))
    summary = summarise(scores, ["model"])["sam_vit_b",]
    assert summary.interval is None
    assert summary.why_no_interval == "4 of at least 5 groups"


def test_undefined_values_are_left_out_of_the_mean_and_counted(make: Any) -> None:
    scores = make.scores(
        {"group": "p1", "case": "a", "value": 4.0},
        {"group": "p1", "case": "b", "value": math.nan},
        {"group": "p2", "case": "c", "value": math.nan},
    )
    summary = summarise(scores, ["model"])["sam_vit_b",]
    assert summary.mean == 4.0
    assert summary.undefined == 2
    assert (summary.groups, summary.groups_averaged, summary.targets) == (2, 1, 3)


def test_groups_without_a_defined_value_do_not_earn_an_interval(make: Any) -> None:
    values = [0.1, 0.2, 0.3, 0.4, math.nan]
    scores = make.scores(
        *({"group": f"p{n}", "case": f"c{n}", "value": v} for n, v in enumerate(values))
    )
    assert summarise(scores, ["model"])["sam_vit_b",].interval is None


def test_a_mean_of_nothing_defined_is_nan(make: Any) -> None:
    summary = summarise(make.scores({"value": math.nan}), ["model"])["sam_vit_b",]
    assert math.isnan(summary.mean)


def test_repeats_and_annotators_add_values_but_not_targets(make: Any) -> None:
    scores = make.scores({"repeat": 0}, {"repeat": 1}, {"annotator": "second"})
    summary = summarise(scores, ["model"])["sam_vit_b",]
    assert (summary.targets, summary.values) == (1, 3)


def test_equal_names_of_groups_in_two_data_sets_are_two_groups(make: Any) -> None:
    scores = make.scores({"dataset": "a", "value": 0.0}, {"dataset": "b", "value": 1.0})
    summary = summarise(scores, ["model"])["sam_vit_b",]
    assert (summary.groups, summary.cases, summary.targets) == (2, 2, 2)


def test_no_scores_give_no_summaries(make: Any) -> None:
    assert summarise(make.scores(), ["model"]) == {}


def test_equal_group_means_give_an_interval_of_no_width() -> None:
    assert interval_of(0.8, 0.0, 7) == Interval(0.8, 0.8)


def test_interval_agrees_with_scipy_on_random_groups() -> None:
    values = np.random.default_rng(0).beta(5, 1, size=12)
    interval = interval_of(float(values.mean()), float(values.std(ddof=1)), 12)
    expected = stats.t.interval(0.95, 11, loc=values.mean(), scale=stats.sem(values))
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(expected)


def test_of_normal_group_means_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    draws = np.random.default_rng(0).normal(0.7, 0.1, size=(4000, 6))
    intervals = [interval_of(float(d.mean()), float(d.std(ddof=1)), 6) for d in draws]
    covered = np.mean([i is not None and i.low <= 0.7 <= i.high for i in intervals])
    assert covered == pytest.approx(0.95, abs=0.015)  # four standard errors


def test_of_skewed_values_the_interval_reaches_further_to_the_side_of_the_tail() -> None:
    # By hand from Hall's g with skewness a: the limits solve g((mean - limit) / s) = +-q / sqrt(n).
    interval = interval_of(0.8, 0.1, 25, skewness=-1.0)
    assert interval is not None
    assert 0.8 - interval.low > interval.high - 0.8
    for limit, side in ((interval.low, 1), (interval.high, -1)):
        t, a, n = (0.8 - limit) / 0.1, -1.0, 25
        g = t + a * t**2 / 3 + a**2 * t**3 / 27 + a / (6 * n)
        assert g == pytest.approx(side * 2.0638986 / 5)  # t(0.975, 24)


def test_a_summary_corrects_for_the_skewness_of_its_group_means(make: Any) -> None:
    values = [0.1, 0.8, 0.85, 0.9, 0.9, 0.95]
    scores = make.scores(*({"group": f"p{n}", "value": v} for n, v in enumerate(values)))
    interval = summarise(scores, ["model"])["sam_vit_b",].interval
    array = np.array(values)
    skewness = float(stats.skew(array))
    assert skewness_of(array) == pytest.approx(skewness)
    expected = interval_of(float(array.mean()), float(array.std(ddof=1)), 6, skewness)
    assert interval is not None
    assert expected is not None
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))
    assert interval.low < array.mean() - 2.5706 * array.std(ddof=1) / math.sqrt(6)
