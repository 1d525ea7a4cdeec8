"""How the paper's values and ours look, so that nobody needs colours to tell them apart."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from samb.reports.names import ORACLE, is_oracle
from samb.reports.pictures import COLOURS, MARKERS
from samb.reports.study_figures.shown import OURS, PAPER, Series, Shown, series_name, unseen
from samb.studies.published import EVIDENCE, MARKS, UNVERIFIED

UNSEEN = "////"
"""Hatching of values that no source shows; nothing else is hatched so."""
SIZE = 8
"""Points, of labels of lines."""


@dataclass(frozen=True)
class Style:
    """How one series is drawn."""

    colour: str
    marker: str
    hollow: bool
    """Where the mask is chosen by the reference."""

    def bar(self, *, hatched: bool) -> dict[str, Any]:
        """The paper's value: a pale bar with an outline, an empty one for an oracle."""
        face = "white" if self.hollow else pale(self.colour)
        hatch = UNSEEN if hatched else None
        return {"facecolor": face, "edgecolor": self.colour, "linewidth": 1.0, "hatch": hatch}

    def point(self) -> dict[str, Any]:
        """Ours: a mark with a dark edge, whose bar is its interval."""
        face = "white" if self.hollow else self.colour
        return {
            "marker": self.marker, "markersize": 5.5, "markerfacecolor": face, "linestyle": "none",
            "markeredgecolor": "black", "ecolor": "black", "elinewidth": 1.1, "capsize": 2,
            "zorder": 4,
        }  # fmt: skip


def pale(colour: str) -> tuple[float, float, float]:
    """The colour mixed with twice as much white: lines of a grid do not shine through."""
    red, green, blue = to_rgb(colour)
    return (red + 2) / 3, (green + 2) / 3, (blue + 2) / 3


def styles(series: Sequence[Series]) -> dict[Series, Style]:
    """A colour per model; ours and the paper's of one model share it."""
    models = list(dict.fromkeys(model for _, model, _ in series))
    ours = [it for it in series if it[0] == OURS]
    return {
        it: Style(
            COLOURS[models.index(it[1]) % len(COLOURS)],
            MARKERS[ours.index(it) % len(MARKERS)] if it in ours else "",
            is_oracle(it[2]),
        )
        for it in series
    }


def handle(series: Series, style: Style, cells: pd.DataFrame) -> Artist:
    """What a legend shows of a series."""
    name = series_name(series, cells)
    if series[0] == PAPER:
        mine = cells[(cells["whose"] == PAPER) & (cells["model"] == series[1])]
        return Patch(label=name, **style.bar(hatched=unseen(mine)))
    point = style.point()
    for key in ("ecolor", "elinewidth", "capsize", "zorder"):
        point.pop(key)
    return Line2D([], [], label=name, **point)


def finish(
    figure: Figure, shown: Shown, title: str, handles: Sequence[Artist], *sentences: str
) -> None:
    """Title and legend above; below what the marks mean, and whose paper it is."""
    longest = max(len(str(it.get_label())) for it in handles)
    room = int(figure.get_figwidth() / (0.07 * longest + 0.5))
    figure.legend(
        handles=handles, loc="outside upper left", ncols=min(max(room, 1), len(handles)),
        frameon=False, fontsize=SIZE + 1, title=title, alignment="left",
        title_fontproperties={"size": SIZE + 4, "weight": "bold"},
    )  # fmt: skip
    said = [*footnote(shown), *sentences]
    lines = textwrap.wrap(" ".join(said), int(figure.get_figwidth() * 15))
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=SIZE, color="#444444")


def footnote(shown: Shown) -> list[str]:
    """Sentences on evidence, oracles, and data that are not the paper's."""
    cells, kinds = shown.cells, set(shown.cells["evidence"])
    letters = {mark.partition(",")[0] for kind, mark in MARKS.items() if kind in kinds}
    said = [f"[{it}] {EVIDENCE[it]}." for it in EVIDENCE if it in letters]
    if unseen(cells):
        said.append("Hatched: in no source seen; quote none of them.")
    if "U" not in letters and shown.run.withheld:
        said.append(f"{shown.run.withheld} values that no source shows are left out.")
    if cells["selection"].map(is_oracle).any():
        said.append(f"{ORACLE.capitalize()}.")
    roles = set(cells["role"])
    if "substitute" in roles:
        said.append("Substitutes are other images: their values are no repetition of the paper's.")
    if "phantoms" in roles:
        said.append("Generated data show that the commands work, and nothing of the paper.")
    card = shown.run.card
    given = [card.get("paper"), card.get("arxiv") and f"arXiv {card['arxiv']}"]
    paper = ", ".join(" ".join(str(it).split()) for it in given if it)
    return [*said, f"Paper: {paper}."] if paper else said


def reach(rows: pd.DataFrame) -> list[Any] | None:
    """How far the intervals go below and above the values; None where there is none."""
    if rows["low"].isna().all():
        return None
    below, above = rows["value"] - rows["low"], rows["high"] - rows["value"]
    return [below.clip(lower=0), above.clip(lower=0)]


def is_unseen(row: "pd.Series[Any]") -> bool:
    """Whether no source shows this value."""
    return str(row["evidence"]).startswith(UNVERIFIED)


def wrapped(text: str, letters: int) -> str:
    """Over several lines, broken at spaces and, as names have none, after underscores."""
    words = textwrap.wrap(
        text.replace("_", "_ "), letters + min(text.count("_"), 2), break_long_words=False
    )
    return "\n".join(word.replace("_ ", "_") for word in words)


def plain(axes: Axes, along: str = "x") -> None:
    """Light lines along one axis, no frame on the right and above."""
    axes.grid(axis="x" if along == "x" else "y", color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SIZE)


def limits(values: Iterable[float]) -> tuple[float, float]:
    """An axis from 0, to 1 where nothing is above."""
    most = max(values, default=1.0)
    return 0.0, 1.0 if most <= 1 else 1.05 * most
