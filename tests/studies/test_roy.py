"""The modes of Roy et al. 2023 (SAM.MD, arXiv 2304.05396), against their rules written again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.types import BoolArray
from tests.prompts.drawn import pixel_list, points_of
from tests.studies.drawings import DRAWN, noise
from tests.studies.jitter import assert_jitters
from tests.studies.playing import prompts

COUNTS = {"point_random_1": 1, "point_random_3": 3, "point_random_10": 10}
LEVELS = {
    "box_jitter_0p01": 0.01, "box_jitter_0p05": 0.05, "box_jitter_0p1": 0.1,
    "box_jitter_0p25": 0.25, "box_jitter_0p5": 0.5,
}  # fmt: skip


def assert_random_points(mask: BoolArray, seed: int) -> None:
    """So many pixels of the organ, no pixel twice while there are others; none outside."""
    pixels = set(pixel_list(mask))
    for name, count in COUNTS.items():
        (prompt,) = prompts(name, mask, seed)
        points = points_of(prompt, 1)
        assert points == points_of(prompt)
        assert len(points) == count
        assert set(points) <= pixels
        assert len(set(points)) == min(count, len(pixels))


@pytest.mark.parametrize("mask", DRAWN.values(), ids=DRAWN)
def test_random_points_of_drawn_masks(mask: BoolArray) -> None:
    assert_random_points(mask, seed=0)


@given(noise(), st.integers(0, 2**32))
def test_random_points_of_random_masks(mask: BoolArray, seed: int) -> None:
    assert_random_points(mask, seed)


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_every_pixel_of_the_organ_is_as_likely(name: str, count: int) -> None:
    mask, seeds = DRAWN["a ring"], 400
    found = np.zeros(mask.shape)
    for seed in range(seeds):
        for x, y in points_of(prompts(name, mask, seed)[0]):
            found[int(y), int(x)] += 1
    share = count / mask.sum()
    spread = np.sqrt(seeds * share * (1 - share))
    assert np.all(np.abs(found[mask] - seeds * share) < 5 * spread)
    assert not found[~mask].any()


@pytest.mark.parametrize(("name", "jitter"), LEVELS.items())
def test_the_five_levels_of_jitter(name: str, jitter: float) -> None:
    assert_jitters(name, jitter)
