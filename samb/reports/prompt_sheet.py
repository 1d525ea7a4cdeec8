"""A sheet of prompts: one row per target, one column per prompt mode."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from samb.dialogue import Tile
from samb.geometry import box_extent
from samb.reports.sheet import GRID_POINT, legend
from samb.reports.tile import draw_tile, parts_of, steady_window

WIDTH, CAPTION, EDGES, HEAD = 1.8, 0.25, 0.35, 0.75
"""In inches: of a tile, and of what stands under a row, at the left, above and below all."""
STEEPEST = 1.5
"""No tile is higher than this times its width: then it is drawn narrower."""
SCALE = 0.6
"""Of lines and points, next to those of the larger tiles of a report."""
FEWEST_COLUMNS_FOR_LEGEND = 4


@dataclass(frozen=True)
class PromptRow:
    """One target under every mode."""

    title: str
    tiles: tuple[Tile | None, ...]
    """In the order of the columns; None: the mode gave this target no prompt."""


def draw_prompts(modes: Sequence[str], rows: Sequence[PromptRow]) -> Figure:
    """Modes stand above their columns, the target left of its row, captions below the tiles."""
    columns = len(modes)
    figure, every = _grid(rows, columns)
    for index, axes in enumerate(every):
        row, column = divmod(index, columns)
        _draw(axes, rows[row].tiles[column])
        if row == 0:
            axes.set_title(folded(modes[column]), fontsize=7.5, fontweight="bold")
        if column == 0:
            axes.set_ylabel(rows[row].title, fontsize=7, labelpad=3)
    figure.legend(
        handles=[it for it in legend(grid=True) if it.get_label() in _drawn(rows)],
        loc="outside lower center",
        ncols=6 if columns >= FEWEST_COLUMNS_FOR_LEGEND else 2,
        frameon=False,
        fontsize=7.5,
    )
    return figure


def _grid(rows: Sequence[PromptRow], columns: int) -> tuple[Figure, list[Axes]]:
    """A figure whose rows are as high as their tiles need."""
    heights = [WIDTH * _steepest(row) + CAPTION for row in rows]
    size = (WIDTH * columns + EDGES, sum(heights) + HEAD)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(rows), columns, squeeze=False, height_ratios=heights)
    return figure, list(grid.flat)


def _steepest(row: PromptRow) -> float:
    """Height of the row's tallest tile, in its width; 1 where there is none."""
    windows = [steady_window(tile) for tile in row.tiles if tile is not None]
    ratios = [float(np.divide(*box_extent(window)[::-1])) for window in windows]
    return min(max(ratios, default=1.0), STEEPEST)


def _drawn(rows: Sequence[PromptRow]) -> set[str]:
    """Labels of the legend that the tiles have a use for."""
    tiles = [tile for row in rows for tile in row.tiles if tile is not None]
    parts = [part for tile in tiles for part in parts_of(tile.prompt)]
    labels = {int(label) for part in parts for label in part.point_labels}
    return {"reference"} | {
        label
        for label, is_there in (
            ("prediction", any(tile.prediction.any() for tile in tiles)),
            ("box given", any(part.box_xyxy is not None for part in parts)),
            ("mask drawn", any(part.mask is not None for part in parts)),
            (GRID_POINT, any(part.grid is not None for part in parts)),
            ("foreground point", 1 in labels),
            ("background point", 0 in labels),
        )
        if is_there
    }


def folded(name: str, letters: int = 18) -> str:
    """A mode's name on as many lines as it needs, folded at underscores."""
    lines = [""]
    for part in name.split("_"):
        longer = f"{lines[-1]}_{part}" if lines[-1] else part
        if lines[-1] and len(longer) > letters:
            lines[-1] += "_"
            lines.append(part)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _draw(axes: Axes, tile: Tile | None) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    if tile is None:
        axes.text(0.5, 0.5, "no prompt", ha="center", va="center", fontsize=8)
        return
    draw_tile(axes, tile, steady_window(tile), scale=SCALE)
    axes.set_xlabel(tile.caption, fontsize=7, labelpad=2)
