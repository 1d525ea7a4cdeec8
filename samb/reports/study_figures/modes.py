"""Bars by prompt mode: a panel per mode, a line per target, the paper's bar and our mark on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from samb.reports.names import shown_prompt
from samb.reports.study_figures.shown import (
    NETWORK,
    OURS,
    PAPER,
    PLACE,
    SERIES,
    Series,
    Shown,
    marks,
    place_names,
    rows_of,
    series_of,
    unseen,
)
from samb.reports.study_figures.styles import (
    SIZE,
    Style,
    finish,
    handle,
    is_unseen,
    limits,
    plain,
    reach,
    styles,
    wrapped,
)

BAR = 0.14
"""Inches of one bar across."""
GAP = 0.8
"""Between two lines, in bars."""
LABEL_LETTERS = 40
MOST_WRITTEN = 60
"""Up to so many bars, each has its value written in it."""
WRITTEN: Mapping[str, Any] = {"va": "center", "fontsize": 6.5, "color": "#222222"}
CAPTION = (
    "The paper's values by prompt mode and target as bars (empty: the mask chosen by the "
    "reference), ours as marks with their 95 % interval; sorted by the paper's mean over modes; "
    "upright strokes: the best method without prompts, of the paper and (dotted) ours. Hatched or "
    "dashed: in no source seen."
)
STROKE = "#222222"

Slot = tuple[str, str]
"""Model and selection."""


@dataclass(frozen=True)
class Line:
    """One line of a panel, or one panel: a target, or a mode."""

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    """What has a bar on this line in any panel, from above down."""
    top: float = 0.0
    """Bars above the line."""

    def of(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Its cells; methods without prompt are the same under every mode."""
        if self.columns == ("prompt",) and (cells["prompt"] == NETWORK).all():
            return cells
        return rows_of(cells, self.columns, self.values)

    @property
    def bottom(self) -> float:
        """Where the next line begins."""
        return self.top + max(len(self.slots), 1) + GAP

    def at(self, slot: Slot) -> float:
        """Middle of a bar."""
        return self.top + (GAP + 1) / 2 + self.slots.index(slot)


def draw_modes(shown: Shown) -> Figure | None:
    """None where there are not two modes of one attempt."""
    cells = shown.of_one_attempt
    networks, prompted = cells[cells["prompt"] == NETWORK], cells[cells["prompt"] != NETWORK]
    modes, places = shown.modes(prompted), shown.places(prompted)
    if len(modes) < 2:
        return None
    found = styles(series_of(prompted))
    by_mode = [Line(_mode_name(it, shown), ("prompt",), (it,)) for it in modes]
    named = zip(place_names(places), places, strict=True)
    by_place = [Line(name, tuple(PLACE), it) for name, it in named]
    panels, lines = (by_mode, by_place) if len(places) >= len(modes) else (by_place, by_mode)
    lines = _set_out(lines, prompted, found)
    figure, every = _figure(len(panels), lines)
    for axes, panel in zip(every, panels, strict=True):
        _panel(axes, panel.of(prompted), lines, found, written=_are_few(panels, lines, prompted))
        axes.set_title(_title(panel.name, figure, len(panels)), loc="left", fontsize=SIZE + 1)
        axes.set_xlim(*limits(cells["value"]))
        plain(axes)
    _frame(every, lines)
    every[0].set_xlabel(shown.axis, fontsize=SIZE, loc="left")
    handles = [handle(it, style, prompted) for it, style in found.items()]
    handles += [
        it
        for whose in (PAPER, OURS)
        for it in _strokes(every, panels, lines, networks[networks["whose"] == whose])
    ]
    finish(figure, shown, f"{shown.run.name}: {shown.axis} by prompt mode", handles)
    return figure


def _mode_name(mode: str, shown: Shown) -> str:
    words = shown.run.study.modes.get(mode, "")
    return f"{shown_prompt(mode)}\n{words}" if words not in ("", mode) else shown_prompt(mode)


def _set_out(
    lines: Sequence[Line], cells: pd.DataFrame, found: Mapping[Series, Style]
) -> list[Line]:
    """The lines with their bars: one per model and selection, the paper's and our mark on it."""
    placed: list[Line] = []
    for line in lines:
        here = {series[1:] for series in series_of(line.of(cells))}
        slots = tuple(dict.fromkeys(it[1:] for it in found if it[1:] in here))
        placed.append(replace(line, slots=slots, top=placed[-1].bottom if placed else 0.0))
    return placed


def _are_few(panels: Sequence[Line], lines: Sequence[Line], cells: pd.DataFrame) -> bool:
    bars = len(panels) * sum(len(it.slots) for it in lines)
    return bars <= MOST_WRITTEN and not (cells["whose"] == OURS).any()


def _figure(panels: int, lines: Sequence[Line]) -> tuple[Figure, list[Axes]]:
    width = min(max(10.5 / panels, 1.3), 4.5)
    letters = min(max(len(it.name) for it in lines), LABEL_LETTERS)
    size = (0.075 * letters + panels * width, lines[-1].bottom * BAR + 1.9)
    figure = Figure(figsize=size, layout="constrained")
    every: list[Axes] = list(figure.subplots(1, panels, sharey=True, squeeze=False).flat)
    return figure, every


def _panel(
    axes: Axes,
    cells: pd.DataFrame,
    lines: Sequence[Line],
    found: Mapping[Series, Style],
    *,
    written: bool,
) -> None:
    for line in lines:
        for series, style in found.items():
            mine = rows_of(line.of(cells), SERIES, series)
            if mine.empty:
                continue
            at = line.at(series[1:])
            if series[0] == OURS:
                places = [at] * len(mine)
                axes.errorbar(mine["value"], places, xerr=reach(mine), **style.point())
            else:
                for _, row in mine.iterrows():
                    _bar(axes, row, at, style, written=written)


def _bar(axes: Axes, row: "pd.Series[Any]", at: float, style: Style, *, written: bool) -> None:
    look = style.bar(hatched=is_unseen(row))
    axes.barh(at, row["value"], 0.86, **look)
    if written:
        clear = {"facecolor": look["facecolor"], "edgecolor": "none", "pad": 0.4}
        under = clear if is_unseen(row) else None  # so that no hatching crosses the digits
        axes.text(0.015, at, f"{row['value']:.2f}", bbox=under, **WRITTEN)


def _strokes(
    every: Sequence[Axes], panels: Sequence[Line], lines: Sequence[Line], cells: pd.DataFrame
) -> list[Artist]:
    """The best method without prompts on each line, upright; its entry in the legend."""
    drawn = []
    for axes, panel in zip(every, panels, strict=True):
        for line in lines:
            mine = line.of(panel.of(cells))
            if len(mine):
                best = mine.sort_values("value").iloc[-1]
                drawn.append(best)
                ends = line.top + GAP / 4, line.bottom - GAP / 4
                axes.vlines(best["value"], *ends, STROKE, _dashes(best), linewidth=2.0, zorder=3)
    if not drawn:
        return []
    found = pd.DataFrame(drawn)
    models = list(dict.fromkeys(found["model"]))
    what = models[0] if len(models) == 1 else "best method without prompts"
    label = f"{found['whose'].iloc[0]}: {what}{marks(found['evidence'])}"
    dashes: Literal["-", "--", ":"] = "--" if unseen(found) else _dashes(found.iloc[0])
    return [Line2D([], [], color=STROKE, linewidth=2.0, linestyle=dashes, label=label)]


def _dashes(row: "pd.Series[Any]") -> Literal["-", "--", ":"]:
    if row["whose"] == OURS:
        return ":"
    return "--" if is_unseen(row) else "-"


def _title(name: str, figure: Figure, panels: int) -> str:
    letters = int(11 * figure.get_figwidth() / (panels + 0.7))
    return "\n".join(wrapped(line, letters) for line in name.split("\n"))


def _frame(every: Sequence[Axes], lines: Sequence[Line]) -> None:
    """Names at the left; a rule where data of another role begin."""
    every[0].set_ylim(lines[-1].bottom, 0)
    names = [wrapped(it.name.replace("\n", ": "), LABEL_LETTERS) for it in lines]
    every[0].set_yticks([(it.top + it.bottom) / 2 for it in lines], names)
    roles = [it.values[2:3] for it in lines]
    for axes in every:
        axes.tick_params(axis="y", length=0)
        for line, (one, other) in zip(lines, pairwise(roles), strict=False):
            if one != other:
                axes.axhline(line.bottom, color="#888888", linewidth=1.0)
