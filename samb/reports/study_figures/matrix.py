"""A table in colours: methods and modes against targets, each value written out with its mark."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from samb.reports.study_figures.methods import METHOD, method_name, methods_of
from samb.reports.study_figures.shown import OURS, PLACE, Shown, place_names, rows_of
from samb.reports.study_figures.styles import SIZE, UNSEEN, finish, is_unseen, wrapped
from samb.studies.published import MARKS

CELL = (0.95, 0.25)
"""Inches."""
DARK_FROM = 0.6
CAPTION = (
    "Values of methods and prompt modes by data set and target, darker for greater ones, each "
    "with the mark of how it was seen; black frame: ours; hatched: in no source seen."
)


@dataclass(frozen=True)
class Head:
    """A line or a column."""

    name: str
    columns: list[str]
    values: tuple[str, ...]


def draw_matrix(shown: Shown) -> Figure | None:
    """None where there is nothing to set side by side. The more numerous ones are the lines."""
    cells = shown.of_one_attempt
    methods, places = methods_of(shown, cells), shown.places(cells)
    if len(methods) < 2 or not places:
        return None
    by_method = [Head(method_name(it, cells, marked=False), METHOD, it) for it in methods]
    by_place = [Head(n, PLACE, it) for n, it in zip(place_names(places), places, strict=True)]
    lines, columns = by_method, by_place
    if len(by_place) > len(by_method):
        lines, columns = by_place, by_method
    figure, axes = _figure(lines, columns)
    most = max(1.0, float(cells["value"].max()))
    for y, line in enumerate(lines):
        for x, column in enumerate(columns):
            mine = rows_of(rows_of(cells, line.columns, line.values), column.columns, column.values)
            _cell(axes, mine, x, y, most)
    handles = [Patch(facecolor=_blue(0.5), label="the paper's, with the mark of how it was seen")]
    if (cells["whose"] == OURS).any():
        handles.append(Patch(facecolor=_blue(0.5), label="ours", edgecolor="black", linewidth=2.0))
    finish(figure, shown, f"{shown.run.name}: {shown.axis}", handles)
    return figure


def _figure(lines: list[Head], columns: list[Head]) -> tuple[Figure, Axes]:
    letters = max(len(it.name) for it in lines)
    width = 0.078 * letters + CELL[0] * len(columns) + 0.4
    size = (max(width, 6.5), CELL[1] * len(lines) + 2.4)
    figure = Figure(figsize=size, layout="constrained")
    axes: Axes = figure.subplots()
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_yticks(range(len(lines)), [it.name for it in lines], fontsize=SIZE)
    heads = [wrapped(it.name, 15) for it in columns]
    axes.set_xticks(range(len(columns)), heads, fontsize=SIZE)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure, axes


def _cell(axes: Axes, cells: pd.DataFrame, x: int, y: int, most: float) -> None:
    if cells.empty:
        axes.text(x, y, "no value", ha="center", va="center", fontsize=7, color="#888888")
        return
    row = cells.iloc[0]
    share = float(np.clip(row["value"] / most, 0, 1))
    _square(axes, x, y, _blue(share), ours=row["whose"] == OURS, hatched=is_unseen(row))
    mark = f" {MARKS[row['evidence']]}" if row["evidence"] else ""
    under = {"facecolor": _blue(share), "edgecolor": "none", "pad": 1.0}
    colour = "white" if share > DARK_FROM else "black"
    text = f"{row['value']:.3f}{mark}"
    axes.text(x, y, text, ha="center", va="center", fontsize=SIZE, color=colour, bbox=under)


def _square(
    axes: Axes, x: int, y: int, face: tuple[float, float, float], *, ours: bool, hatched: bool
) -> None:
    edge, hatch = ("#999999", UNSEEN) if hatched else ("white", None)
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=face, edgecolor=edge, hatch=hatch))
    if ours:
        inner = (x - 0.47, y - 0.42)
        axes.add_patch(Rectangle(inner, 0.94, 0.84, fill=False, edgecolor="black", linewidth=1.5))


def _blue(share: float) -> tuple[float, float, float]:
    """From white to a dark blue."""
    pale, dark = np.array([0.95, 0.97, 1.0]), np.array([0.03, 0.25, 0.5])
    red, green, blue = pale + share * (dark - pale)
    return float(red), float(green), float(blue)
