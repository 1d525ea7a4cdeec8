import numpy as np
import pytest
from scipy.stats import spearmanr

from samb.reports.attributes.ranks import Ranked

EQUAL = np.ones(6)


def test_with_equal_weights_it_is_spearmans_coefficient_ties_and_all() -> None:
    columns = np.array([[1, 9], [2, 2], [2, 5], [7, 1], [8, 1], [9, 0]], float)
    found = Ranked(columns).correlations(EQUAL)
    assert found[0, 1] == pytest.approx(spearmanr(*columns.T).statistic)
    assert found[0, 0] == found[1, 1] == 1


def test_by_hand_three_of_four_in_order_correlate_by_0p8() -> None:
    # ranks 1 2 3 4 and 1 2 4 3: 1 - 6 * (1 + 1) / (4 * 15) = 0.8
    columns = np.array([[10, 0.1], [20, 0.2], [30, 0.9], [40, 0.5]])
    assert Ranked(columns).correlations(np.ones(4))[0, 1] == pytest.approx(0.8)


def test_a_weight_of_three_is_three_targets() -> None:
    rng = np.random.default_rng(0)
    columns, times = rng.normal(size=(8, 2)), np.array([1, 3, 1, 2, 1, 1, 2, 3])
    weighted = Ranked(columns).correlations(times / 7.0)[0, 1]
    assert weighted == pytest.approx(spearmanr(*np.repeat(columns, times, axis=0).T).statistic)


def test_a_weight_of_nothing_leaves_a_target_out() -> None:
    columns = np.array([[1, 5], [2, 7], [3, 6], [4, 9], [99, -99]], float)
    found = Ranked(columns).correlations(np.array([1, 1, 1, 1, 0], float))[0, 1]
    assert found == pytest.approx(spearmanr(*columns[:4].T).statistic)


def test_what_does_not_vary_correlates_with_nothing() -> None:
    columns = np.array([[1, 5], [1, 7], [1, 6]], float)
    assert Ranked(columns).correlations(np.ones(3)).tolist() == [[1, 0], [0, 1]]


def test_any_rising_function_of_a_column_leaves_all_as_it_was() -> None:
    columns = np.random.default_rng(1).normal(size=(20, 2))
    curved = np.column_stack([np.exp(columns[:, 0]), columns[:, 1] ** 3])
    weights = np.random.default_rng(2).random(20)
    assert Ranked(curved).correlations(weights)[0, 1] == pytest.approx(
        Ranked(columns).correlations(weights)[0, 1]
    )
