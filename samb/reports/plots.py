"""Every plot of a report, and DSC per prompt mode as box plots.

Drawn on Agg through figure objects, without global state.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from samb.ordering import natural_order
from samb.reports.attributes.pictures import attribute_pictures
from samb.reports.by_dataset import dataset_pictures
from samb.reports.curves import curve_pictures
from samb.reports.differences import difference_pictures
from samb.reports.material import Material
from samb.reports.names import shown_dataset, shown_mode, shown_model
from samb.reports.pictures import PLOT_DPI, Look, Picture, looks, oracle_note, panels, png, tidy
from samb.reports.study_figures.draw import pictures_of
from samb.reports.tables import main_scores

TARGET = ["dataset", "prompt", "model", "case", "frame", "object_id"]
MANY_BOXES = 14
FEW_TARGETS = 40
"""Up to this many, every target is also drawn as a dot."""


def plots(material: Material) -> list[Picture]:
    """Every plot that the scores allow; none for no scores."""
    return [
        *pictures_of(material),
        *box_pictures(material),
        *curve_pictures(material),
        *difference_pictures(material),
        *dataset_pictures(material),
        *attribute_pictures(material),
    ]


def box_pictures(material: Material) -> list[Picture]:
    """Box plots of DSC over targets, repeats and annotators of a target averaged."""
    scores = main_scores(material)
    scores = scores[(scores["metric"] == "dsc") & scores["value"].notna()]
    if scores.empty:
        return []
    targets = scores.groupby(TARGET)["value"].mean().reset_index()
    caption = (
        "DSC of single targets, all structures together, headline selection, last attempt. Box: "
        "quartiles and median; whiskers: farthest value within 1.5 box lengths; diamond: mean "
        f"over targets; dots: the targets, where a box has at most {FEW_TARGETS}."
    )
    return [Picture("dsc_boxes.png", png(draw_boxes(targets, material), PLOT_DPI), caption)]


def draw_boxes(targets: pd.DataFrame, material: Material) -> Figure:
    """One panel per data set, prompt modes side by side, models by colour."""
    datasets = sorted(targets["dataset"].unique(), key=natural_order)
    models = set(targets["model"].unique())
    found = {name: look for name, look in looks(material).items() if name in models}
    modes = sorted(targets["prompt"].unique(), key=natural_order)
    boxes = len(modes) * len(found)
    columns = 1 if boxes > MANY_BOXES else min(2, len(datasets))
    width = float(np.clip(1.2 + 0.3 * boxes, 7.5 / columns, 13))
    figure, every = panels(len(datasets), columns, width, 3.4)
    for axes, dataset in zip(every, datasets, strict=True):
        rows = targets[targets["dataset"] == dataset]
        present = [mode for mode in modes if mode in set(rows["prompt"])]
        _panel(axes, rows, present, found)
        _label_modes(axes, [shown_mode(mode, material.headline[mode]) for mode in present], width)
        tidy(axes, shown_dataset(dataset, material))
    note = oracle_note(shown_mode(mode, material.headline[mode]) for mode in modes)
    handles = [
        Patch(color=look.colour, label=shown_model(n, material)) for n, look in found.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, title=note)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, modes: Sequence[str], found: Mapping[str, Look]) -> None:
    step = 0.8 / len(found)
    for place, mode in enumerate(modes):
        for index, (model, look) in enumerate(found.items()):
            chosen = rows[(rows["prompt"] == mode) & (rows["model"] == model)]
            if len(chosen):
                middle = place + (index - (len(found) - 1) / 2) * step
                _box(axes, chosen["value"].to_numpy(), middle, 0.8 * min(step, 0.3), look.colour)
    axes.set_xlim(-0.6, len(modes) - 0.4)
    axes.set_ylim(-0.03, 1.03)
    axes.set_ylabel("DSC")


def _box(
    axes: Axes,
    values: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    middle: float,
    width: float,
    colour: str,
) -> None:
    few = len(values) <= FEW_TARGETS
    axes.boxplot(
        [values],
        positions=[middle],
        widths=width,
        manage_ticks=False,
        patch_artist=True,
        showmeans=True,
        showfliers=not few,
        boxprops={"facecolor": f"{colour}55", "edgecolor": colour, "linewidth": 1.2},
        medianprops={"color": colour, "linewidth": 2},
        whiskerprops={"color": colour, "linewidth": 1.2},
        capprops={"color": colour, "linewidth": 1.2},
        flierprops={"marker": ".", "markersize": 3, "markeredgecolor": colour, "alpha": 0.5},
        meanprops={"marker": "D", "markersize": 4, "markerfacecolor": "white",
                   "markeredgecolor": "black", "markeredgewidth": 0.8},
    )  # fmt: skip
    if few:
        spread = np.resize([0.0, -0.3, 0.3, -0.15, 0.15], len(values)) * width
        axes.scatter(middle + spread, np.sort(values), s=7, color=colour, alpha=0.7, linewidths=0)


def _label_modes(axes: Axes, labels: Sequence[str], width: float) -> None:
    longest = max(map(len, labels))
    crowded = 0.08 * longest > 0.9 * (width - 0.8) / len(labels)
    axes.set_xticks(range(len(labels)), labels)
    if crowded:
        for label in axes.get_xticklabels():
            label.set(rotation=25, ha="right", rotation_mode="anchor")
