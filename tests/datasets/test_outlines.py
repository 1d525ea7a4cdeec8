import numpy as np
import pytest

from samb.datasets.outlines import filled_outlines
from samb.types import BoolArray


def mask(*rows: str) -> BoolArray:
    return np.array([[letter == "#" for letter in row] for row in rows])


@pytest.mark.parametrize(
    ("drawn", "filled"),
    [
        (("......", ".####.", ".#..#.", ".####."), ("......", ".####.", ".####.", ".####.")),
        # touching by corners alone still encloses
        (("...#...", "..#.#..", ".#...#.", "..#.#..", "...#..."),
         ("...#...", "..###..", ".#####.", "..###..", "...#...")),
        # cut by the lower border
        (("..###..", ".#...#.", ".#...#."), ("..###..", ".#####.", ".#####.")),
        # cut by two borders, at a corner
        (("...#...", "....#..", "#...#..", ".###...", "......."),
         ("####...", "#####..", "#####..", ".###...", ".......")),
        # filled already, and cut by a border: unchanged
        (("..###..", ".#####.", ".#####."), ("..###..", ".#####.", ".#####.")),
        # a line from border to border encloses nothing
        (("...#...", "...#...", "...#..."), ("...#...", "...#...", "...#...")),
        (("...", "..."), ("...", "...")),
    ],
)  # fmt: skip
def test_the_inside_of_an_outline(drawn: tuple[str, ...], filled: tuple[str, ...]) -> None:
    assert filled_outlines(mask(*drawn)).tolist() == mask(*filled).tolist()


def test_several_closed_outlines_are_filled_and_what_lies_between_them_is_not() -> None:
    drawn = mask(".........", ".###.###.", ".#.#.#.#.", ".###.###.")
    filled = mask(".........", ".###.###.", ".###.###.", ".###.###.")
    assert filled_outlines(drawn).tolist() == filled.tolist()


def test_a_thin_ellipse_cut_by_two_borders_is_the_ellipse() -> None:
    rows, columns = np.mgrid[:80, :120]
    ellipse = ((columns - 70) / 60) ** 2 + ((rows - 30) / 40) ** 2 <= 1  # cut at the right and top
    inner = ((columns - 70) / 59) ** 2 + ((rows - 30) / 39) ** 2 < 0.97
    outline = ellipse & ~inner
    assert outline.sum() < ellipse.sum() / 8
    assert (filled_outlines(outline) == ellipse).all()
    assert (filled_outlines(ellipse) == ellipse).all()
