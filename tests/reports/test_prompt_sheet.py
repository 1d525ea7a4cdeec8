import numpy as np
import pytest
from matplotlib.figure import Figure

from samb.dialogue import Grid, Prompt, Tile
from samb.reports.prompt_sheet import PromptRow, draw_prompts, folded
from samb.reports.tile import crop, steady_window


def tile(prompt: Prompt, numbers: tuple[int, ...] = ()) -> Tile:
    reference = np.zeros((40, 60), dtype=bool)
    reference[10:30, 20:40] = True
    image = np.zeros((40, 60, 3), np.uint8)
    return Tile(image, reference, np.zeros_like(reference), prompt, "DSC 0.50", numbers)


def two_clicks() -> Prompt:
    return Prompt(
        points_xy=np.array([[25.0, 20], [50, 35]]), point_labels=np.array([1, 0], np.int8)
    )


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_modes_stand_above_columns_and_targets_beside_rows() -> None:
    rows = [PromptRow("case a\npolyp", (tile(Prompt()), None)), PromptRow("case b", (None, None))]
    figure = draw_prompts(["box", "point_random_1"], rows)
    assert [axes.get_title() for axes in figure.axes] == ["box", "point_random_1", "", ""]
    assert [axes.get_ylabel() for axes in figure.axes] == ["case a\npolyp", "", "case b", ""]
    assert figure.axes[0].get_xlabel() == "DSC 0.50"
    assert texts(figure) == ["no prompt"] * 3


def test_points_on_and_off_the_target_have_markers_of_their_own() -> None:
    figure = draw_prompts(["points"], [PromptRow("a", (tile(two_clicks()),))])
    assert [line.get_marker() for line in figure.axes[0].lines] == ["P", "X"]
    assert texts(figure) == []


def test_clicks_carry_the_number_of_their_attempt() -> None:
    figure = draw_prompts(["clicks"], [PromptRow("a", (tile(two_clicks(), (1, 3)),))])
    assert texts(figure) == ["1", "3"]


def test_a_drawn_mask_is_laid_over_the_image_and_kept_in_sight() -> None:
    drawn = np.zeros((40, 60), dtype=bool)
    drawn[0, 0] = True
    shown = tile(Prompt(mask=drawn))
    _, layer = draw_prompts(["mask"], [PromptRow("a", (shown,))]).axes[0].images
    pixels = np.asarray(layer.get_array())
    assert np.array_equal(pixels[..., 3] > 0, drawn)
    assert crop(shown).tolist() == [0, 0, 59, 39]


def test_long_names_are_folded_at_underscores() -> None:
    assert folded("box") == "box"
    assert folded("scribble_boundary_mask") == "scribble_boundary_\nmask"


def test_a_window_is_that_of_the_reference_until_something_lies_outside() -> None:
    assert steady_window(tile(Prompt())).tolist() == [10, 0, 49, 39]  # twice 20 px round its middle
    grown = steady_window(tile(two_clicks()))  # 41 px up to x = 50, and a tenth of that round it
    assert grown == pytest.approx([7.95, 0, 52.05, 39])
    whole = Prompt(box_xyxy=np.array([0.0, 0, 59, 39]))
    assert steady_window(tile(whole)).tolist() == [0, 0, 59, 39]


def test_the_legend_names_what_is_there() -> None:
    figure = draw_prompts(["points"], [PromptRow("a", (tile(two_clicks()),))])
    (legend,) = figure.legends
    said = [text.get_text() for text in legend.get_texts()]
    assert said == ["reference", "foreground point", "background point"]


def test_a_grid_is_drawn_as_its_points_and_named() -> None:
    figure = draw_prompts(["grid"], [PromptRow("a", (tile(Prompt(grid=Grid(points_per_side=3))),))])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["reference", "point of the grid"]
    offsets = [np.asarray(it.get_offsets()) for it in figure.axes[0].collections]
    (dots,) = (it for it in offsets if len(it) == 9)
    # 60 x 40 px: cells of 20 px across, whose first centre is half a cell less half a pixel in.
    assert dots[0][0] == 9.5
