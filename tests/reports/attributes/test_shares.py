import itertools
import math

import numpy as np
import pytest
from scipy.stats import rankdata

from samb.reports.attributes.ranks import Floats
from samb.reports.attributes.shares import explained

ONE_EACH = [(0,), (1,), (2,)]


def drawn(seed: int = 0, count: int = 60) -> Floats:
    """(N, 4) three columns that correlate, and a score of the first two."""
    rng = np.random.default_rng(seed)
    found = rng.normal(size=(count, 3)) + rng.normal(size=(count, 1))
    return np.column_stack([found, found[:, 0] - 0.5 * found[:, 1] + rng.normal(size=count)])


def matrix(columns: Floats) -> Floats:
    return np.asarray(np.corrcoef(rankdata(columns, axis=0), rowvar=False))


def r_squared(columns: Floats, chosen: list[int]) -> float:
    """Of an ordinary least squares fit on ranks."""
    ranks = rankdata(columns, axis=0)
    design = np.column_stack([np.ones(len(ranks)), ranks[:, chosen]])
    rest = ranks[:, -1] - design @ np.linalg.lstsq(design, ranks[:, -1], rcond=None)[0]
    return 1 - float(rest @ rest) / float(((ranks[:, -1] - ranks[:, -1].mean()) ** 2).sum())


def test_two_independent_attributes_share_by_their_squares() -> None:
    # correlations 0.6 and 0.3 with the score, 0 with each other: R^2 = 0.36 + 0.09
    of_score = np.array([[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]])
    found = explained(of_score[None], [(0,), (1,)])
    for shares in (found.alone, found.unique, found.shared_out):
        assert shares[0] == pytest.approx([0.36, 0.09])
    assert found.total[0] == pytest.approx(0.45)
    assert found.partial[0, 0] == pytest.approx(0.6 / math.sqrt(1 - 0.09))


def test_two_that_correlate_share_out_what_they_have_in_common() -> None:
    # r = 0.5 each, 0.5 with each other: R^2 = (0.25 + 0.25 - 2 * 0.125) / 0.75 = 1/3
    of_score = np.array([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]])
    found = explained(of_score[None], [(0,), (1,)])
    assert found.total[0] == pytest.approx(1 / 3)
    assert found.shared_out[0] == pytest.approx([1 / 6, 1 / 6])
    assert found.unique[0] == pytest.approx([1 / 12, 1 / 12])
    assert found.partial[0] == pytest.approx([1 / 3, 1 / 3])  # (0.5 - 0.25) / 0.75


def test_shares_add_up_to_r_squared_of_a_regression_on_ranks() -> None:
    columns = drawn()
    found = explained(matrix(columns)[None], ONE_EACH)
    assert found.total[0] == pytest.approx(r_squared(columns, [0, 1, 2]))
    assert found.shared_out[0].sum() == pytest.approx(found.total[0])


def test_a_share_is_the_mean_gain_over_all_orders() -> None:
    columns = drawn(1)
    gains = []
    for order in itertools.permutations(range(3)):
        before = list(order[: order.index(1)])
        gains.append(
            r_squared(columns, [*before, 1]) - (r_squared(columns, before) if before else 0)
        )
    found = explained(matrix(columns)[None], ONE_EACH)
    assert found.shared_out[0, 1] == pytest.approx(np.mean(gains))
    assert found.unique[0, 1] == pytest.approx(
        r_squared(columns, [0, 1, 2]) - r_squared(columns, [0, 2])
    )


def test_a_partial_correlation_is_that_of_the_residuals_of_ranks() -> None:
    columns = drawn(2)
    ranks = rankdata(columns, axis=0)
    design = np.column_stack([np.ones(len(ranks)), ranks[:, [1, 2]]])
    rest = ranks - design @ np.linalg.lstsq(design, ranks, rcond=None)[0]
    found = explained(matrix(columns)[None], ONE_EACH).partial[0, 0]
    assert found == pytest.approx(np.corrcoef(rest[:, 0], rest[:, 3])[0, 1])


def test_a_partial_correlation_is_that_of_the_inverse_matrix() -> None:
    """The formula of pingouin's partial_corr: -P_xy / sqrt(P_xx P_yy), P of the ranks' matrix."""
    among = matrix(drawn(3))
    inverse = np.linalg.inv(among)
    wanted = [-inverse[it, 3] / math.sqrt(inverse[it, it] * inverse[3, 3]) for it in range(3)]
    assert explained(among[None], ONE_EACH).partial[0] == pytest.approx(wanted)


def test_what_another_attribute_says_too_has_no_partial_correlation_and_nothing_unique() -> None:
    columns = drawn(4)
    twice = np.column_stack([columns[:, 0], columns])
    found = explained(matrix(twice)[None], [(0,), (1,), (2,), (3,)])
    assert np.isnan(found.partial[0, :2]).all()
    assert found.unique[0, :2] == pytest.approx([0, 0], abs=1e-9)
    assert found.shared_out[0, 0] == pytest.approx(found.shared_out[0, 1])
    assert found.total[0] == pytest.approx(r_squared(columns, [0, 1, 2]))


def test_a_word_of_several_columns_shares_as_one_and_has_no_sign() -> None:
    columns = drawn(5)
    found = explained(matrix(columns)[None], [(0,), (1, 2)])
    assert np.isnan([found.simple[0, 1], found.partial[0, 1]]).all()
    assert found.alone[0, 1] == pytest.approx(r_squared(columns, [1, 2]))
    assert found.shared_out[0].sum() == pytest.approx(found.total[0])


def test_matrices_are_worked_on_side_by_side() -> None:
    both = np.stack([matrix(drawn(6)), matrix(drawn(7))])
    together = explained(both, ONE_EACH)
    for place, single in enumerate(both):
        assert together.shared_out[place] == pytest.approx(
            explained(single[None], ONE_EACH).shared_out[0]
        )
