from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from samb.metrics import nearest
from samb.metrics.nearest import by_lines, by_tree, nearest_distances
from samb.types import BoolArray, FloatArray

SPACINGS = st.sampled_from([0.37, 0.8, 1.0, 2.5, 5.0])


@st.composite
def problems(draw: st.DrawFn) -> tuple[BoolArray, BoolArray, tuple[float, ...]]:
    """Two masks, sparse or dense, of one, two or three axes, and a spacing."""
    shape = draw(st.lists(st.integers(1, 9), min_size=2, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points, others = rng.random((2, *shape)) < rng.choice([0.02, 0.3, 0.9])
    points[tuple(rng.integers(shape))] = others[tuple(rng.integers(shape))] = True
    return points, others, tuple(draw(SPACINGS) for _ in shape)


def by_all_pairs(points: BoolArray, others: BoolArray, spacing: tuple[float, ...]) -> FloatArray:
    pairs = cdist(np.argwhere(points) * spacing, np.argwhere(others) * spacing)
    return np.asarray(pairs.min(axis=1))


@pytest.mark.parametrize("way", [by_tree, by_lines])
@given(problem=problems())
def test_each_way_finds_the_nearest_of_all_pairs(
    way: Callable[..., FloatArray], problem: tuple[BoolArray, BoolArray, tuple[float, ...]]
) -> None:
    points, others, spacing = problem
    found = way(np.flatnonzero(points), others, spacing)
    np.testing.assert_allclose(found, by_all_pairs(*problem), rtol=0, atol=1e-12)


@given(problem=problems(), lines=st.integers(1, 9), chunk=st.integers(1, 7))
def test_whatever_the_lines_leave_open_the_tree_decides(
    problem: tuple[BoolArray, BoolArray, tuple[float, ...]], lines: int, chunk: int
) -> None:
    points, others, spacing = problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "LINES", lines)
        patch.setattr(nearest, "CHUNK", chunk)
        patch.setattr(nearest, "MANY_POINTS", 0)
        decided = by_lines(np.flatnonzero(points), others, spacing)
        found = nearest_distances(points, others, spacing)
    expected = by_all_pairs(points, others, spacing)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    known = ~np.isnan(decided)
    np.testing.assert_allclose(decided[known], expected[known], rtol=0, atol=1e-12)


@given(problem=problems(), within=st.sampled_from([0.0, 0.8, 1.6, 2.0, 5.0]), lines=st.booleans())
def test_what_lies_beyond_the_bound_is_infinitely_far(
    problem: tuple[BoolArray, BoolArray, tuple[float, ...]], within: float, *, lines: bool
) -> None:
    points, others, spacing = problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "MANY_POINTS", 0 if lines else 1000)
        found = nearest_distances(points, others, spacing, within)
    expected = by_all_pairs(points, others, spacing)
    near, far = expected <= within * (1 - 1e-12), expected > within * (1 + 1e-12)
    np.testing.assert_allclose(found[near], expected[near], rtol=0, atol=1e-12)
    assert np.isinf(found[far]).all()


def test_a_point_beyond_the_lines_that_are_tried_is_left_open() -> None:
    others = np.zeros((2, 2000), dtype=bool)
    others[0, 0] = True
    far, near = 1999, 100
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "LINES", 1000)
        found = by_lines(np.array([near, far]), others, (0.5, 1.0))
    np.testing.assert_array_equal(found, [100.0, np.nan])
