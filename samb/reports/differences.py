"""The picture of models against the first one: differences of DSC with intervals.

An interval that leaves out 0 is evidence for one prompt mode and data set; it is not corrected for
the number of differences shown.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from samb.ordering import natural_order
from samb.reports.against import Against, against_first, compared_models
from samb.reports.material import Material
from samb.reports.names import shown_dataset, shown_mode, shown_model
from samb.reports.paired import Comparison
from samb.reports.pictures import PLOT_DPI, Look, Picture, looks, panels, png, tidy

SPREAD = 0.6
"""Room that the models of one line share, as a fraction of the distance between lines."""


def difference_pictures(material: Material) -> list[Picture]:
    """The picture, where two models or more answered the same."""
    found = against_first(material)
    if not found:
        return []
    reference = shown_model(compared_models(material)[0], material)
    caption = (
        f"Difference of DSC to {reference}, paired by target, all structures together, headline "
        f"selection, last attempt: mean over groups and 95 % interval (5 groups up). Right of the "
        f"line: better than {reference}. Intervals are not corrected for their number."
    )
    figure = draw_differences(found, material)
    return [Picture("dsc_differences.png", png(figure, PLOT_DPI), caption)]


def draw_differences(found: Sequence[Against], material: Material) -> Figure:
    """One panel per data set, one line per prompt mode, models by colour."""
    datasets = sorted({it.dataset for it in found}, key=natural_order)
    modes = list(dict.fromkeys(it.mode for it in found))
    models = {it.model for it in found}
    seen = {name: look for name, look in looks(material).items() if name in models}
    columns = min(2, len(datasets))
    height = 1.1 + len(modes) * max(0.32, 0.15 * len(seen))
    figure, every = panels(len(datasets), columns, 7.0 if columns == 1 else 5.6, height)
    for axes, dataset in zip(every, datasets, strict=True):
        _panel(axes, [it for it in found if it.dataset == dataset], seen)
        axes.set_xlabel(f"DSC minus DSC of {shown_model(compared_models(material)[0], material)}")
        tidy(axes, shown_dataset(dataset, material))
        axes.grid(axis="x", color="#DDDDDD", linewidth=0.8)
    _same_scale(every)
    handles = [_handle(look, shown_model(name, material)) for name, look in seen.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _panel(axes: Axes, found: Sequence[Against], seen: dict[str, Look]) -> None:
    """Modes in table order from top to bottom."""
    labels = {it.mode: _label(it) for it in found}
    lines, places = list(labels), list(seen)
    for it in found:
        shift = ((places.index(it.model) + 0.5) / len(seen) - 0.5) * SPREAD
        _mark(axes, it.comparison, lines.index(it.mode) + shift, seen[it.model])
    _frame(axes, list(labels.values()))


def _label(it: Against) -> str:
    said = "" if it.version == "1" else f" v{it.version}"
    return f"{shown_mode(it.prompt, it.selection)}{said}"


def _mark(axes: Axes, comparison: Comparison, y: float, look: Look) -> None:
    if not comparison.groups:
        return
    effect, interval = comparison.effect, comparison.interval
    reach = [[effect - interval.low], [interval.high - effect]] if interval else None
    axes.errorbar(
        effect,
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
