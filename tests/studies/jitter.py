"""What moving the edges of a box by a fraction of its size comes to."""

import numpy as np
import pytest

from tests.prompts.drawn import box_of
from tests.studies.playing import prompts

TIGHT = np.array([60, 50, 99, 69])
"""40 x 20 px in an image where no edge that is moved by half of that is clipped."""
MASK = np.zeros((121, 161), dtype=bool)
MASK[50:70, 60:100] = True
DRAWS = 300


def assert_jitters(name: str, jitter: float) -> None:
    """Each edge moves by up to `jitter` of the extent along its axis, by itself, evenly.

    That the draw is uniform and independent by edge is samb's assumption; the papers' pictures
    show sides that change their length as well as their place.
    """
    boxes = [box_of(prompts(name, MASK, seed)[0]) for seed in range(DRAWS)]
    moves = (np.array(boxes) - TIGHT) / [40, 20, 40, 20]
    if jitter == 0:
        assert not moves.any()
        return
    if jitter == 0.5:  # edges that pass each other are put in order
        moves = moves[np.all(moves <= jitter, axis=1)]
    assert np.all(np.abs(moves) <= jitter + 1e-9)
    for edge in moves.T / jitter:
        assert (edge.min(), edge.max()) == (pytest.approx(-1, abs=0.06), pytest.approx(1, abs=0.06))
        assert abs(edge.mean()) < 5 * np.sqrt(1 / 3 / DRAWS)
    together = np.corrcoef(moves.T) - np.eye(4)
    assert np.abs(together).max() < 5 / np.sqrt(DRAWS)
