"""Contact sheets: worst, median and best target of each prompt mode, as pictures."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from samb.dialogue import Tile
from samb.ordering import natural_order
from samb.reports.material import Material, final_scores, headline_scores
from samb.reports.names import shown_dataset, shown_mode
from samb.reports.pictures import SHEET_DPI, Picture, oracle_note, panels, png
from samb.reports.tile import (
    BACKGROUND,
    FOREGROUND,
    MARKERS,
    PREDICTION,
    PROMPT,
    REFERENCE,
    draw_tile,
)

GRID_POINT = "point of the grid"
RANKS = ("worst", "median", "best")
TIE_BREAK = ["value", "case", "frame", "object_id", "repeat", "annotator"]
CASE_LETTERS = 30
CAPTION_LETTERS = 36


@dataclass(frozen=True)
class Pick:
    """A frame-level score row chosen for the sheet."""

    prompt: str
    rank: str
    """`worst`, `median` or `best`."""
    row: pd.Series


def sheets(material: Material) -> list[Picture]:
    """One sheet per data set and model, where pictures were kept."""
    scores = final_scores(headline_scores(material))
    pairs = scores[["dataset", "model"]].drop_duplicates().itertuples(index=False)
    found = []
    for dataset, model in sorted(pairs, key=lambda pair: tuple(map(natural_order, pair))):
        chosen = scores[(scores["dataset"] == dataset) & (scores["model"] == model)]
        picks = pick_rows(chosen)
        tiles = [material.tile(pick.row) for pick in picks]
        if any(tile is not None for tile in tiles):
            shown = f"{shown_dataset(dataset, material)}, {model}"
            figure = draw_sheet(picks, tiles, shown)
            name = f"sheet_{dataset}__{model}.png"
            caption = f"{shown}: worst, median and best target of each prompt mode."
            found.append(Picture(name, png(figure, SHEET_DPI), caption))
    return found


def pick_rows(scores: pd.DataFrame) -> list[Pick]:
    """Worst, median and best frame-level DSC per prompt mode; ties go by name.

    The median of an even number is the lower of the middle two, so that it is a real target. Two
    targets give a worst and a best, one target a median. Undefined scores are not ranked.
    """
    ranked = scores[(scores["level"] == "frame") & (scores["metric"] == "dsc")]
    ranked = ranked[ranked["value"].notna()].sort_values(TIE_BREAK)
    modes = sorted(ranked["prompt"].unique(), key=natural_order)
    return [pick for mode in modes for pick in _ranks(mode, ranked[ranked["prompt"] == mode])]


def draw_sheet(picks: Sequence[Pick], tiles: Sequence[Tile | None], title: str) -> Figure:
    """One row per prompt mode, one column per rank; where no picture was kept, it says so."""
    modes = list(dict.fromkeys(pick.prompt for pick in picks))
    figure, every = panels(3 * len(modes), 3, 2.9, 3.3)
    for axes in every:
        axes.set_axis_off()
        axes.set_anchor("N")
    for pick, tile in zip(picks, tiles, strict=True):
        axes = every[3 * modes.index(pick.prompt) + RANKS.index(pick.rank)]
        _draw(axes, tile)
        axes.set_title(caption(pick), fontsize=8.5, loc="left", linespacing=1.35)
    figure.suptitle(title, fontweight="bold", fontsize=12)
    figure.legend(
        handles=list(legend(grid=any(it is not None and it.prompt.grid for it in tiles))),
        loc="outside lower center",
        ncols=3,
        frameon=False,
        title=oracle_note(caption(pick) for pick in picks),
    )
    return figure


def caption(pick: Pick) -> str:
    """Mode, rank and DSC, then case, slice of a volume, and structure; folded, never cut."""
    row = pick.row
    frame = f", slice {row['frame']}" if row["scope"] else ""
    lines = (
        f"{shown_mode(pick.prompt, row['selection'])}: {pick.rank}, DSC {row['value']:.3f}",
        f"{_short(str(row['case']))}{frame}",
        str(row["structure"]),
    )
    return "\n".join(textwrap.fill(line, CAPTION_LETTERS) for line in lines)


def _short(case: str) -> str:
    """The end of a long name, which is what tells cases apart."""
    return case if len(case) <= CASE_LETTERS else f"…{case[1 - CASE_LETTERS :]}"


def _ranks(mode: str, ranked: pd.DataFrame) -> Iterator[Pick]:
    count = len(ranked)
    if count > 1:
        yield Pick(mode, "worst", ranked.iloc[0])
    if count != 2:
        yield Pick(mode, "median", ranked.iloc[(count - 1) // 2])
    if count > 1:
        yield Pick(mode, "best", ranked.iloc[-1])


def _draw(axes: Axes, tile: Tile | None) -> None:
    if tile is None:
        axes.text(0.5, 0.5, "no picture kept", ha="center", va="center", fontsize=9)
    else:
        draw_tile(axes, tile)


def legend(*, grid: bool) -> Iterator[Artist]:
    """What the lines, points and areas of tiles mean; `grid`: with the points of one."""
    yield Line2D([], [], color=REFERENCE, linewidth=2, label="reference")
    yield Line2D([], [], color=PREDICTION, linewidth=2, label="prediction")
    yield Line2D([], [], color=PROMPT, linewidth=2, linestyle="--", label="box given")
    yield Patch(facecolor=PROMPT, alpha=0.55, label="mask drawn")
    for label, colour in (("foreground point", FOREGROUND), ("background point", BACKGROUND)):
        marker = MARKERS[colour]
        yield Line2D([], [], color=colour, linestyle="", marker=marker, markersize=9, label=label)
    if grid:
        dot = Line2D([], [], color=FOREGROUND, linestyle="", marker="o", label=GRID_POINT)
        dot.set(markersize=4, markeredgecolor="white")
        yield dot
