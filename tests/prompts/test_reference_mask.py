import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.prompts.reference_mask import ReferenceMask
from samb.types import BoolArray
from tests.prompts.drawn import box_of, picture, prompted
from tests.strategies import masks


def given_mask(user: ReferenceMask, mask: BoolArray, seed: object = 0) -> BoolArray:
    drawn = prompted(user, mask, seed).mask
    assert drawn is not None
    return drawn


BLOCK = picture(".......", ".#####.", ".#####.", ".#####.", ".......")


def test_unchanged_it_is_the_reference() -> None:
    assert np.array_equal(given_mask(ReferenceMask(), BLOCK), BLOCK)


def test_erosion_by_one_takes_the_outermost_pixels() -> None:
    inner = picture(".......", ".......", "..###..", ".......", ".......")
    assert np.array_equal(given_mask(ReferenceMask(grow_px=-1), BLOCK), inner)


def test_what_erosion_would_remove_keeps_its_deepest_pixels() -> None:
    inner = picture(".......", ".......", "..###..", ".......", ".......")
    assert np.array_equal(given_mask(ReferenceMask(grow_px=-9), BLOCK), inner)


def test_dilation_by_one_adds_the_neighbours_by_side() -> None:
    point = picture("....", "..#.", "....")
    assert np.array_equal(
        given_mask(ReferenceMask(grow_px=1), point), picture("..#.", ".###", "..#.")
    )


@given(masks(), st.integers(1, 9), st.integers())
def test_a_shifted_mask_keeps_its_shape_and_moves_no_farther_than_asked(
    mask: BoolArray, most: int, seed: int
) -> None:
    moved = given_mask(ReferenceMask(shift_px=most), mask, seed)
    places = [np.argwhere(it) for it in (mask, moved)]
    moves = places[1] - places[0]
    assert (moves == moves[0]).all()
    assert abs(moves[0]).max() <= most


def test_shifts_go_to_every_side() -> None:
    mask = np.zeros((50, 50), dtype=bool)
    mask[20:30, 20:30] = True
    user = ReferenceMask(shift_px=2)
    moves = {tuple(np.argwhere(given_mask(user, mask, i))[0] - 20) for i in range(300)}
    assert len(moves) == 25


def test_the_box_is_that_of_the_mask_that_is_given() -> None:
    assert box_of(prompted(ReferenceMask(grow_px=-1, box=True), BLOCK, 0)) == [2, 2, 4, 2]


@pytest.mark.parametrize(("user", "kinds"), [
    (ReferenceMask(), {"mask"}), (ReferenceMask(box=True), {"mask", "box"}),
])  # fmt: skip
def test_it_says_what_a_model_must_understand(user: ReferenceMask, kinds: set[str]) -> None:
    assert user.kinds == kinds
    assert prompted(user, BLOCK, 0).kinds == kinds
