import cv2
import numpy as np
import pytest
from hypothesis import given
from scipy import ndimage

from samb.geometry import depth_inside
from samb.prompts.chamfer import chamfer_depth
from samb.types import BoolArray, FloatArray
from tests.prompts.drawn import picture
from tests.strategies import masks

SIDE, DIAGONAL, KNIGHT = np.float32(1), np.float32(1.4), np.float32(2.1969)
BEFORE = {
    (0, -1): SIDE,
    (-1, 0): SIDE,
    (-1, -1): DIAGONAL,
    (-1, 1): DIAGONAL,
    (-1, -2): KNIGHT,
    (-1, 2): KNIGHT,
    (-2, -1): KNIGHT,
    (-2, 1): KNIGHT,
}
"""Step back (dy, dx) -> its length."""


def slowly(mask: BoolArray) -> FloatArray:
    """Two passes over the pixels, one by one, in float32."""
    depth = np.where(np.pad(mask, 2), np.float32(1e9), np.float32(0))
    for sign in (1, -1):
        for y, x in sorted(map(tuple, np.argwhere(np.pad(mask, 2))), reverse=sign < 0):
            for (dy, dx), length in BEFORE.items():
                depth[y, x] = min(depth[y, x], depth[y + sign * dy, x + sign * dx] + length)
    return depth[2:-2, 2:-2]


def blots(count: int) -> list[BoolArray]:
    """Irregular masks with holes, up to 60 px wide; some touch the border."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(count):
        noise = ndimage.gaussian_filter(rng.random(rng.integers(3, 60, 2)), rng.uniform(0.4, 5))
        found.append(noise > np.quantile(noise, rng.uniform(0.05, 0.6)))
    return found


@given(masks())
def test_the_depth_is_that_of_two_slow_passes(mask: BoolArray) -> None:
    assert np.array_equal(chamfer_depth(mask), slowly(mask))


def test_irregular_masks_agree_too() -> None:
    for mask in blots(40):
        assert np.array_equal(chamfer_depth(mask), slowly(mask))


def test_the_depth_is_that_of_opencv() -> None:
    if not (hasattr(cv2, "ipp") and cv2.ipp.useIPP()):
        pytest.skip("this OpenCV adds in fixed point: it is built without IPP")
    for mask in [*blots(200), np.ones((5, 9), dtype=bool), np.ones((1, 1), dtype=bool)]:
        padded = np.pad(mask, 1).astype(np.uint8)
        theirs = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
        assert np.array_equal(chamfer_depth(mask), theirs)


def test_ways_out_are_added_from_steps() -> None:
    depth = chamfer_depth(picture("#####", "#####", "#####", "#####", "#####"))
    assert depth[0].tolist() == [1, 1, 1, 1, 1]
    assert depth[2].tolist() == [1, 2, 3, 2, 1]


def test_a_mask_without_a_pixel_has_no_depth() -> None:
    assert not chamfer_depth(np.zeros((3, 4), dtype=bool)).any()


def test_its_maxima_differ_from_the_exact_ones_in_many_masks() -> None:
    def differ(mask: BoolArray) -> bool:
        exact, approximate = depth_inside(mask), chamfer_depth(mask)
        return not np.array_equal(exact == exact.max(), approximate == approximate.max())

    assert sum(differ(mask) for mask in blots(100)) > 10
