"""A sheet of prompts: one row per target, one column per prompt mode."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from samb.reports.pictures import panels
from samb.reports.sheet import legend
from samb.reports.tile import draw_tile
from samb.types import Tile

WIDTH, HEIGHT = 1.75, 1.85
"""Of one cell in inches."""
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
    figure, every = panels(columns * len(rows), columns, WIDTH, HEIGHT)
    for index, axes in enumerate(every):
        row, column = divmod(index, columns)
        _draw(axes, rows[row].tiles[column])
        if row == 0:
            axes.set_title(folded(modes[column]), fontsize=7.5, fontweight="bold")
        if column == 0:
            axes.set_ylabel(rows[row].title, fontsize=7, labelpad=3)
    figure.legend(
        handles=list(legend()),
        loc="outside lower center",
        ncols=6 if columns >= FEWEST_COLUMNS_FOR_LEGEND else 2,
        frameon=False,
        fontsize=7.5,
    )
    return figure


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
    draw_tile(axes, tile)
    axes.set_xlabel(tile.caption, fontsize=7, labelpad=2)
