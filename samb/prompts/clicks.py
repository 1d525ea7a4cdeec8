"""A user who clicks where the answer is most deeply wrong: RITM's."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from samb.geometry import depth_inside
from samb.prompts.corrections import Click, CorrectiveClicks, Seen
from samb.types import BoolArray, FloatArray


@dataclass(frozen=True)
class RitmClicks(CorrectiveClicks):
    """RITM's user (SamsungLabs/ritm_interactive_segmentation, isegm/inference/clicker.py).

    Exact distance transforms of the missed (FN) and the wrongly covered (FP) pixels, what lies
    beyond the image counting as correct, pixels already clicked set to zero; the click goes to the
    deepest pixel, first in raster order; it is positive where the deepest missed pixel is deeper
    than the deepest wrongly covered one, else negative.
    """

    @property
    def stochastic(self) -> bool:
        return False

    def _clicks(self, seen: Seen, rng: np.random.Generator) -> list[Click]:
        missed = _depth(seen.missed, seen.clicked)
        covered = _depth(seen.covered, seen.clicked)
        positive = bool(missed.max() > covered.max())
        depth = missed if positive else covered
        if depth.max() == 0:
            return []
        frame, y, x = (int(index) for index in np.unravel_index(np.argmax(depth), depth.shape))
        return [Click(frame, (x, y), positive)]


def _depth(error: BoolArray, clicked: Iterable[Click]) -> FloatArray:
    depth = np.stack([depth_inside(frame) for frame in error])
    for click in clicked:
        depth[click.frame, click.xy[1], click.xy[0]] = 0
    return depth
