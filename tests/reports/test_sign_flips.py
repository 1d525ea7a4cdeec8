import math

import numpy as np
import pytest
from scipy import stats

from samb.reports.sign_flips import RANDOM_FLIPS, flips, smallest_p
from samb.reports.statistics import interval_to, skewness_of
from samb.types import FloatArray


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_few_groups_are_flipped_in_every_way_and_the_first_is_what_was_seen() -> None:
    signs = flips(5, rng())
    assert signs.shape == (32, 5)
    assert len({tuple(row) for row in signs}) == 32
    assert (signs[0] == 1).all()


def test_many_groups_are_flipped_at_random_beside_what_was_seen() -> None:
    signs = flips(13, rng())
    assert signs.shape == (RANDOM_FLIPS + 1, 13)
    assert (signs[0] == 1).all()
    assert set(np.unique(signs)) == {-1.0, 1.0}


def test_five_groups_that_all_lost_have_the_smallest_p_there_is() -> None:
    family = smallest_p(np.array([[0.1], [0.2], [0.3], [0.4], [0.5]]), rng())
    assert family.adjusted_p == (1 / 32,)


def test_the_same_cell_twice_is_tested_as_once() -> None:
    losses = rng().normal(0.02, 0.05, (10, 1))
    once = smallest_p(losses, rng())
    twice = smallest_p(np.hstack([losses, losses]), rng())
    assert twice.adjusted_p == once.adjusted_p * 2  # a tuple, repeated
    assert twice.level == pytest.approx(once.level)


def test_a_cell_beside_many_independent_ones_needs_more_evidence() -> None:
    losses = rng().normal(0, 0.05, (12, 30))
    losses[:, 0] += 0.04
    assert smallest_p(losses, rng()).adjusted_p[0] > smallest_p(losses[:, :1], rng()).adjusted_p[0]


def test_a_cell_without_any_difference_is_no_evidence_and_costs_nothing() -> None:
    losses = rng().normal(0.03, 0.05, (10, 1))
    with_zeros = smallest_p(np.hstack([losses, np.zeros((10, 1))]), rng())
    assert with_zeros.adjusted_p[1] > 0.5
    assert with_zeros.adjusted_p[0] == smallest_p(losses, rng()).adjusted_p[0]


def test_where_nothing_differs_nothing_can_be_told() -> None:
    family = smallest_p(np.zeros((10, 3)), rng())
    assert family.adjusted_p == (1.0, 1.0, 1.0)


def test_equal_losses_of_all_groups_are_evidence() -> None:
    assert smallest_p(np.full((8, 1), 0.02), rng()).adjusted_p == (1 / 256,)


def test_a_gain_is_no_loss() -> None:
    assert smallest_p(np.full((8, 1), -0.02), rng()).adjusted_p == (1.0,)


def test_cells_may_lack_groups() -> None:
    losses = np.full((10, 2), 0.02)
    losses[5:, 1] = math.nan
    first, second = smallest_p(losses, rng()).adjusted_p
    assert first == pytest.approx(2 / 1024, abs=1 / 1024)
    assert second <= 34 / 1024  # the five that have it, all lost; other flips share their signs


def test_the_level_of_an_interval_lies_between_that_of_all_cells_and_that_of_one() -> None:
    family = smallest_p(rng().normal(0, 0.05, (30, 8)), rng())
    assert 0.05 / 8 <= family.level <= 0.05
    assert family.quantile(30) == pytest.approx(-stats.t.ppf(family.level, 29))


def test_a_true_difference_does_not_loosen_the_intervals() -> None:
    noise = rng().normal(0, 0.05, (12, 20))
    assert smallest_p(noise + 3.0, rng()).level == pytest.approx(smallest_p(noise, rng()).level)


@pytest.mark.parametrize("loss", [0.0, 0.15])
def test_the_lower_ends_of_all_intervals_hold_together(loss: float) -> None:
    draw, missed = np.random.default_rng(5), 0
    for _ in range(100):
        losses = loss + draw.normal(0, 0.05, (10, 8))
        quantile = smallest_p(losses, draw).quantile(10)
        ends = [low_of(losses[:, cell], quantile) for cell in range(8)]
        missed += max(ends) > loss
    assert missed <= 11  # 5 are expected; more than 11 in less than 1 % of such hundreds


def low_of(losses: FloatArray, quantile: float) -> float:
    mean, deviation = float(losses.mean()), float(losses.std(ddof=1))
    return interval_to(quantile, mean, deviation, len(losses), skewness_of(losses)).low


def test_no_cells_no_tests() -> None:
    assert smallest_p(np.empty((0, 0)), rng()).adjusted_p == ()
