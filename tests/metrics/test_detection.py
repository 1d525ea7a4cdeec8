import math

import numpy as np

from samb.metrics.detection import Detection, detection
from samb.metrics.instances import Matches


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
