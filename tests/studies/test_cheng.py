"""The modes of Cheng et al. 2023 (arXiv 2305.00035), against their rules written a second time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.types import BoolArray
from tests.prompts.drawn import box_of, picture, points_of
from tests.studies.drawings import DRAWN, noise
from tests.studies.jitter import assert_jitters
from tests.studies.playing import prompts

SEEDS = st.integers(0, 2**32)
JITTERS = {"box": 0.0, "box_jitter_0p1": 0.1, "box_jitter_0p25": 0.25, "box_jitter_0p5": 0.5}


def assert_middle(mask: BoolArray) -> None:
    """Halfway between the outermost rows and columns, foreground wherever it falls."""
    (prompt,) = prompts("point_middle", mask)
    rows, columns = np.nonzero(mask)
    middle = ((columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2)
    assert points_of(prompt, 1) == points_of(prompt) == [middle]
    assert prompt.kinds == {"points"}


@pytest.mark.parametrize("mask", DRAWN.values(), ids=DRAWN)
def test_the_middle_of_drawn_masks(mask: BoolArray) -> None:
    assert_middle(mask)


@given(noise())
def test_the_middle_of_random_masks(mask: BoolArray) -> None:
    assert_middle(mask)


def test_the_middle_of_two_lungs_lies_between_them() -> None:
    lungs = picture(".........", ".##...##.", ".##...##.", ".##...##.", ".........")
    (prompt,) = prompts("point_middle", lungs)
    assert points_of(prompt, 1) == [(4, 2)]
    assert not lungs[2, 4]


@pytest.mark.parametrize(("name", "jitter"), JITTERS.items())
def test_the_box_and_its_three_jitters(name: str, jitter: float) -> None:
    assert_jitters(name, jitter)


@given(noise(), SEEDS)
def test_a_jittered_box_stays_in_the_image_and_within_reach_of_the_tight_one(
    mask: BoolArray, seed: int
) -> None:
    rows, columns = np.nonzero(mask)
    tight = np.array([columns.min(), rows.min(), columns.max(), rows.max()])
    height, width = mask.shape
    extent = np.array([np.ptp(columns), np.ptp(rows)] * 2) + 1
    for name, jitter in JITTERS.items():
        ((prompt,)) = prompts(name, mask, seed)
        box = np.array(box_of(prompt))
        assert np.all(np.abs(box - tight) <= jitter * extent + 1e-6)
        assert 0 <= box[0] <= box[2] <= width - 1
        assert 0 <= box[1] <= box[3] <= height - 1
