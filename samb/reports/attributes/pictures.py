"""Scores against attributes in bins: a row per data set, a panel per attribute, a line per mode."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from samb.ordering import natural_order
from samb.reports.attributes.expected import ATTRIBUTES, Attribute
from samb.reports.attributes.sample import groups_that_differ, wanted
from samb.reports.attributes.targets import Cell, better, cells, headline_metric
from samb.reports.material import Material
from samb.reports.names import model_order, shown_dataset, shown_mode, shown_model
from samb.reports.pictures import COLOURS, MARKERS, PLOT_DPI, Picture, oracle_note, png, tidy
from samb.reports.statistics import LEAST_GROUPS, summarise

MOST_BINS = 5
GROUPS_PER_BIN = 8
"""With half as many, intervals are too wide to read; they are had where only two bins are."""
DODGE = 0.015
"""Shift between prompt modes, as a fraction of the axis, so that their intervals do not cover."""
Style = Literal["-", "--", ":"]
STYLES: tuple[Style, ...] = ("-", "--", ":")
AXIS = {"size": "share of the frame", "contrast": "grey values", "boundary contrast": "per px"}
INCHES_PER_LETTER = 0.09
"""Of a legend."""
FURTHER = ("hd95", "assd")
"""Metrics that have a picture beside the headline metric's, where they were scored."""
SIGNS = {1: "better for more", -1: "worse for more", 0: "no effect"}


def attribute_pictures(material: Material) -> list[Picture]:
    """One per metric and model that has targets enough for two bins."""
    headline = headline_metric(material)
    scored = set(material.scores["metric"])
    metrics = [it for it in (headline, *FURTHER) if it in scored]
    return [
        picture
        for metric in dict.fromkeys(metrics)
        if metric and _one_unit(material, metric)
        for picture in _of_metric(material, metric)
    ]


def _one_unit(material: Material, metric: str) -> bool:
    rows = material.scores[material.scores["metric"] == metric]
    return rows["unit"].nunique() == 1


def _of_metric(material: Material, metric: str) -> list[Picture]:
    found = list(cells(material, metric))
    models = sorted({cell.model for cell in found}, key=lambda name: model_order(name, material))
    drawn = []
    for model in models:
        points = binned([cell for cell in found if cell.model == model])
        if len(points):
            figure = draw(points, metric, material, shown_model(model, material))
            name = f"attributes_{metric}__{model}.png"
            drawn.append(Picture(name, png(figure, PLOT_DPI), _caption(model, metric, material)))
    return drawn


def _caption(model: str, metric: str, material: Material) -> str:
    way = better(material, metric)
    stated = ", ".join(f"{it.name} {SIGNS[it.sign]}" for it in ATTRIBUTES if it.sign is not None)
    less = "" if way > 0 else " (less is better)"
    return (
        f"{metric.upper()}{less} of {shown_model(model, material)} against attributes: mean over "
        "groups in bins of about as many targets each, at the bin's median; bars: 95 % interval, "
        f"cut off where they leave the panel. Headline selection, last attempt. Stated: {stated}."
    )


def binned(found: Sequence[Cell]) -> pd.DataFrame:
    """Columns dataset, level, attribute, prompt, selection, bin, x, mean, below, above, groups.

    Bins are cut by rank among the targets of a data set, equal values in one; as many (2 to 5) as
    leave about GROUPS_PER_BIN groups in each. Left out is what hangs on a few groups.
    """
    rows = [
        line
        for cell in found
        for dataset in cell.datasets
        for it in ATTRIBUTES
        for line in _bins(cell, dataset, it)
    ]
    return pd.DataFrame(rows)


def _bins(cell: Cell, dataset: str, attribute: Attribute) -> list[dict[str, object]]:
    targets = cell.of(dataset)
    targets = targets[targets["score"].notna() & targets[attribute.name].notna()]
    groups = targets["group"].nunique()
    count = min(MOST_BINS, max(2, groups // GROUPS_PER_BIN))
    if groups < 2 * LEAST_GROUPS or groups_that_differ(targets, attribute.name) < wanted(targets):
        return []
    ranks = (targets[attribute.name].rank() - 0.5) / len(targets)
    named = targets.rename(columns={"score": "value"}).assign(bin=(ranks * count).astype(int))
    summaries = summarise(named, ["bin"])
    medians = named.groupby("bin")[attribute.name].median()
    return [
        {
            "dataset": dataset,
            "level": cell.level,
            "attribute": attribute.name,
            "prompt": cell.prompt,
            "selection": cell.selection,
            "bin": int(key[0]),
            "x": medians[int(key[0])],
            "mean": it.mean,
            "below": it.mean - it.interval.low if it.interval else np.nan,
            "above": it.interval.high - it.mean if it.interval else np.nan,
            "groups": it.groups_averaged,
        }
        for key, it in summaries.items()
    ]


def draw(points: pd.DataFrame, metric: str, material: Material, title: str) -> Figure:
    """The picture of one model."""
    columns = [it for it in ATTRIBUTES if it.name in set(points["attribute"])]
    pairs = set(zip(points["dataset"], points["level"], strict=True))
    places = sorted(pairs, key=lambda pair: (pair[1], natural_order(pair[0])))
    modes = sorted(set(points["prompt"]), key=natural_order)
    width, height = max(2.1 * len(columns) + 0.6, 6.5), 2.1 * len(places) + 1.2
    figure = Figure(figsize=(width, height), layout="constrained")
    grid = figure.subplots(len(places), len(columns), squeeze=False, sharey=True)
    for line, (dataset, level) in zip(grid, places, strict=True):
        mine = points[(points["dataset"] == dataset) & (points["level"] == level)]
        for axes, attribute in zip(line, columns, strict=True):
            tidy(axes, attribute.name if axes in grid[0] else "")
            _panel(axes, mine[mine["attribute"] == attribute.name], modes, attribute)
        shown = shown_dataset(dataset, material).replace(" (", "\n(")
        line[0].set_ylabel(f"{shown}\n({level})", fontsize=10, fontweight="bold")
    top = 1.02 if better(material, metric) > 0 else 1.5 * float(points["mean"].max())
    grid[0][0].set_ylim(-0.02 * top, top)
    figure.suptitle(
        f"mean {metric.upper()}{_unit(metric, material)} of {title}", fontsize=11, x=0.01, ha="left"
    )
    _legend(figure, modes, material)
    return figure


def _unit(metric: str, material: Material) -> str:
    unit = material.scores.loc[material.scores["metric"] == metric, "unit"].iloc[0]
    return f" ({unit})" if unit else ""


def _panel(axes: Axes, points: pd.DataFrame, modes: Sequence[str], attribute: Attribute) -> None:
    axes.set_xlabel(AXIS.get(attribute.name, ""), fontsize=9)
    if points.empty:
        axes.text(
            0.5,
            0.5,
            "too few\nto tell",
            transform=axes.transAxes,
            ha="center",
            va="center",
            fontsize=9,
            color="#777777",
        )
        axes.set_xticks([])
        return
    _scale(axes, attribute, points["x"])
    for place, mode in enumerate(modes):
        line = points[points["prompt"] == mode].sort_values("bin")
        colour, marker, style = _look(place)
        x = _shifted(line["x"], points["x"], place - (len(modes) - 1) / 2, attribute)
        axes.plot(x, line["mean"], color=colour, marker=marker, linestyle=style, linewidth=1.6,
                  markersize=5)  # fmt: skip
        axes.errorbar(x, line["mean"], yerr=[line["below"], line["above"]], fmt="none",
                      ecolor=colour, alpha=0.6, elinewidth=1.1, capsize=0)  # fmt: skip


def _shifted(
    x: "pd.Series[float]", every: "pd.Series[float]", steps: float, attribute: Attribute
) -> "pd.Series[float]":
    """Moved by some DODGE of the axis, along its scale."""
    if attribute.logarithmic:
        return x * math.exp(math.log(every.max() / every.min()) * steps * DODGE)
    return x + float(every.max() - every.min()) * steps * DODGE


def _scale(axes: Axes, attribute: Attribute, x: "pd.Series[float]") -> None:
    if attribute.logarithmic:
        axes.set_xscale("log")
        ticks = _round_numbers(float(x.min()), float(x.max()))
        axes.set_xticks(ticks, [f"{it:g}" for it in ticks])
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=attribute.name == "components"))


def _round_numbers(low: float, high: float) -> list[float]:
    """At least two ticks between two shares, where there are, and few of them."""
    powers, found = range(-7, 1), [low]
    for steps in ((1, 3), (1, 2, 5), range(1, 10)):
        ticks = [float(f"{step}e{power}") for power in powers for step in steps]
        found = [it for it in ticks if low * 0.9 <= it <= high * 1.1]
        if len(found) >= 2:
            break
    return found[:: math.ceil(len(found) / 4)]


def _look(place: int) -> tuple[str, str, Style]:
    """Colour, marker and line style of a prompt mode."""
    style = STYLES[place // len(COLOURS) % len(STYLES)]
    return COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)], style


def _legend(figure: Figure, modes: Sequence[str], material: Material) -> None:
    labels = [shown_mode(mode, material.headline.get(mode, "")) for mode in modes]
    handles = [
        Line2D([], [], label=label, color=colour, marker=marker, linestyle=style)
        for label, (colour, marker, style) in zip(
            labels, map(_look, range(len(labels))), strict=True
        )
    ]
    widest = 0.7 + INCHES_PER_LETTER * max(map(len, labels))
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=max(1, min(len(handles), int(figure.get_figwidth() / widest))),
        frameon=False,
        title=oracle_note(labels),
    )
