"""What the pictures of a study show: the paper's values and ours in one table, and their names."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.names import is_oracle
from samb.reports.study import ALL
from samb.reports.study_notes import some
from samb.studies.published import KEY, MARKS, is_unverified
from samb.studies.study_run import StudyRun

PAPER, OURS = "paper", "ours"
NETWORK = "prompt_free"
"""The prompt mode of methods that take no prompt: what the paper compares SAM with."""
PLACE = ["dataset", "target", "role", "stands_for"]
SERIES = ["whose", "model", "selection"]
COLUMNS = (*KEY, "value", "low", "high", "whose", "role", "stands_for", "evidence")
ROLES = ("paper", "substitute", "own", "phantoms")
IN_WORDS = {"dsc": "DSC", "iou": "IoU", "s_measure": "S-measure", "mae": "MAE"}

Place = tuple[str, str, str, str]
"""Values of PLACE: a line of the paper's table, or of ours where data are not the paper's."""
Series = tuple[str, str, str]
"""Values of SERIES."""


@dataclass(frozen=True, eq=False)
class Shown:
    """Defined values of one metric, columns COLUMNS."""

    run: StudyRun
    metric: str
    cells: pd.DataFrame

    @classmethod
    def of(cls, run: StudyRun, ours: pd.DataFrame | None = None) -> "Shown":
        """Of the first metric of the study's table that has any value."""
        cells = _together(run.published, ours)
        known = [name for name in run.study.table.metrics if (cells["metric"] == name).any()]
        metric = known[0] if known else ""
        return cls(run, metric, cells[cells["metric"] == metric])

    @property
    def of_one_attempt(self) -> pd.DataFrame:
        """Values of modes that do not click."""
        return self.cells[~self._clicks]

    @property
    def by_click(self) -> pd.DataFrame:
        """Values of modes that click."""
        return self.cells[self._clicks]

    @property
    def _clicks(self) -> "pd.Series[bool]":
        most: pd.Series[int] = self.cells.groupby("prompt")["attempt"].transform("max")
        return most > 1

    @property
    def axis(self) -> str:
        """The metric, as an axis names it."""
        return f"mean {IN_WORDS.get(self.metric, self.metric)}"

    def modes(self, cells: pd.DataFrame) -> list[str]:
        """Prompt modes in the study's order, then others; methods without prompt are none."""
        study = list(self.run.study.modes)
        present = set(cells["prompt"]) - {NETWORK}
        others = sorted(present - set(study), key=natural_order)
        return [*(it for it in study if it in present), *others]

    def places(self, cells: pd.DataFrame) -> list[Place]:
        """The paper's from its greatest mean value down, then others' by name; means come last."""
        papers = cells[cells["whose"] == PAPER].groupby(PLACE)["value"].mean()
        worth = dict(zip(papers.index, papers, strict=True))
        found: set[Place] = set(cells[PLACE].itertuples(index=False, name=None))

        def order(place: Place) -> tuple[object, ...]:
            value = worth.get(place, -math.inf)
            return ROLES.index(place[2]), self.is_overall(place), -value, *map(natural_order, place)

        return sorted(found, key=order)

    def is_overall(self, place: Place) -> bool:
        """Whether it is a mean over targets, of all data sets or of one."""
        rule = self.run.study.table
        if rule.across == "targets_within":
            return place[1] in (rule.overall[1], ALL)
        return place[:2] in (rule.overall, (ALL, ALL))


def _together(published: pd.DataFrame, ours: pd.DataFrame | None) -> pd.DataFrame:
    papers = published.assign(
        whose=PAPER, role="paper", stands_for="", low=math.nan, high=math.nan
    )[list(COLUMNS)]
    if ours is None or ours.empty:
        return papers
    mine = ours.assign(whose=OURS, evidence="")
    on_its_data = mine["role"] == "paper"
    mine = mine.assign(stands_for=mine["stands_for"].where(~on_its_data, ""))
    found = mine[list(COLUMNS)].dropna(subset="value")
    return pd.concat([papers, found], ignore_index=True) if len(papers) else found


def series_of(cells: pd.DataFrame) -> list[Series]:
    """The paper's first; what can be deployed before what looks at the reference."""
    found: set[Series] = set(cells[SERIES].itertuples(index=False, name=None))
    return sorted(
        found, key=lambda it: (it[0] == OURS, natural_order(it[1]), is_oracle(it[2]), it[2])
    )


def rows_of(cells: pd.DataFrame, columns: Sequence[str], values: Sequence[str]) -> pd.DataFrame:
    """The cells whose columns have these values."""
    wanted = pd.Series(data=True, index=cells.index)
    for column, value in zip(columns, values, strict=True):
        wanted &= cells[column] == value
    return cells[wanted]


def series_name(series: Series, cells: pd.DataFrame) -> str:
    """`paper: sam_vit_h, first [P]`, `ours: builtin, oracle_iou (oracle)`."""
    whose, model, selection = series
    kinds = set(rows_of(cells, SERIES, series)["evidence"])
    owner = "third party" if kinds == {"third_party"} else whose
    chosen = f", {selection}" if selection else ""
    oracle = " (oracle)" if is_oracle(selection) else ""
    return f"{owner}: {model}{chosen}{oracle}{marks(kinds)}"


def marks(kinds: Iterable[str]) -> str:
    """` [P]` for how values were seen; nothing for our own."""
    found = [mark for kind, mark in MARKS.items() if kind in set(kinds)]
    return f" [{'; '.join(found)}]" if found else ""


def place_names(places: Sequence[Place]) -> list[str]:
    """`Kvasir: polyp`, `kvasir_seg: polyp, substitute for Kvasir`.

    Where all are of one data set, and several, its name is left out.
    """
    alone = len({place[0] for place in places if place[:2] != (ALL, ALL)}) == 1 < len(places)
    return [place_name(it, with_dataset=not alone) for it in places]


def place_name(place: Place, *, with_dataset: bool = True) -> str:
    """One of them."""
    dataset, target, role, stands_for = place
    whole = target.lower() in (dataset.lower(), "", ALL)
    name = target
    if with_dataset:
        name = dataset if whole else f"{dataset}: {target}"
    if (dataset, target) == (ALL, ALL):
        name = "mean over targets"
    return {
        "paper": name,
        "substitute": f"{name}, substitute for {some(stands_for.split('; '))}",
        "own": f"{name}, own data",
        "phantoms": f"{name}, generated: plumbing only",
    }[role]


def unseen(cells: pd.DataFrame) -> bool:
    """Whether no source shows any of these values."""
    return bool(is_unverified(cells).any())
