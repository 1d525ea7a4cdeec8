import numpy as np
import pytest

from samb.files.rendering import (
    check_percentiles,
    grey_rgb,
    maximum_bytes,
    percentile_bytes,
    require_finite,
    window_bytes,
)


def test_a_window_is_linear_and_clipped() -> None:
    values = np.array([-500.0, -100.0, 0.0, 100.0, 900.0], dtype=np.float32)
    assert window_bytes(values, -100, 100).tolist() == [0, 0, 128, 255, 255]


def test_a_constant_image_is_black() -> None:
    assert percentile_bytes(np.full((2, 2), 7.0), (0.5, 99.5)).tolist() == [[0, 0], [0, 0]]


def test_percentiles_leave_outliers_out() -> None:
    values = np.array([*range(101), 1e6])
    assert percentile_bytes(values, (0, 99))[100] == 255
    assert percentile_bytes(values, (0, 100))[100] == 0


def test_scaled_to_the_maximum_the_greatest_value_is_white_and_nothing_is_rounded_up() -> None:
    # 255 / 4 = 63.75, 255 / 2 = 127.5; the least value is not subtracted
    assert maximum_bytes(np.array([[1, 2], [3, 4]])).tolist() == [[63, 127], [191, 255]]
    assert maximum_bytes(np.array([-7.0, 0.0, 7.0])).tolist() == [0, 0, 255]


def test_scaled_to_the_maximum_full_bytes_stay_and_all_channels_share_one_maximum() -> None:
    every = np.arange(256, dtype=np.uint8)
    assert (maximum_bytes(every) == every).all()
    assert maximum_bytes(np.array([[[10, 20, 40]]], dtype=np.uint8)).tolist() == [[[63, 127, 255]]]


def test_an_image_without_a_value_above_0_is_black_when_scaled_to_its_maximum() -> None:
    assert maximum_bytes(np.array([-3.0, 0.0])).tolist() == [0, 0]


def test_grey_is_three_equal_channels_without_a_copy() -> None:
    grey = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    rgb = grey_rgb(grey)
    assert rgb.shape == (1, 2, 3, 3)
    assert np.shares_memory(rgb, grey)
    assert (rgb == grey[..., None]).all()


def test_values_that_are_not_finite_are_counted_or_replaced() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 1.0])
    with pytest.raises(ValueError, match="1 NaN and 2 infinite values among 4"):
        require_finite(values, None)
    assert require_finite(values, 0.0).tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("wrong", [(50.0, 50.0), (-1.0, 99.0), (0.0, 101.0)])
def test_percentiles_must_rise_within_0_to_100(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="rise within 0 to 100"):
        check_percentiles(wrong)
