"""MedSAM's training box is never too small."""

import numpy as np

from samb.prompts.outward_boxes import OutwardBox
from samb.streams import stream
from samb.types import BoolArray, FloatArray
from tests.strategies import task_of


def boxes(rule: OutwardBox, mask: BoolArray, count: int = 200) -> FloatArray:
    task = task_of(mask[None])
    found = [rule.next_prompts(task, [], stream(number))[0].box_xyxy for number in range(count)]
    return np.array(found)


def test_each_edge_moves_outward_by_whole_pixels_of_the_grid() -> None:
    mask = np.zeros((64, 128), dtype=bool)
    mask[30:34, 60:70] = True
    moves = np.abs(boxes(OutwardBox(most_px=20, grid_px=1024), mask) - [60, 30, 69, 33])
    # 1024 px across 128 columns and 64 rows: steps of 1/8 and 1/16 px, at most 20 of them.
    steps = moves * [8, 16, 8, 16]
    assert np.array_equal(steps, np.rint(steps))
    assert steps.min() == 0
    assert steps.max() == 20


def test_a_box_stays_in_the_image() -> None:
    mask = np.ones((16, 16), dtype=bool)
    assert (boxes(OutwardBox(grid_px=16), mask) == [0, 0, 15, 15]).all()


def test_no_margin_is_the_tight_box() -> None:
    mask = np.zeros((8, 8), dtype=bool)
    mask[2:4, 3:7] = True
    rule = OutwardBox(most_px=0)
    assert not rule.stochastic
    assert (boxes(rule, mask, 3) == [3, 2, 6, 3]).all()
