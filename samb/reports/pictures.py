"""What all figures share: colours, sizes, and how a figure becomes a file."""

import io
import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from samb.reports.material import Material
from samb.reports.names import ORACLE_NOTE, is_floor, model_order

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Six of the eight colours of Okabe and Ito, which people with colour blindness tell apart."""
FLOOR_COLOURS = ("#555555", "#A0A0A0")
MARKERS = ("o", "s", "^", "D", "v", "P")
PLOT_DPI = 130
SHEET_DPI = 100
LETTERS_PER_INCH = 10.5
"""Of a panel's title."""
MARGIN = 0.3
"""Inches of a panel's width, left of its axes."""


@dataclass(frozen=True)
class Picture:
    """One image file of a report."""

    name: str
    """File name, ending in .png."""
    png: bytes
    caption: str


@dataclass(frozen=True)
class Look:
    """How one model is drawn in every plot of a report."""

    colour: str
    marker: str


def looks(material: Material) -> dict[str, Look]:
    """Model -> its look, in table order; floors are grey."""
    names = sorted(material.scores["model"].unique(), key=lambda name: model_order(name, material))
    floors = [name for name in names if is_floor(material.card("model", name))]
    found = {}
    for index, name in enumerate(names):
        colours = FLOOR_COLOURS if name in floors else COLOURS
        position = floors.index(name) if name in floors else index
        found[name] = Look(colours[position % len(colours)], MARKERS[index % len(MARKERS)])
    return found


def panels(count: int, columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A figure of `count` panels of width x height inches each, with room made for every label."""
    rows = math.ceil(count / columns)
    figure = Figure(figsize=(width * columns, height * rows + 0.6), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    every: list[Axes] = list(grid.flat)
    for spare in every[count:]:
        spare.set_axis_off()
    return figure, every[:count]


def tidy(axes: Axes, title: str) -> None:
    """Title at the left, folded to the panel's width; light horizontal lines, half a frame."""
    axes.set_title(_folded(title, axes), loc="left", fontsize=11, fontweight="bold")
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=9)


def _folded(title: str, axes: Axes) -> str:
    spec, figure = axes.get_subplotspec(), axes.get_figure(root=True)
    if spec is None or figure is None:
        return title
    inches = figure.get_figwidth() / spec.get_gridspec().ncols - MARGIN
    letters = max(1, int(inches * LETTERS_PER_INCH))
    return textwrap.fill(title, letters, break_long_words=False, break_on_hyphens=False)


def oracle_note(labels: Iterable[str]) -> str:
    """The title of a legend where any label has the mark of an oracle; else empty."""
    return ORACLE_NOTE if any("(oracle)" in label for label in labels) else ""


def png(figure: Figure, dots_per_inch: int) -> bytes:
    """The figure as PNG; equal figures give equal bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dots_per_inch, metadata={"Software": None})
    return buffer.getvalue()
