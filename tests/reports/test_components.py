import math
from typing import Any

import numpy as np
import pytest

from samb.reports.components import components


def test_repeats_that_agree_have_no_variance_of_their_own(make: Any) -> None:
    found = components(make.scores(
        *({"group": g, "case": c, "repeat": r, "value": v}
          for g, c, v in (("a", "1", 0.2), ("a", "2", 0.4), ("b", "3", 0.5), ("b", "4", 0.9))
          for r in (0, 1))
    ))  # fmt: skip
    assert found.repeats == 0
    assert found.targets == pytest.approx((0.02 + 0.08) / 2)  # each group's variance, averaged
    # variance of the group means .3 and .7, less what targets put into a mean of two
    assert found.groups == pytest.approx(0.08 - 0.05 / 2)


def test_repeats_of_one_target_are_all_there_is_to_tell(make: Any) -> None:
    found = components(make.scores({"repeat": 0, "value": 0.4}, {"repeat": 1, "value": 0.6}))
    assert found.repeats == pytest.approx(0.02)
    assert math.isnan(found.targets)
    assert math.isnan(found.groups)


def test_without_repeats_their_variance_is_unknown(make: Any) -> None:
    found = components(make.scores(*({"case": f"{n}", "value": n / 10} for n in range(4))))
    assert math.isnan(found.repeats)
    assert found.targets == pytest.approx(np.var([0, 0.1, 0.2, 0.3], ddof=1))


def test_undefined_scores_are_left_out(make: Any) -> None:
    scores = make.scores({"repeat": 0, "value": 0.4}, {"repeat": 1, "value": math.nan})
    assert components(scores).values == 1
    assert components(make.scores()).values == 0


def test_of_unequal_groups_the_estimates_are_right_on_average(make: Any) -> None:
    """Variances 0.04, 0.01 and 0.0025, of groups with 1 to 4 targets and 1 to 3 repeats."""
    rng = np.random.default_rng(0)
    estimates = []
    for _ in range(60):
        rows = []
        for group in range(20):
            of_group = rng.normal(0, 0.2)
            for target in range(1 + group % 4):
                of_target = of_group + rng.normal(0, 0.1)
                rows += [
                    {"group": f"{group}", "case": f"{group}/{target}", "repeat": repeat,
                     "value": of_target + rng.normal(0, 0.05)}
                    for repeat in range(1 + (group + target) % 3)
                ]  # fmt: skip
        found = components(make.scores(*rows))
        estimates.append((found.groups, found.targets, found.repeats))
    means = np.mean(estimates, axis=0)
    assert means == pytest.approx((0.04, 0.01, 0.0025), rel=0.12)
