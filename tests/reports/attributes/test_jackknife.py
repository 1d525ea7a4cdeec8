import math

import numpy as np
import pytest

from samb.reports.attributes.jackknife import MOST_BLOCKS, Clusters, Jackknife
from samb.reports.attributes.ranks import Floats


def clusters(datasets: list[int], groups: list[int]) -> Clusters:
    return Clusters(np.array(datasets), np.array(groups))


def of_means(values: Floats, groups: list[int]) -> Jackknife:
    """Of the mean over groups."""
    found = clusters([0] * len(values), groups)
    parts = [(dataset, weights @ values) for dataset, weights in found.left_out()]
    return Jackknife(
        np.array([found.weights() @ values]),
        np.array([[it] for _, it in parts]),
        np.array([it for it, _ in parts]),
    )


def test_data_sets_groups_and_targets_of_one_weigh_the_same() -> None:
    # data set 0: groups of 1 and 2 targets; data set 1: one group of 2
    weights = clusters([0, 0, 0, 1, 1], [0, 1, 1, 2, 2]).weights()
    assert weights.tolist() == [1 / 4, 1 / 8, 1 / 8, 1 / 4, 1 / 4]


def test_a_group_left_out_leaves_its_weight_to_others_of_its_data_set() -> None:
    every = list(clusters([0, 0, 1, 1], [0, 1, 2, 3]).left_out())
    assert [dataset for dataset, _ in every] == [0, 0, 1, 1]
    assert sorted(weights.tolist() for _, weights in every) == [
        [0, 0.5, 0.25, 0.25],
        [0.25, 0.25, 0, 0.5],
        [0.25, 0.25, 0.5, 0],
        [0.5, 0, 0.25, 0.25],
    ]


def test_of_a_mean_it_is_students_interval_over_group_means() -> None:
    values = np.array([0.1, 0.3, 0.5, 0.5, 0.9])  # sum of squares round 0.46: 0.352
    found = of_means(values, [0, 1, 2, 3, 4]).intervals()[0]
    assert found is not None
    reach = 2.7764 * math.sqrt(0.352 / 4 / 5)
    assert [found.low, found.high] == pytest.approx([0.46 - reach, 0.46 + reach], abs=1e-4)


def test_more_targets_of_the_same_groups_do_not_narrow_it() -> None:
    values = np.array([0.1, 0.3, 0.5, 0.5, 0.9])
    one, many = of_means(values, [0, 1, 2, 3, 4]), of_means(np.tile(values, 3), [0, 1, 2, 3, 4] * 3)
    assert many.reach() == pytest.approx(one.reach())


def test_four_groups_have_no_interval() -> None:
    assert of_means(np.arange(4.0), [0, 1, 2, 3]).intervals() == [None]


def test_what_is_the_same_without_any_group_has_no_width() -> None:
    found = of_means(np.full(6, 0.5), list(range(6))).intervals()[0]
    assert found is not None
    assert found.high - found.low < 1e-9


def test_strata_add_their_variances_with_satterthwaites_degrees_of_freedom() -> None:
    # two data sets of 5 and 6 groups; parts spread by hand
    parts = np.array([[0.0], [0.1], [0.2], [0.1], [0.1], [0.0], [0.0], [0.0], [0.3], [0.3], [0.0]])
    found = Jackknife(np.array([0.1]), parts, np.array([0] * 5 + [1] * 6))
    one, other = 4 * 0.02 / 5, 5 * 0.12 / 6
    freedom = (one + other) ** 2 / (one**2 / 4 + other**2 / 5)
    assert 6.0 < freedom < 7.0
    reach = found.reach()[0]
    assert 2.365 < reach / math.sqrt(one + other) < 2.447  # Student's quantiles of 7 and 6


def test_the_bias_of_a_square_is_taken_off() -> None:
    # of a squared mean the jackknife takes off the variance of the mean exactly
    values = np.array([0.2, 0.4, 0.6, 0.8, 1.0])
    found = of_means(values, [0, 1, 2, 3, 4])
    squared = Jackknife(found.whole**2, found.parts**2, found.datasets)
    assert squared.unbiased()[0] == pytest.approx(0.36 - 0.4 / 4 / 5)


def test_many_groups_are_left_out_in_blocks_each_once() -> None:
    found = clusters([0] * 250, list(range(250)))
    left_out = [weights == 0 for _, weights in found.left_out()]
    assert len(left_out) == MOST_BLOCKS
    assert np.sum(left_out, axis=0).tolist() == [1] * 250
