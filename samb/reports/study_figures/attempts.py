"""A curve over attempts: click by click, the paper's as thin lines, ours as thick ones."""

from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from samb.reports.names import is_oracle, shown_prompt
from samb.reports.pictures import COLOURS, panels
from samb.reports.study_figures.shown import (
    OURS,
    PLACE,
    Place,
    Shown,
    marks,
    place_name,
    rows_of,
    unseen,
)
from samb.reports.study_figures.styles import SIZE, finish, limits, plain, reach, wrapped

LINE = ["whose", "model", "prompt", "selection"]
MARKERS = "osD^vPXp"
CAPTION = (
    "Mean over targets after each click. Thin lines: the paper's; thick ones: ours, with 95 % "
    "intervals; empty marks: the mask chosen by the reference; dashed: methods other than the "
    "study's models; dotted: in no source seen."
)

Line = tuple[str, str, str, str]
"""Values of LINE."""


def draw_attempts(shown: Shown) -> Figure | None:
    """None where no mode has a second attempt. A panel per mean over targets, or per target."""
    cells = shown.by_click
    if cells.empty:
        return None
    places = _places(shown, cells)
    lines = _lines(shown, cells)
    figure, every = panels(len(places), min(len(places), 3), 8.0 if len(places) == 1 else 4.6, 4.0)
    for axes, place in zip(every, places, strict=True):
        mine = rows_of(cells, PLACE, place)
        for number, line in enumerate(lines):
            _curve(axes, rows_of(mine, LINE, line), _look(line, number, shown, cells))
        axes.set_title(wrapped(place_name(place), 50), loc="left", fontsize=SIZE + 2)
        axes.set_ylim(*limits(cells["value"]))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        plain(axes, "y")
        axes.set_xlabel("click", fontsize=SIZE + 1)
    every[0].set_ylabel(shown.axis, fontsize=SIZE + 1)
    found = {str(it.get_label()): it for axes in every for it in _handles(axes)}
    finish(figure, shown, f"{shown.run.name}: {shown.axis} click by click", list(found.values()))
    return figure


def _handles(axes: Axes) -> list[Artist]:
    handles, labels = axes.get_legend_handles_labels()
    for it, label in zip(handles, labels, strict=True):
        it.set_label(label)
    return list(handles)


def _places(shown: Shown, cells: pd.DataFrame) -> list[Place]:
    """Of each role the mean over targets, where there is one; else every target."""
    every = shown.places(cells)
    means = [it for it in every if shown.is_overall(it)]
    with_mean = {it[2] for it in means}
    return [it for it in every if it in means or it[2] not in with_mean]


def _lines(shown: Shown, cells: pd.DataFrame) -> list[Line]:
    """The paper's SAM, then its other methods, then ours."""
    found: set[Line] = set(cells[LINE].itertuples(index=False, name=None))
    return sorted(found, key=lambda it: (it[0] == OURS, _is_other(it, shown), is_oracle(it[3]), it))


def _is_other(line: Line, shown: Shown) -> bool:
    """Whether it is of a method that the paper compares SAM with."""
    return line[0] != OURS and line[1] not in shown.run.study.models


def _look(line: Line, number: int, shown: Shown, cells: pd.DataFrame) -> dict[str, Any]:
    whose, model, prompt, selection = line
    mine, colour = rows_of(cells, LINE, line), COLOURS[number % len(COLOURS)]
    alike = [it for it in _lines(shown, cells) if (*it[:2], it[3]) == (whose, model, selection)]
    chosen = f", {selection}{' (oracle)' if is_oracle(selection) else ''}" if selection else ""
    mode = f", {shown_prompt(prompt)}" if len(alike) > 1 else ""
    dashed = "--" if _is_other(line, shown) else "-"
    return {
        "label": f"{whose}: {model}{chosen}{mode}{marks(mine['evidence'])}",
        "color": colour,
        "marker": MARKERS[number % len(MARKERS)],
        "markerfacecolor": "white" if is_oracle(selection) else colour,
        "markeredgecolor": "black" if whose == OURS else colour,
        "markersize": 6.5 if whose == OURS else 5,
        "linewidth": 2.8 if whose == OURS else 1.3,
        "linestyle": ":" if unseen(mine) else dashed,
    }


def _curve(axes: Axes, cells: pd.DataFrame, look: dict[str, Any]) -> None:
    if cells.empty:
        return
    line = cells.sort_values("attempt")
    far = reach(line)
    axes.errorbar(line["attempt"], line["value"], yerr=far, capsize=3, elinewidth=1.1, **look)
