"""Model against model: differences of DSC, paired, with intervals.

Two models answer the same prompts for the same targets, so their difference is taken target by
target; differences are averaged within groups, then over groups, like every mean here. An interval
that leaves out 0 is evidence for one prompt mode and data set; it is not corrected for the number
of differences shown.
"""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import shown_mode, shown_model
from samb.reports.pictures import PLOT_DPI, Look, Picture, looks, panels, png, tidy
from samb.reports.statistics import Summary, summarise
from samb.reports.tables import main_scores

PAIRED = [
    "dataset", "group", "case", "frame", "object_id", "structure", "annotator", "level", "scope",
    "prompt", "version", "repeat",
]  # fmt: skip
"""Two scores that agree in these answer one prompt for one target."""
SPREAD = 0.6
"""Room that the models of one line share, as a fraction of the distance between lines."""


def difference_pictures(material: Material) -> list[Picture]:
    """The picture, where two models or more answered the same."""
    names = list(looks(material))
    if len(names) < 2:
        return []
    found = summarise(paired(main_scores(material), names[0]), ("dataset", "prompt", "model"))
    if not found:
        return []
    reference = shown_model(names[0], material)
    caption = (
        f"Difference of DSC to {reference}, paired by target, all structures together, headline "
        f"selection, last attempt: mean over groups and 95 % interval (5 groups up). Right of the "
        f"line: better than {reference}. Intervals are not corrected for their number."
    )
    figure = draw_differences(found, names, material)
    return [Picture("dsc_differences.png", png(figure, PLOT_DPI), caption)]


def paired(scores: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Score rows of the other models, their value the difference to the reference model's.

    Rows that only one of the two has are left out; `selection` is that of the other model's row.
    """
    scores = scores[scores["metric"] == "dsc"]
    ours = scores[scores["model"] == reference].set_index(PAIRED)["value"].rename("ours")
    others = scores[scores["model"] != reference].join(ours, on=PAIRED, how="inner")
    return others.assign(value=others["value"] - others["ours"]).drop(columns="ours")


def draw_differences(
    found: dict[tuple[str, ...], Summary], names: list[str], material: Material
) -> Figure:
    """One panel per data set, one line per prompt mode, models by colour."""
    datasets = sorted({key[0] for key in found}, key=natural_order)
    modes = sorted({key[1] for key in found}, key=natural_order)
    seen = {name: look for name, look in looks(material).items() if name in {k[2] for k in found}}
    columns = min(2, len(datasets))
    height = 1.1 + len(modes) * max(0.32, 0.15 * len(seen))
    figure, every = panels(len(datasets), columns, 7.0 if columns == 1 else 5.6, height)
    for axes, dataset in zip(every, datasets, strict=True):
        present = [mode for mode in modes if any(key[:2] == (dataset, mode) for key in found)]
        for index, (model, look) in enumerate(seen.items()):
            shift = ((index + 0.5) / len(seen) - 0.5) * SPREAD
            for line, mode in enumerate(present):
                if summary := found.get((dataset, mode, model)):
                    _mark(axes, summary, line + shift, look)
        _frame(axes, [shown_mode(mode, material.headline[mode]) for mode in present])
        axes.set_xlabel(f"DSC minus DSC of {shown_model(names[0], material)}")
        tidy(axes, dataset)
        axes.grid(axis="x", color="#DDDDDD", linewidth=0.8)
    _same_scale(every)
    handles = [_handle(look, shown_model(name, material)) for name, look in seen.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _mark(axes: Axes, summary: Summary, y: float, look: Look) -> None:
    if math.isnan(summary.mean):
        return
    interval = summary.interval
    reach = [[summary.mean - interval.low], [interval.high - summary.mean]] if interval else None
    axes.errorbar(
        summary.mean,
        y,
        xerr=reach,
        color=look.colour,
        marker=look.marker,
        markersize=5,
        capsize=2.5,
        elinewidth=1.2,
        linestyle="none",
    )


def _handle(look: Look, label: str) -> Line2D:
    return Line2D([], [], color=look.colour, marker=look.marker, linestyle="none", label=label)


def _frame(axes: Axes, labels: list[str]) -> None:
    """Modes from top to bottom."""
    axes.axvline(0, color="#222222", linewidth=1.0)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def _same_scale(every: list[Axes]) -> None:
    """One scale for all panels; at least 0.1 of DSC is shown, so that noise stays small."""
    limits = [axes.get_xlim() for axes in every]
    low, high = min(it[0] for it in limits), max(it[1] for it in limits)
    for axes in every:
        axes.set_xlim(min(low, -0.05), max(high, 0.05))
