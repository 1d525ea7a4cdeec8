"""Drawn by hand, and beside the official function, which needs OpenCV."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samb.models.small_regions import without_small_regions
from samb.types import BoolArray
from tests.prompts.drawn import picture
from tests.strategies import masks


def test_holes_are_filled_and_islands_removed_below_the_area() -> None:
    before = picture("#####..#", "#.###...", "#####...")
    after = picture("#####...", "#####...", "#####...")
    assert np.array_equal(without_small_regions(before, 2), after)


def test_of_islands_that_are_all_small_the_largest_stays() -> None:
    before = picture("##..#...#", ".........", ".........")
    after = picture("##.......", ".........", ".........")
    assert np.array_equal(without_small_regions(before, 5), after)


def test_nothing_stays_nothing() -> None:
    assert not without_small_regions(np.zeros((3, 4), dtype=bool), 2).any()


@given(masks((12, 14)), st.integers(1, 30))
def test_equal_to_segment_anything(drawn: BoolArray, area: int) -> None:
    from samb.models.official import amg

    wanted, _ = amg.remove_small_regions(drawn, area, mode="holes")
    wanted, _ = amg.remove_small_regions(wanted, area, mode="islands")
    assert np.array_equal(without_small_regions(drawn, area), wanted)
