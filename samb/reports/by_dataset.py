"""Models over data sets: one bar per model and data set, the form of the survey's Figure 3.

That figure (He et al., arXiv 2304.09324) sets the DSC of SAM beside that of other networks on 12
data sets. Bars in groups, a panel per prompt mode and intervals are an assumption: the material
read describes the figure and does not show it.
"""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import shown_dataset, shown_mode, shown_model
from samb.reports.overview import Overview
from samb.reports.pictures import PLOT_DPI, Look, Picture, looks, panels, png, tidy
from samb.reports.statistics import Summary

CAPTION = (
    "Mean DSC over groups by data set and model, one panel per prompt mode, all structures "
    "together, headline selection, last attempt; bars: 95 % interval (5 groups up)."
)
GROUP_WIDTH = 0.8
INCHES_PER_BAR = 0.2


def dataset_pictures(material: Material) -> list[Picture]:
    """The picture, where there are two data sets or more."""
    overview = Overview.of(material)
    if len({dataset for dataset, _ in overview.rows}) < 2:
        return []
    figure = draw_datasets(overview, material)
    return [Picture("dsc_by_dataset.png", png(figure, PLOT_DPI), CAPTION)]


def draw_datasets(overview: Overview, material: Material) -> Figure:
    """A panel per prompt mode; within it data sets side by side, models by colour."""
    modes = sorted({mode for _, mode in overview.rows}, key=natural_order)
    datasets = sorted({dataset for dataset, _ in overview.rows}, key=natural_order)
    shown = [shown_dataset(name, material).replace(" (", "\n(") for name in datasets]
    found = {name: look for name, look in looks(material).items() if name in overview.models}
    wanted = 1.2 + len(datasets) * max(0.7, 0.3 + INCHES_PER_BAR * len(found))
    columns = 2 if wanted <= 7 and len(modes) > 1 else 1
    figure, every = panels(len(modes), columns, min(max(wanted, 4.5), 13), 2.9)
    for axes, mode in zip(every, modes, strict=True):
        for index, (model, look) in enumerate(found.items()):
            width = GROUP_WIDTH / len(found)
            shift = (index - (len(found) - 1) / 2) * width
            for position, dataset in enumerate(datasets):
                if summary := overview.means.get((dataset, mode, model)):
                    _bar(axes, summary, position + shift, 0.92 * width, look)
        _frame(axes, shown, shown_mode(mode, material.headline[mode]))
    handles = [
        Patch(color=look.colour, label=shown_model(n, material)) for n, look in found.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _bar(axes: Axes, summary: Summary, middle: float, width: float, look: Look) -> None:
    if math.isnan(summary.mean):
        return
    interval = summary.interval
    reach = [[summary.mean - interval.low], [interval.high - summary.mean]] if interval else None
    style = {"elinewidth": 1.0, "capsize": 2, "ecolor": "#222222"}
    axes.bar(middle, summary.mean, width, yerr=reach, color=look.colour, error_kw=style)


def _frame(axes: Axes, datasets: list[str], title: str) -> None:
    axes.set_ylim(0, 1.03)
    axes.set_xlim(-0.5, len(datasets) - 0.5)
    axes.set_ylabel("mean DSC")
    axes.set_xticks(range(len(datasets)), datasets)
    for label in axes.get_xticklabels():
        label.set(rotation=25, ha="right", rotation_mode="anchor")
    tidy(axes, title)
