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
    assert np.array_equal(without_small_regions(before, 2)[0], after)


def test_of_islands_that_are_all_small_the_largest_stays() -> None:
    before = picture("##..#...#", ".........", ".........")
    after = picture("##.......", ".........", ".........")
    assert np.array_equal(without_small_regions(before, 5)[0], after)


def test_nothing_stays_nothing() -> None:
    mask, found = without_small_regions(np.zeros((3, 4), dtype=bool), 2)
    assert not mask.any()
    assert not found


def test_a_small_island_that_stays_was_found_all_the_same() -> None:
    before = picture("##..", "....", "....")
    mask, found = without_small_regions(before, 3)
    assert np.array_equal(mask, before)
    assert found


@given(masks((12, 14)), st.integers(1, 30))
def test_equal_to_segment_anything(drawn: BoolArray, area: int) -> None:
    from samb.models.official import amg

    wanted, had_holes = amg.remove_small_regions(drawn, area, mode="holes")
    wanted, had_islands = amg.remove_small_regions(wanted, area, mode="islands")
    mask, found = without_small_regions(drawn, area)
    assert np.array_equal(mask, wanted)
    assert found == (had_holes or had_islands)
