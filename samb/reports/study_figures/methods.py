"""Bars by method: SAM's modes beside other networks, data set by data set.

The form of the survey's Figure 3 (He et al., arXiv 2304.09324): that figure is described, not
shown, in the material read, so bars in groups are an assumption.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from samb.reports.names import is_oracle, shown_prompt
from samb.reports.pictures import COLOURS
from samb.reports.study_figures.shown import (
    NETWORK,
    OURS,
    PLACE,
    Place,
    Shown,
    marks,
    place_names,
    rows_of,
    unseen,
)
from samb.reports.study_figures.styles import (
    SIZE,
    UNSEEN,
    finish,
    is_unseen,
    limits,
    pale,
    plain,
    reach,
    wrapped,
)

METHOD = ["prompt", "whose", "model", "selection"]
IN_ORDER = "Within a group from left to right in the order of the legend."
MOST = 10
"""Bars of a group; more are told apart by a table alone."""
NETWORK_EDGE = "#555555"
GREYS = ("#BBBBBB", "#888888", "#DDDDDD", "#666666")
CAPTION = (
    f"Data set by data set, SAM beside other methods. {IN_ORDER} Grey: "
    "methods without prompts; pale colours: SAM in the paper; full colours with a black outline: "
    "ours, with 95 % intervals. Hatched: in no source seen."
)

WHISKER: Mapping[str, Any] = {
    "ecolor": "black", "elinewidth": 1.1, "capsize": 2, "linestyle": "none",
}  # fmt: skip

Face = str | tuple[float, float, float]
Method = tuple[str, str, str, str]
"""Values of METHOD."""


@dataclass(frozen=True)
class Look:
    """How a method's bars are drawn."""

    colour: Face
    edge: str


def draw_methods(shown: Shown) -> Figure | None:
    """None where there is no method without prompts to stand beside SAM, or too many methods."""
    cells = shown.of_one_attempt
    methods = methods_of(shown, cells)
    if len(methods) < 2 or not _any_network(cells) or are_too_many(shown):
        return None
    places = shown.places(cells)
    looks = _looks(methods)
    width = min(max(len(places) * (0.17 * len(methods) + 0.3) + 1, 6.5), 14)
    figure = Figure(figsize=(width, 4.8), layout="constrained")
    axes: Axes = figure.subplots()
    for number, method in enumerate(methods):
        for middle, place in enumerate(places):
            step = 0.84 / len(methods)
            at = middle + (number - (len(methods) - 1) / 2) * step
            _bar(
                axes, rows_of(rows_of(cells, PLACE, place), METHOD, method), at, step, looks[method]
            )
    _frame(axes, places, cells, width)
    axes.set_ylabel(shown.axis, fontsize=SIZE + 1)
    handles = [_handle(it, looks[it], cells) for it in methods]
    finish(figure, shown, f"{shown.run.name}: {shown.axis} by data set", handles, IN_ORDER)
    return figure


def are_too_many(shown: Shown) -> bool:
    """Whether SAM and the methods beside it are more than the bars of a group can tell apart."""
    cells = shown.of_one_attempt
    return _any_network(cells) and len(methods_of(shown, cells)) > MOST


def _any_network(cells: pd.DataFrame) -> bool:
    return bool((cells["prompt"] == NETWORK).any())


def methods_of(shown: Shown, cells: pd.DataFrame) -> list[Method]:
    """Modes in the study's order, then methods without prompts; ours after the paper's."""
    modes = [*shown.modes(cells), NETWORK]
    found: set[Method] = set(cells[METHOD].itertuples(index=False, name=None))

    def order(method: Method) -> tuple[object, ...]:
        prompt, whose, model, selection = method
        return prompt == NETWORK, whose == OURS, modes.index(prompt), is_oracle(selection), model

    return sorted(found, key=order)


def method_name(method: Method, cells: pd.DataFrame, *, marked: bool = True) -> str:
    """`paper: SAM, box [P]`, `paper: U-Net [P]`, `ours: builtin, box, first`."""
    prompt, whose, model, selection = method
    kinds = set(rows_of(cells, METHOD, method)["evidence"])
    owner = "third party" if kinds == {"third_party"} else whose
    mode = "" if prompt == NETWORK else f", {shown_prompt(prompt)}"
    oracle = " (oracle)" if is_oracle(selection) else ""
    chosen = f", {selection}{oracle}" if selection else ""
    return f"{owner}: {model}{mode}{chosen}{marks(kinds) if marked else ''}"


def _looks(methods: list[Method]) -> dict[Method, Look]:
    """A colour per mode, pale for the paper's; a grey per method without prompts."""
    modes = list(dict.fromkeys(it[0] for it in methods if it[0] != NETWORK))
    networks = [it for it in methods if it[0] == NETWORK]
    found = {}
    for method in methods:
        ours = method[1] == OURS
        if method[0] == NETWORK:
            face: Face = GREYS[networks.index(method) % len(GREYS)]
            edge = NETWORK_EDGE
        else:
            edge = COLOURS[modes.index(method[0]) % len(COLOURS)]
            face = edge if ours else pale(edge)
        found[method] = Look(face, "black" if ours else edge)
    return found


def _style(look: Look, *, hatched: bool) -> dict[str, Any]:
    hatch = UNSEEN if hatched else None
    return {"facecolor": look.colour, "edgecolor": look.edge, "linewidth": 1.1, "hatch": hatch}


def _bar(axes: Axes, cells: pd.DataFrame, at: float, step: float, look: Look) -> None:
    for _, row in cells.iterrows():
        axes.bar(at, row["value"], 0.9 * step, **_style(look, hatched=is_unseen(row)))
    if (far := reach(cells)) is not None:
        places = [at] * len(cells)
        axes.errorbar(places, cells["value"], far, **WHISKER)


def _handle(method: Method, look: Look, cells: pd.DataFrame) -> Patch:
    hatched = unseen(rows_of(cells, METHOD, method))
    return Patch(label=method_name(method, cells), **_style(look, hatched=hatched))


def _frame(axes: Axes, places: list[Place], cells: pd.DataFrame, width: float) -> None:
    aside = 0.5 + max(0, 3 - len(places)) / 2  # so that few groups are no broad ones
    axes.set_xlim(-aside, len(places) - 1 + aside)
    axes.set_ylim(*limits(cells["value"]))
    letters = max(int(12 * (width - 1) / len(places)), 8)
    names = [wrapped(it, letters) for it in place_names(places)]
    axes.set_xticks(range(len(places)), names, fontsize=SIZE)
    plain(axes, "y")
    for before, (one, other) in enumerate(pairwise(places)):
        if one[2] != other[2]:
            axes.axvline(before + 0.5, color="#888888", linewidth=1.0)
