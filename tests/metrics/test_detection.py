import math

import numpy as np

from samb.metrics.detection import Detection, FoundTargets, detection
from samb.metrics.instances import Matches
from samb.types import BoolArray


def frame(found: int, alarms: int, missed: int) -> Matches:
    return Matches(np.zeros((found, 2), dtype=np.intp), alarms, missed)


def test_targets_are_pooled_and_false_alarms_are_per_frame() -> None:
    frames = [frame(1, 2, 3), frame(2, 0, 0), frame(0, 4, 0)]
    assert detection(frames) == Detection(sensitivity=3 / 6, false_positives=6 / 3)


def test_frames_without_targets_have_false_alarms_and_no_sensitivity() -> None:
    found = detection([frame(0, 1, 0), frame(0, 0, 0)])
    assert math.isnan(found.sensitivity)
    assert found.false_positives == 0.5


def test_without_frames_nothing_is_defined() -> None:
    found = detection([])
    assert math.isnan(found.sensitivity)
    assert math.isnan(found.false_positives)


def strip(*pixels: int) -> BoolArray:
    """One row of ten pixels."""
    mask = np.zeros((1, 10), dtype=bool)
    mask[0, list(pixels)] = True
    return mask


def values(predictions: list[BoolArray], references: list[BoolArray]) -> tuple[float, float]:
    found = FoundTargets()(predictions, references, (1.0, 1.0))
    return found["sensitivity_0p5"], found["false_positives_0p5"]


def test_a_frame_with_one_hit_one_miss_and_two_false_alarms() -> None:
    predictions = [strip(0, 1, 2), strip(5), strip(8, 9)]
    # IoU 3/4 finds the first target; 1/3 does not find the second.
    assert values(predictions, [strip(0, 1, 2, 3), strip(5, 6, 7)]) == (1 / 2, 2)


def test_an_iou_of_the_threshold_itself_finds_nothing_and_every_mask_is_false() -> None:
    assert values([strip(0), strip(9)], [strip(0, 1)]) == (0.0, 2)


def test_without_a_target_every_mask_is_false_and_sensitivity_is_undefined() -> None:
    sensitivity, alarms = values([strip(0), strip(5, 6)], [])
    assert math.isnan(sensitivity)
    assert alarms == 2


def test_without_a_mask_no_target_is_found_and_nothing_is_false() -> None:
    assert values([], [strip(0), strip(5)]) == (0.0, 0.0)
    sensitivity, alarms = values([], [])
    assert math.isnan(sensitivity)
    assert alarms == 0


def test_the_names_carry_the_threshold() -> None:
    assert FoundTargets(0.75).names == ("sensitivity_0p75", "false_positives_0p75")
