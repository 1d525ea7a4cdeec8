"""DSC along an axis: number of points, strength of jitter, click by click."""

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
from samb.reports.names import is_oracle, shown_model
from samb.reports.pictures import PLOT_DPI, Look, Picture, looks, oracle_note, panels, png, tidy
from samb.reports.statistics import Summary, summarise

LINES = ("-", "--", ":", "-.")
X_LABEL = {
    "points": "points (evenly spaced, not to scale)",
    "jitter": "jitter of the box edges, fraction of the extent (not to scale)",
    "clicks": "click",
}
CAPTION = {
    "points": "Mean DSC over groups against the number of points.",
    "jitter": "Mean DSC over groups against the jitter of the box; 0 is the tight box.",
    "clicks": "Mean DSC over groups after each click, at frame level; a target whose user stopped "
    "early keeps its last value.",
}
DODGE = 0.006
"""Shift between models, as a fraction of the axis, so that their intervals do not cover."""


def curve_pictures(material: Material) -> list[Picture]:
    """One picture per axis with at least two positions on some line."""
    found = []
    for axis in ("points", "jitter", "clicks"):
        lines = click_lines(material) if axis == "clicks" else mode_lines(material, axis)
        if len(lines):
            caption = f"{CAPTION[axis]} All structures together; bars: 95 % interval (5 groups up)."
            found.append(
                Picture(f"dsc_by_{axis}.png", png(_draw(axis, lines, material), PLOT_DPI), caption)
            )
    return found


def mode_lines(material: Material, axis: str) -> pd.DataFrame:
    """Columns dataset, model, family, x, mean, below, above: modes on one axis, last attempt.

    The interval reaches `below` and `above` the mean, NaN without one. A family is a mode's name
    without its number. A mode without a number (`box`, jitter 0) belongs to every family of its
    axis. Lines with a single position are left out.
    """
    scores = at_main_level(final_scores(headline_scores(material)))
    positions = {mode: x for mode, (its_axis, x) in material.curves.items() if its_axis == axis}
    summaries = summarise(_dsc(scores, list(positions)), ("dataset", "model", "prompt"))
    families = sorted({family for mode in positions if (family := _family(mode)) != mode})
    rows = [
        _point(dataset, model, family, positions[mode], summary)
        for (dataset, model, mode), summary in summaries.items()
        for family in ([_family(mode)] if _family(mode) != mode else families)
    ]
    return _at_least_two(rows)


def click_lines(material: Material) -> pd.DataFrame:
    """The same columns for corrective modes: x is the attempt, the family the mode."""
    modes = [mode for mode, (axis, _) in material.curves.items() if axis == "clicks"]
    scores = headline_scores(material)
    scores = carry_forward(_dsc(scores[scores["level"] == "frame"], modes))
    summaries = summarise(scores, ("dataset", "model", "prompt", "attempt"))
    rows = [
        _point(dataset, model, mode, float(attempt), summary)
        for (dataset, model, mode, attempt), summary in summaries.items()
    ]
    return _at_least_two(rows)


def _dsc(scores: pd.DataFrame, modes: Sequence[str]) -> pd.DataFrame:
    return scores[(scores["metric"] == "dsc") & scores["prompt"].isin(modes)]


def _family(mode: str) -> str:
    return re.sub(r"_\d+(p\d+)?$", "", mode)


def _point(
    dataset: str, model: str, family: str, x: float, summary: Summary
) -> dict[str, str | float]:
    interval = summary.interval
    below = summary.mean - interval.low if interval else math.nan
    above = interval.high - summary.mean if interval else math.nan
    line: dict[str, str | float] = {"dataset": dataset, "model": model, "family": family}
    return {**line, "x": x, "mean": summary.mean, "below": below, "above": above}


def _at_least_two(rows: list[dict[str, str | float]]) -> pd.DataFrame:
    columns = ["dataset", "model", "family", "x", "mean", "below", "above"]
    lines = pd.DataFrame(rows, columns=columns)
    lines = lines[lines["mean"].notna()]
    positions = lines.groupby(["dataset", "model", "family"])["x"].transform("nunique")
    return lines[positions >= 2].sort_values(["dataset", "model", "family", "x"])


def _draw(axis: str, lines: pd.DataFrame, material: Material) -> Figure:
    datasets = sorted(set(lines["dataset"]), key=natural_order)
    positions = sorted(set(lines["x"]))
    lines = lines.assign(x=lines["x"].map(positions.index))
    ticks = [f"{x:g}{_mark(axis, x, material)}" for x in positions]
    columns = min(2, len(datasets))
    figure, every = panels(len(datasets), columns, 7.0 if columns == 1 else 5.0, 3.6)
    for axes, dataset in zip(every, datasets, strict=True):
        _panel(axes, lines[lines["dataset"] == dataset], lines, material)
        axes.set_xticks(range(len(positions)), ticks)
        axes.set_xlabel(X_LABEL[axis])
        axes.set_ylabel("mean DSC")
        tidy(axes, dataset)
    found = {text: line for axes in every for line, text in _legend(axes)}
    figure.legend(
        list(found.values()),
        list(found),
        loc="outside lower center",
        ncols=4,
        frameon=False,
        title=oracle_note(ticks),
    )
    return figure


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
    low, high = axes.get_ylim()
    axes.set_ylim(max(-0.02, min(low, high - 0.2)), min(1.02, max(high, low + 0.2)))


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
