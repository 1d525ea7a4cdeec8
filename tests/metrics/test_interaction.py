import math

import numpy as np
import pytest

from samb.metrics.interaction import NumberOfClicks, click_area, number_of_clicks


def test_clicks_are_counted_to_the_first_that_reaches_the_score() -> None:
    series = [np.array([0.5, 0.9, 0.7]), np.array([0.95]), np.array([0.8, 0.85, math.nan, 0.9])]
    assert number_of_clicks(series, 0.9, most=20) == NumberOfClicks((2 + 1 + 4) / 3, 0, 3)


def test_a_target_that_never_gets_there_counts_as_the_cap_and_is_counted() -> None:
    series = [np.array([0.1, 0.2]), np.array([0.1, 0.2, 0.3, 0.9]), np.array([0.9])]
    assert number_of_clicks(series, 0.9, most=3) == NumberOfClicks((3 + 3 + 1) / 3, 2, 3)


def test_reaching_it_at_the_last_click_is_not_capped() -> None:
    assert number_of_clicks([np.array([0.1, 0.9])], 0.9, most=2) == NumberOfClicks(2, 0, 1)


def test_no_targets_have_no_mean() -> None:
    found = number_of_clicks([], 0.9, most=20)
    assert math.isnan(found.mean)
    assert (found.capped, found.targets) == (0, 0)


def test_the_area_is_of_trapezoids_over_the_width() -> None:
    assert click_area(np.array([0.0, 0.5, 1.0]), most=3) == pytest.approx(0.5)
    assert click_area(np.array([1.0]), most=5) == 1.0


def test_a_user_who_is_done_keeps_the_last_score() -> None:
    assert click_area(np.array([0.0, 1.0]), most=3) == pytest.approx((0.5 + 1) / 2)


def test_clicks_beyond_the_most_do_not_count() -> None:
    assert click_area(np.array([0.25, 0.5, 1.0]), most=1) == 0.25
    assert math.isnan(click_area(np.array([0.25, math.nan]), most=2))


def test_a_series_without_a_click_is_refused() -> None:
    for call in (lambda: click_area(np.zeros(0), 2), lambda: number_of_clicks([np.zeros(0)], 1, 2)):
        with pytest.raises(ValueError, match="at least one click"):
            call()
