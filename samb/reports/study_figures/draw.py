"""Which pictures a study has, drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from samb.reports.material import Material
from samb.reports.pictures import PLOT_DPI, Picture, png
from samb.reports.study import study_cells
from samb.reports.study_figures import attempts, matrix, methods, modes
from samb.reports.study_figures.shown import Shown
from samb.studies.study import FigureKind
from samb.studies.study_run import StudyRun


@dataclass(frozen=True)
class Kind:
    """One form of picture."""

    draw: Callable[[Shown], Figure | None]
    """None where the values do not allow it."""
    caption: str


KINDS: Mapping[FigureKind, Kind] = {
    "modes": Kind(modes.draw_modes, modes.CAPTION),
    "attempts": Kind(attempts.draw_attempts, attempts.CAPTION),
    "methods": Kind(methods.draw_methods, methods.CAPTION),
    "matrix": Kind(matrix.draw_matrix, matrix.CAPTION),
}


def study_pictures(run: StudyRun, ours: pd.DataFrame | None = None) -> list[Picture]:
    """The kinds that the study names, as far as there are values for them; `ours` as study_cells.

    File names are study_KIND.png.
    """
    shown = Shown.of(run, ours)
    wanted = dict.fromkeys(_instead(name, shown) for name in run.study.figures)
    return [
        Picture(f"study_{name}.png", png(figure, PLOT_DPI), KINDS[name].caption)
        for name in wanted
        if (figure := KINDS[name].draw(shown)) is not None
    ]


def _instead(name: FigureKind, shown: Shown) -> FigureKind:
    """More methods than bars can tell apart become a table in colours."""
    return "matrix" if name == "methods" and methods.are_too_many(shown) else name


def pictures_of(material: Material) -> list[Picture]:
    """Those of a report; none where the run is of no study.

    Of modes that click, the mask that the simulated user was shown.
    """
    if material.study is None:
        return []
    ours = study_cells(material)
    pairs = zip(ours["prompt"], ours["selection"], strict=True)
    counts = [material.shown.get(prompt, selection) for prompt, selection in pairs]
    return study_pictures(material.study, ours[ours["selection"] == counts])
