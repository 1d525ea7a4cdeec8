import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from samb.geometry import tight_box
from samb.prompts.loose_boxes import ImageBox, MarginBox, ShiftedBox
from samb.types import BoolArray
from tests.prompts.drawn import box_of, picture, prompted
from tests.strategies import masks


def far_from_every_border() -> BoolArray:
    mask = np.zeros((300, 400), dtype=bool)
    mask[100:200, 150:200] = True
    return mask


@pytest.mark.parametrize(("least", "most"), [(0, 10), (10, 20), (20, 30)])
def test_a_shifted_box_keeps_its_size_and_moves_so_far_along_each_axis(
    least: float, most: float
) -> None:
    mask = far_from_every_border()
    moves = np.array(
        [
            np.array(box_of(prompted(ShiftedBox(least, most), mask, index))) - tight_box(mask)
            for index in range(400)
        ]
    )
    assert moves[:, :2] == pytest.approx(moves[:, 2:])
    length = abs(moves[:, :2])
    assert (length >= least - 1e-9).all()
    assert (length <= most + 1e-9).all()
    # Uniform on [least, most]: standard error of the mean 10 / sqrt(12 * 400); five of them.
    assert length.mean(axis=0) == pytest.approx((least + most) / 2, abs=0.73)
    sides = np.sign(moves[:, :2])
    assert sides.mean(axis=0) == pytest.approx(0, abs=0.25)
    assert sides.prod(axis=1).mean() == pytest.approx(0, abs=0.25)  # five standard errors


@given(masks(), st.integers())
def test_a_shifted_box_stays_in_the_image(mask: BoolArray, seed: int) -> None:
    x0, y0, x1, y1 = box_of(prompted(ShiftedBox(20, 30), mask, seed))
    assert 0 <= x0 <= x1 <= mask.shape[1] - 1
    assert 0 <= y0 <= y1 <= mask.shape[0] - 1


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"least_px should be at most most_px"):
        TypeAdapter(ShiftedBox).validate_python({"least_px": 5, "most_px": 3})


def test_the_shifts_stand_on_a_curve_of_their_own() -> None:
    assert ShiftedBox(10, 20).curve == ("shift_px", 20)


def test_a_margin_on_the_stretched_grid_is_a_share_of_each_side() -> None:
    mask = np.zeros((512, 2048), dtype=bool)
    mask[100:200, 1000:1100] = True
    # 20 of 1024 px are 40 of 2048 and 10 of 512.
    assert box_of(prompted(MarginBox(20, 1024), mask)) == [960, 90, 1139, 209]


def test_a_margin_in_original_pixels_is_the_same_on_every_side() -> None:
    assert box_of(prompted(MarginBox(20, None), far_from_every_border())) == [130, 80, 219, 219]


def test_a_margin_ends_at_the_border() -> None:
    assert box_of(prompted(MarginBox(1, None), picture("#...", "#...", "...."))) == [0, 0, 1, 2]


@given(masks())
def test_no_margin_is_the_tight_box(mask: BoolArray) -> None:
    assert box_of(prompted(MarginBox(0), mask)) == tight_box(mask).tolist()


@given(masks())
def test_the_whole_image_is_boxed_whatever_the_target(mask: BoolArray) -> None:
    height, width = mask.shape
    assert box_of(prompted(ImageBox(), mask)) == [0, 0, width - 1, height - 1]


def test_only_the_shift_is_left_to_chance() -> None:
    assert ShiftedBox(0, 10).stochastic
    assert not MarginBox().stochastic
    assert not ImageBox().stochastic
