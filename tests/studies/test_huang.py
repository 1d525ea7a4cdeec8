"""S1 to S6 of Huang et al. 2023 (arXiv 2304.14660), against their rules written a second time.

From the words about the paper and its released code (yuhoo0302/
Segment-Anything-Model-for-Medical-Images, utils/get_prompts.py), with OpenCV's moments.
"""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.datasets.objects import Layer, ObjectRule
from samb.dialogue import Grid, Prompt
from samb.types import BoolArray, MaskStack
from tests.prompts.drawn import box_of, picture, pixel_list, points_of
from tests.studies.drawings import DRAWN, answers, noise
from tests.studies.playing import everything, played, prompts

Pixel = tuple[float, float]
SEEDS = st.integers(0, 2**32)
every_drawing = pytest.mark.parametrize("mask", DRAWN.values(), ids=DRAWN)


def centre(mask: BoolArray) -> Pixel:
    """First moments over the zeroth, cut to whole pixels."""
    moments = cv2.moments(mask.astype(np.uint8), binaryImage=True)
    return int(moments["m10"] / moments["m00"]), int(moments["m01"] / moments["m00"])


def spread(pixels: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """Every so-manieth of a list, `count` of them; of a shorter list all."""
    return pixels[:: len(pixels) // count or 1][:count]


def around(mask: BoolArray) -> list[tuple[int, int]]:
    """Background in the tight box of twice the size about its centre, clipped, row by row.

    The released code takes the box from the first to the last index, end not included.
    """
    sides = []
    for indices, size in zip(np.nonzero(mask), mask.shape, strict=True):
        low, high = int(indices.min()), int(indices.max())
        extent = high - low
        start, stop = (low + high) / 2 - extent, (low + high) / 2 + extent
        start, stop = max(start, 0), min(stop, size)
        sides.append(range(int(start), int(start) + int(stop - start)))
    rows, columns = sides
    return [(x, y) for y in rows for x in columns if not mask[y, x]]


def tight(mask: BoolArray) -> list[float]:
    rows, columns = np.nonzero(mask)
    return [columns.min(), rows.min(), columns.max(), rows.max()]


def only(name: str, mask: BoolArray, seed: int = 0) -> Prompt:
    (prompt,) = prompts(name, mask, seed)
    return prompt


def assert_centre_inside(point: Pixel, mask: BoolArray) -> None:
    """The centre of mass; where it is none of the target's pixels, any of those."""
    x, y = centre(mask)
    assert point in ([(x, y)] if mask[int(y), int(x)] else pixel_list(mask))


def assert_strategies(mask: BoolArray, seed: int = 0) -> None:
    """S2 to S6."""
    released, paper = (
        only(name, mask, seed) for name in ("point_centroid", "point_centroid_inside")
    )
    assert points_of(released, 1) == points_of(released) == [centre(mask)]
    assert points_of(paper, 1) == points_of(paper)
    assert_centre_inside(points_of(paper)[0], mask)
    inside = [centre(mask), *spread(pixel_list(mask), 5)[1:]]
    s3, s4 = only("points_strided_5", mask, seed), only("points_5_pos_5_neg", mask, seed)
    assert points_of(s3, 1) == points_of(s3) == inside
    assert points_of(s4) == [*inside, *spread(around(mask), 5)]
    assert points_of(s4, 1) == inside
    s5, s6 = only("box", mask, seed), only("box_point", mask, seed)
    assert box_of(s5) == box_of(s6) == tight(mask)
    assert s5.kinds == {"box"}
    (point,) = points_of(s6, 1)
    assert_centre_inside(point, mask)


@every_drawing
def test_s2_to_s6_on_drawn_masks(mask: BoolArray) -> None:
    assert_strategies(mask)


@given(noise(), SEEDS)
def test_s2_to_s6_on_random_masks(mask: BoolArray, seed: int) -> None:
    assert_strategies(mask, seed)


def test_worked_out_by_hand() -> None:
    mask = picture(
        "..........",
        "..........",
        "...####...",
        "...####...",
        "...##.....",
        "..........",
        "..........",
    )
    # 10 pixels; sums of x 2 * 18 + 7 = 43, of y 8 + 12 + 8 = 28: 4.3 and 2.8, cut to (4, 2).
    assert points_of(only("point_centroid", mask)) == [(4, 2)]
    # Every second of the ten from the first on: (3,2) (5,2) (3,3) (5,3) (3,4); the centre first.
    inside = [(4, 2), (5, 2), (3, 3), (5, 3), (3, 4)]
    assert points_of(only("points_strided_5", mask)) == inside
    # The box 3..6 x 2..4 is 3 by 2, doubled 1.5..7.5 x 1..5: columns 1 to 6, rows 1 to 4.
    # 24 pixels less 10, every second (14 // 5) of them from the first on, five of them.
    outside = [(1, 1), (3, 1), (5, 1), (1, 2), (1, 3)]
    assert points_of(only("points_5_pos_5_neg", mask), 0) == outside
    assert box_of(only("box", mask)) == [3, 2, 6, 4]


def test_a_centre_beside_the_target_stays_as_released_and_is_replaced_as_written() -> None:
    ring = DRAWN["a ring"]
    assert points_of(only("point_centroid", ring)) == [(3, 2)]
    for name in ("point_centroid_inside", "box_point"):
        drawn = {points_of(only(name, ring, seed))[0] for seed in range(200)}
        assert drawn == set(pixel_list(ring))


def test_s1_asks_by_the_default_grid_of_32_by_32_points() -> None:
    (prompt,) = everything(np.ones((1, 4, 4), dtype=bool), np.ones((4, 4), dtype=bool)).asked
    assert prompt.grid == Grid(points_per_side=32)
    assert prompt.kinds == {"everything"}


def dice(one: BoolArray, other: BoolArray) -> float:
    return 2 * np.sum(one & other) / (np.sum(one) + np.sum(other))


@given(st.data(), noise())
def test_the_output_of_highest_dice_counts_of_three_or_of_everything(
    data: st.DataObject, mask: BoolArray
) -> None:
    candidates = data.draw(answers(mask.shape))
    of_three = played("points_strided_5", {"target": mask}, lambda *_: candidates)
    best = max(dice(it, mask) for it in candidates[1:])
    assert of_three.scores("dsc", "oracle_dice") == [pytest.approx(best)]
    of_all = everything(candidates, mask)
    assert of_all.scores("dsc", "oracle_dice") == [
        pytest.approx(max(dice(it, mask) for it in candidates))
    ]


MIDDLE = np.zeros((121, 141), dtype=bool)
MIDDLE[50:71, 60:91] = True
"""31 x 21 px about (75, 60), so far from the border that no move is clipped."""


@pytest.mark.parametrize(("least", "most"), [(0, 10), (10, 20), (20, 30)])
def test_points_and_boxes_move_by_so_many_pixels_to_either_side(least: int, most: int) -> None:
    moves = []
    for seed in range(150):
        (point,) = points_of(only(f"point_centroid_shift_px_{most}", MIDDLE, seed))
        box = np.array(box_of(only(f"box_shift_px_{most}", MIDDLE, seed)))
        assert box[2:] - box[:2] == pytest.approx([30, 20])  # moved as a whole
        moves += [np.subtract(point, (75, 60)), box[:2] - (60, 50)]
    assert np.all(np.abs(moves) >= least - 1e-4)
    assert np.all(np.abs(moves) <= most + 1e-4)
    for direction in np.transpose(moves):
        assert min(direction) < -(least + 0.9 * (most - least))
        assert max(direction) > least + 0.9 * (most - least)
        assert min(np.abs(direction)) < least + 0.1 * (most - least)


@pytest.mark.parametrize(("pixels", "kept"), [(50, False), (51, True)])
def test_objects_of_50_pixels_are_dropped_where_the_data_set_asks_for_51(
    pixels: int, kept: bool
) -> None:
    mask = np.zeros((1, 12, 12), dtype=bool)
    mask[0, :5, :10] = True
    mask[0, 5, 0] = pixels == 51
    layers = {"expert": [Layer("organ", 1, MaskStack.from_array(mask))]}
    assert bool(ObjectRule("component", 51).targets(layers, "expert")) == kept
