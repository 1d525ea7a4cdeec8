"""DSC along an axis (number of points, strength of jitter, click by click), by structure."""

import math
import re
from collections.abc import Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from samb.ordering import natural_order
from samb.reports.clicks import carry_forward
from samb.reports.material import Material, at_main_level, final_scores, headline_scores
from samb.reports.names import is_oracle, shown_dataset, shown_model
from samb.reports.pictures import PLOT_DPI, Look, Picture, looks, oracle_note, panels, png, tidy
from samb.reports.statistics import Summary, summarise

LINES = ("-", "--", ":", "-.")
X_LABEL = {
    "points": "points (evenly spaced, not to scale)",
    "jitter": "jitter of the box edges, fraction of the extent (not to scale)",
    "shift_px": "greatest move of the prompt along an axis, px (not to scale)",
    "clicks": "click",
}
CAPTION = {
    "points": "Mean DSC over groups against the number of points.",
    "jitter": "Mean DSC over groups against the jitter of the box; 0 is the tight box.",
    "shift_px": "Mean DSC over groups against the greatest move of the box or point.",
    "clicks": "Mean DSC over groups after each click, at frame level; a target whose user stopped "
    "early keeps its last value.",
}
DODGE = 0.006
"""Shift between models, as a fraction of the axis, so that their intervals do not cover."""


def curve_pictures(material: Material) -> list[Picture]:
    """One picture per axis with at least two positions on some line."""
    found = []
    for axis in _axes(material):
        lines = click_lines(material) if axis == "clicks" else mode_lines(material, axis)
        if len(lines):
            said = CAPTION.get(axis, f"Mean DSC over groups against {axis}.")
            caption = f"{said} Bars: 95 % interval (5 groups up)."
            found.append(
                Picture(f"dsc_by_{axis}.png", png(_draw(axis, lines, material), PLOT_DPI), caption)
            )
    return found


def _axes(material: Material) -> list[str]:
    """Every axis that a mode stands on; those known here first."""
    present = {axis for axis, _ in material.curves.values()}
    return [*(it for it in X_LABEL if it in present), *sorted(present - X_LABEL.keys())]


def mode_lines(material: Material, axis: str) -> pd.DataFrame:
    """Columns dataset, structure, model, family, x, mean, below, above: modes on one axis.

    After the last attempt.

    The interval reaches `below` and `above` the mean, NaN without one. A family is a mode's name
    without its number. A mode without a number (`box`, jitter 0) belongs to every family of its
    axis. Lines with a single position are left out.
    """
    scores = at_main_level(final_scores(headline_scores(material)))
    positions = {mode: x for mode, (its_axis, x) in material.curves.items() if its_axis == axis}
    summaries = summarise(
        _dsc(scores, list(positions)), ("dataset", "structure", "model", "prompt")
    )
    families = sorted({family for mode in positions if (family := _family(mode)) != mode})
    rows = [
        _point((dataset, structure, model, family), positions[mode], summary)
        for (dataset, structure, model, mode), summary in summaries.items()
        for family in ([_family(mode)] if _family(mode) != mode else families)
    ]
    return _at_least_two(rows)


def click_lines(material: Material) -> pd.DataFrame:
    """The same columns for corrective modes: x is the attempt, the family the mode."""
    modes = [mode for mode, (axis, _) in material.curves.items() if axis == "clicks"]
    scores = headline_scores(material)
    scores = carry_forward(_dsc(scores[scores["level"] == "frame"], modes))
    summaries = summarise(scores, ("dataset", "structure", "model", "prompt", "attempt"))
    rows = [
        _point((dataset, structure, model, mode), float(attempt), summary)
        for (dataset, structure, model, mode, attempt), summary in summaries.items()
    ]
    return _at_least_two(rows)


def _dsc(scores: pd.DataFrame, modes: Sequence[str]) -> pd.DataFrame:
    return scores[(scores["metric"] == "dsc") & scores["prompt"].isin(modes)]


def _family(mode: str) -> str:
    return re.sub(r"_\d+(p\d+)?$", "", mode)


LINE = ["dataset", "structure", "model", "family"]


def _point(line: tuple[str, ...], x: float, summary: Summary) -> dict[str, str | float]:
    interval = summary.interval
    below = summary.mean - interval.low if interval else math.nan
    above = interval.high - summary.mean if interval else math.nan
    reach = {"mean": summary.mean, "below": below, "above": above}
    return {**dict(zip(LINE, line, strict=True)), "x": x, **reach}


def _at_least_two(rows: list[dict[str, str | float]]) -> pd.DataFrame:
    lines = pd.DataFrame(rows, columns=[*LINE, "x", "mean", "below", "above"])
    lines = lines[lines["mean"].notna()]
    positions = lines.groupby(LINE)["x"].transform("nunique")
    return lines[positions >= 2].sort_values([*LINE, "x"])


def _draw(axis: str, lines: pd.DataFrame, material: Material) -> Figure:
    pairs = set(zip(lines["dataset"], lines["structure"], strict=True))
    places = sorted(pairs, key=lambda pair: tuple(map(natural_order, pair)))
    positions = sorted(set(lines["x"]))
    lines = lines.assign(x=lines["x"].map(positions.index))
    ticks = [f"{x:g}{_mark(axis, x, material)}" for x in positions]
    columns, width, height = _layout(len(places))
    figure, every = panels(len(places), columns, width, height)
    for axes, (dataset, structure) in zip(every, places, strict=True):
        mine = (lines["dataset"] == dataset) & (lines["structure"] == structure)
        _panel(axes, lines[mine], lines, material)
        axes.set_xticks(range(len(positions)), ticks)
        tidy(axes, f"{shown_dataset(dataset, material)}, {structure}")
    figure.supxlabel(X_LABEL.get(axis, axis), fontsize=10)
    figure.supylabel("mean DSC", fontsize=10)
    found = {text: line for axes in every for line, text in _legend(axes)}
    figure.legend(
        list(found.values()),
        list(found),
        loc="outside upper center",
        ncols=4,
        frameon=False,
        title=oracle_note(ticks),
    )
    return figure


def _layout(panels_count: int) -> tuple[int, float, float]:
    """Columns, and width and height of a panel in inches: many panels are small ones."""
    if panels_count == 1:
        return 1, 7.0, 3.6
    return (2, 5.0, 3.2) if panels_count <= 4 else (4, 3.0, 2.2)


def _mark(axis: str, x: float, material: Material) -> str:
    oracles = [
        (its_axis, position)
        for mode, (its_axis, position) in material.curves.items()
        if is_oracle(material.headline.get(mode, ""))
    ]
    marked = axis in dict(oracles) if axis == "clicks" else (axis, x) in oracles
    return "\n(oracle)" if marked else ""


def _legend(axes: Axes) -> list[tuple[Artist, str]]:
    handles, labels = axes.get_legend_handles_labels()
    return list(zip(handles, labels, strict=True))


def _panel(axes: Axes, rows: pd.DataFrame, every: pd.DataFrame, material: Material) -> None:
    families = sorted(set(every["family"]), key=natural_order)
    models = {name: look for name, look in looks(material).items() if name in set(every["model"])}
    span = every["x"].max() - every["x"].min()
    for index, (model, look) in enumerate(models.items()):
        shift = (index - (len(models) - 1) / 2) * DODGE * span
        for number, family in enumerate(families):
            line = rows[(rows["model"] == model) & (rows["family"] == family)]
            label = shown_model(model, material)
            if len(families) > 1:
                label = f"{label}, {family}"
            if len(line):
                _line(axes, line.assign(x=line["x"] + shift), look, LINES[number % 4], label)
    axes.set_ylim(-0.02, 1.02)


def _line(axes: Axes, line: pd.DataFrame, look: Look, style: str, label: str) -> None:
    axes.errorbar(
        line["x"],
        line["mean"],
        yerr=[line["below"], line["above"]],
        color=look.colour,
        marker=look.marker,
        linestyle=style,
        linewidth=1.8,
        markersize=6,
        capsize=3,
        elinewidth=1.1,
        label=label,
    )
