import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage import measure

from samb.geometry import (
    box_extent,
    clip_box,
    components,
    depth_inside,
    fill_box,
    fill_disc,
    fill_ellipse,
    pixels_xy,
    tight_box,
)
from samb.types import BoolArray
from tests.strategies import boxes, masks, shapes


@given(masks())
def test_a_tight_box_holds_its_target_and_each_edge_touches_it(mask: BoolArray) -> None:
    x0, y0, x1, y1 = tight_box(mask).astype(int)
    inside = mask[y0 : y1 + 1, x0 : x1 + 1]
    assert inside.sum() == mask.sum()
    assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


def test_a_box_has_inclusive_corners_so_one_pixel_is_one_px_wide() -> None:
    mask = np.zeros((4, 6), dtype=bool)
    mask[2, 5] = True
    assert tight_box(mask).tolist() == [5, 2, 5, 2]
    assert box_extent(tight_box(mask)).tolist() == [1, 1]
    assert box_extent(np.array([1.0, 2, 4, 2])).tolist() == [4, 1]


def test_an_empty_mask_has_no_box() -> None:
    with pytest.raises(ValueError, match="an empty mask has no box"):
        tight_box(np.zeros((3, 3), dtype=bool))


@given(st.data(), shapes())
def test_filling_a_box_and_boxing_it_again_changes_nothing(
    data: st.DataObject, shape: tuple[int, int]
) -> None:
    box = data.draw(boxes(shape))
    assert tight_box(fill_box(box, shape)).tolist() == box.tolist()
    assert fill_box(box, shape).sum() == np.prod(box_extent(box))


@given(shapes(), st.tuples(*[st.floats(-50, 50)] * 4))
def test_a_clipped_box_is_inside_the_image_in_order_and_clipped_once(
    shape: tuple[int, int], corners: tuple[float, float, float, float]
) -> None:
    x0, y0, x1, y1 = clipped = clip_box(np.array(corners), shape)
    assert 0 <= x0 <= x1 <= shape[1] - 1
    assert 0 <= y0 <= y1 <= shape[0] - 1
    assert clip_box(clipped, shape).tolist() == clipped.tolist()
    assert fill_box(np.array(corners), shape).any()


@given(st.data(), shapes())
def test_clipping_leaves_a_box_inside_the_image_as_it_is(
    data: st.DataObject, shape: tuple[int, int]
) -> None:
    box = data.draw(boxes(shape))
    assert clip_box(box, shape).tolist() == box.tolist()


def test_a_box_turned_inside_out_is_put_in_order() -> None:
    assert clip_box(np.array([5.0, 1, 2, 3]), (10, 10)).tolist() == [2, 1, 5, 3]


@given(st.data(), shapes())
def test_an_ellipse_touches_each_edge_of_its_box_and_is_symmetric_in_it(
    data: st.DataObject, shape: tuple[int, int]
) -> None:
    box = data.draw(boxes(shape))
    ellipse = fill_ellipse(box, shape)
    x0, y0, x1, y1 = box.astype(int)
    inside = ellipse[y0 : y1 + 1, x0 : x1 + 1]
    assert inside.sum() == ellipse.sum() > 0
    assert np.array_equal(inside, inside[::-1])
    assert np.array_equal(inside, inside[:, ::-1])


def test_the_ellipse_of_a_large_box_covers_a_quarter_of_pi_of_it() -> None:
    ellipse = fill_ellipse(np.array([0.0, 0, 399, 199]), (200, 400))
    assert ellipse.sum() / ellipse.size == pytest.approx(np.pi / 4, abs=1e-3)


def test_a_disc_holds_the_pixels_whose_centre_is_within_the_radius() -> None:
    disc = fill_disc(np.array([1.0, 1.0]), 1.0, (3, 4))
    assert disc.astype(int).tolist() == [[0, 1, 0, 0], [1, 1, 1, 0], [0, 1, 0, 0]]


@given(masks())
def test_depth_is_the_distance_to_the_nearest_pixel_outside_mask_or_image(mask: BoolArray) -> None:
    outside = np.argwhere(~np.pad(mask, 1)) - 1
    expected = np.zeros(mask.shape)
    for y, x in np.argwhere(mask):
        expected[y, x] = np.sqrt(((outside - (y, x)) ** 2).sum(axis=1).min())
    assert depth_inside(mask) == pytest.approx(expected, abs=1e-12)


@given(masks())
def test_listed_pixels_are_those_of_the_mask_in_raster_order(mask: BoolArray) -> None:
    points = pixels_xy(mask)
    assert [(int(y), int(x)) for x, y in points] == [
        (y, x) for y in range(mask.shape[0]) for x in range(mask.shape[1]) if mask[y, x]
    ]


@given(masks())
def test_components_are_a_partition_into_parts_that_do_not_touch(mask: BoolArray) -> None:
    parts = components(mask)
    assert np.array_equal(np.sum(parts, axis=0), mask)
    for index, part in enumerate(parts):
        around = ndimage.binary_dilation(part, structure=np.ones((3, 3)))
        assert not any((around & other).any() for other in parts[:index])
        assert measure.label(part, connectivity=2).max() == 1  # type: ignore[no-untyped-call]


@given(masks())
def test_components_are_sorted_by_size_and_of_equals_the_later_one_first(mask: BoolArray) -> None:
    keys = [(int(part.sum()), int(np.flatnonzero(part)[0])) for part in components(mask)]
    assert keys == sorted(keys, reverse=True)


@given(masks(), st.integers(1, 3))
def test_only_the_largest_components_are_given_where_few_are_asked_for(
    mask: BoolArray, most: int
) -> None:
    few, every = components(mask, most), components(mask)
    assert len(few) == min(most, len(every))
    assert all(np.array_equal(one, other) for one, other in zip(few, every, strict=False))


def test_pixels_that_touch_by_a_corner_are_one_component() -> None:
    mask = np.eye(3, dtype=bool)
    assert [part.tolist() for part in components(mask)] == [mask.tolist()]


def test_an_empty_mask_has_no_component() -> None:
    assert components(np.zeros((2, 3), dtype=bool)) == []
