import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics.outlines import filled_box, interior, shared_box, surface
from samb.types import BoolArray
from tests.strategies import masks, stacks


def test_pixels_at_the_image_border_belong_to_the_surface() -> None:
    mask = np.ones((4, 5), dtype=bool)
    expected = np.zeros_like(mask)
    expected[1:-1, 1:-1] = True
    np.testing.assert_array_equal(interior(mask), expected)


def test_diagonal_neighbours_do_not_make_a_surface() -> None:
    mask = np.ones((5, 5), dtype=bool)
    mask[1, 1] = False
    assert interior(mask)[2, 2]
    assert not interior(mask)[1, 2]


@given(st.one_of(masks(), stacks()))
def test_the_surface_is_what_touches_the_outside_across_a_face(mask: BoolArray) -> None:
    padded = np.pad(mask, 1)
    beside = [np.roll(padded, step, axis) for axis in range(mask.ndim) for step in (-1, 1)]
    centre = (slice(1, -1),) * mask.ndim
    touching = np.any([~it[centre] for it in beside], axis=0)
    np.testing.assert_array_equal(surface(mask), mask & touching)


@given(st.one_of(masks(), stacks()))
def test_the_box_holds_the_mask_and_every_side_touches_it(mask: BoolArray) -> None:
    box = filled_box(mask)
    assert mask[box].sum() == mask.sum()
    for axis in range(mask.ndim):
        along = np.moveaxis(mask[box], axis, 0)
        assert along[0].any()
        assert along[-1].any()


def test_the_shared_box_holds_both() -> None:
    first, second = np.zeros((2, 8, 9), dtype=bool)
    first[1, 7], second[5:7, 2:4] = True, True
    assert shared_box(first, second) == (slice(1, 7), slice(2, 8))
