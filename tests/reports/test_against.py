import math
from typing import Any

import pytest

from samb.reports.against import against_first


def test_models_are_paired_target_by_target_and_mode_by_mode(make: Any) -> None:
    scores = make.scores(
        {"model": "a", "case": "c1", "group": "p1", "value": 0.5},
        {"model": "b", "case": "c1", "group": "p1", "value": 0.75},
        {"model": "a", "case": "c2", "group": "p2", "value": 0.5},
        {"model": "b", "case": "c2", "group": "p2", "value": 0.625, "attempt": 3},
        {"model": "b", "case": "c2", "group": "p2", "value": 0.9, "prompt": "point_random_1"},
        {"model": "b", "case": "c3", "group": "p3", "value": 0.9},
        {"model": "b", "case": "c1", "group": "p1", "value": 0.9, "metric": "iou"},
    )
    (found,) = against_first(make.material(scores))
    assert (found.dataset, found.prompt, found.model) == ("kvasir_seg", "box", "b")
    assert found.comparison.effect == (0.25 + 0.125) / 2
    assert (found.comparison.groups, found.pairs) == (2, 2)
    assert found.left_out == 1  # of c3


def test_a_group_with_many_targets_counts_once(make: Any) -> None:
    scores = make.scores(
        *({"model": "a", "case": c, "group": c[0], "value": 0.5} for c in ("x1", "x2", "x3", "y1")),
        *({"model": "b", "case": c, "group": "x", "value": 0.5} for c in ("x1", "x2", "x3")),
        {"model": "b", "case": "y1", "group": "y", "value": 0.75},
    )
    (found,) = against_first(make.material(scores))
    assert found.comparison.effect == 0.125  # not 0.25 / 4
    assert (found.pairs, found.left_out) == (4, 0)


def test_scores_that_one_model_lacks_are_counted_on_both_sides_and_so_are_undefined(
    make: Any,
) -> None:
    scores = make.scores(
        {"model": "a", "case": "both"},
        {"model": "b", "case": "both"},
        {"model": "a", "case": "only a"},
        {"model": "b", "case": "only b"},
        {"model": "a", "case": "undefined", "value": math.nan},
        {"model": "b", "case": "undefined"},
    )
    (found,) = against_first(make.material(scores))
    assert (found.pairs, found.left_out) == (1, 3)


def test_repeats_and_versions_are_never_mixed(make: Any) -> None:
    scores = make.scores(
        {"model": "a", "repeat": 0, "value": 0.25},
        {"model": "a", "repeat": 1, "value": 0.5},
        {"model": "b", "repeat": 1, "value": 0.75},
        {"model": "a", "version": 2, "value": 0.5},
        {"model": "b", "version": 2, "value": 0.5},
    )
    first, second = against_first(make.material(scores))
    assert (first.mode, first.comparison.effect, first.left_out) == (("box", "1"), 0.25, 1)
    assert (second.mode, second.comparison.effect) == (("box", "2"), 0.0)


@pytest.mark.parametrize("rows", [[], [{}], [{"model": "a"}, {"model": "b", "case": "c2"}]])
def test_without_two_models_of_one_target_there_is_nothing(make: Any, rows: Any) -> None:
    assert against_first(make.material(make.scores(*rows))) == ()
