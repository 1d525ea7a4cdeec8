"""Masks to try the papers' rules on: drawn by hand, and random ones."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from samb.types import BoolArray
from tests.prompts.drawn import picture
from tests.strategies import masks

DRAWN = {
    "one pixel": picture(".....", "...#.", "....."),
    "one pixel is all of the image": picture("#"),
    "the whole image": picture("####", "####", "####"),
    "a bar without a middle": picture("......", ".####.", "......"),
    "a ring": picture(".......", ".#####.", ".#...#.", ".#...#.", ".#####.", "......."),
    "two pixels that touch at a corner": picture("....", ".#..", "..#.", "...."),
    "two regions, the smaller one first": picture("##......", "##..###.", "....###.", "....###."),
    "two of equal area": picture("##....", "##....", "....##", "....##"),
    "two of equal area, thick and thin": picture("........", ".####...", ".....##.", "........",
                                                 "...###..", "...###.."),
    "three, one at each border": picture("#.....#", "#.....#", ".......", "..####.", "..####."),
    "five, two pairs of them equal": picture("##..#..###", "##.....###", ".......###", "#..##.....",
                                             "...##....#"),
    "five lone pixels": picture("#.#.#", ".....", ".#.#."),
    "in a corner": picture("..........", "....######", "....######", "....######", "....######"),
    "all along the border": picture("#####", "#...#", "#...#", "#####"),
}  # fmt: skip
"""Ties, several regions, touching corners, borders, single pixels."""


@st.composite
def noise(draw: st.DrawFn, shape: tuple[int, int] | None = None) -> BoolArray:
    """(H, W), up to 10 x 10, never empty: pixels set one by one, or blobs."""
    if shape is None:
        shape = draw(st.tuples(st.integers(1, 10), st.integers(1, 10)))
    if draw(st.booleans()):
        return draw(masks(shape))
    mask: BoolArray = draw(nps.arrays(np.bool_, shape, elements=st.booleans()))
    mask.flat[draw(st.integers(0, mask.size - 1))] = True
    return mask


@st.composite
def answers(draw: st.DrawFn, shape: tuple[int, int]) -> BoolArray:
    """(4, H, W): what SAM could answer to one prompt, empty masks among them."""
    found: BoolArray = draw(nps.arrays(np.bool_, (4, *shape), elements=st.booleans()))
    for index in draw(st.sets(st.integers(0, 3))):
        found[index] = False
    return found
