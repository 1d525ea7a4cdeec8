from hypothesis import given
from hypothesis import strategies as st

from samb.prompts.strided import StridedPoints
from samb.types import BoolArray
from tests.prompts.drawn import picture, pixel_list, points_of, prompted
from tests.strategies import masks


def every(pixels: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    step = len(pixels) // count
    if step == 0:
        return pixels
    return [pixels[index * step] for index in range(count)]


def around(mask: BoolArray) -> list[tuple[int, int]]:
    """Pixels of the doubled box outside the mask, told pixel by pixel."""
    xs, ys = zip(*pixel_list(mask), strict=True)
    columns, rows = (
        doubled(min(xs), max(xs), mask.shape[1]),
        doubled(min(ys), max(ys), mask.shape[0]),
    )
    return [(x, y) for x, y in pixel_list(~mask) if x in columns and y in rows]


def doubled(low: int, high: int, size: int) -> range:
    extent = high - low
    start, stop = max(0.0, low - extent / 2), min(float(size), low - extent / 2 + 2 * extent)
    return range(int(start), int(start) + int(stop - start))


@given(masks(), st.integers(1, 6), st.integers(1, 6))
def test_points_are_those_of_the_slow_rule(mask: BoolArray, inside: int, outside: int) -> None:
    prompt = prompted(StridedPoints(inside, outside), mask)
    assert points_of(prompt, 1)[1:] == every(pixel_list(mask), inside)[1:]
    assert points_of(prompt, 0) == every(around(mask), outside)


def test_the_first_point_is_the_centre_of_mass_and_the_rest_go_in_equal_steps() -> None:
    mask = picture("..........", "##########")
    assert points_of(prompted(StridedPoints(5), mask), 1) == [
        (4, 1),
        (2, 1),
        (4, 1),
        (6, 1),
        (8, 1),
    ]


def test_a_hollow_target_has_its_first_point_outside() -> None:
    ring = picture("###", "#.#", "###")
    assert points_of(prompted(StridedPoints(4), ring), 1) == [(1, 1), (2, 0), (2, 1), (1, 2)]


def test_a_target_of_fewer_pixels_gives_as_many_points() -> None:
    assert points_of(prompted(StridedPoints(5), picture("....", ".###"))) == [
        (2, 1),
        (2, 1),
        (3, 1),
    ]


def test_one_pixel_has_no_doubled_box_and_so_no_background() -> None:
    prompt = prompted(StridedPoints(5, 5), picture("...", ".#.", "..."))
    assert (points_of(prompt, 1), points_of(prompt, 0)) == ([(1, 1)], [])


def test_a_filled_frame_leaves_no_room_for_background() -> None:
    prompt = prompted(StridedPoints(5, 5), picture("####", "####", "####"))
    assert prompt.point_labels.tolist() == [1, 1, 1, 1, 1]


def test_a_list_that_is_no_multiple_gives_no_sixth_point() -> None:
    # The released code lists 6 of 21 pixels and labels the sixth as background.
    prompt = prompted(StridedPoints(5, 5), picture(*["." * 9, *["." * 1 + "#######" + "."] * 3]))
    assert prompt.point_labels.tolist() == [1] * 5 + [0] * 5


def test_only_positive_points_stand_on_the_curve_of_points() -> None:
    assert StridedPoints(5).curve == ("points", 5)
    assert StridedPoints(5, 5).curve is None
    assert not StridedPoints(5, 5).stochastic
