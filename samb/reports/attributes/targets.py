"""One row per target: its score and its attributes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.attributes.expected import ATTRIBUTES, MODALITY
from samb.reports.material import Material, final_scores, headline_scores
from samb.reports.names import model_order
from samb.reports.statistics import text_key

HEADLINES = ("dsc", "iou", "hd95", "assd")
"""The first that was scored is the headline metric."""
CELL = ["prompt", "version", "model", "selection", "level"]
TARGET = ["dataset", "group", "case", "frame", "object_id"]
LEVELS = ("frame", "volume")
LOWER_IS_BETTER = frozenset({"mae", "volume_error_abs"})
"""Beside distances."""


@dataclass(frozen=True, eq=False)
class Cell:
    """The targets of one prompt mode, model and level, of one data set or several."""

    prompt: str
    version: str
    model: str
    selection: str
    level: str
    targets: pd.DataFrame
    """Columns TARGET, `score`, MODALITY and the names of ATTRIBUTES."""

    def of(self, *datasets: str) -> pd.DataFrame:
        """The targets of some data sets alone."""
        return self.targets[self.targets["dataset"].isin(datasets)].reset_index(drop=True)

    @property
    def datasets(self) -> list[str]:
        """In the order of tables."""
        return sorted(self.targets["dataset"].unique(), key=natural_order)


def headline_metric(material: Material) -> str | None:
    """None where no metric was scored target by target."""
    scored = set(material.scores["metric"])
    return next((name for name in HEADLINES if name in scored), None)


def better(material: Material, metric: str) -> int:
    """1 where more of it is better, -1 where less is."""
    rows = material.scores[material.scores["metric"] == metric]
    distance = rows["unit"].isin(["mm", "px"]).any()
    return -1 if distance or metric in LOWER_IS_BETTER else 1


def cells(material: Material, metric: str) -> Iterator[Cell]:
    """Headline selection, last attempt: frames (2-D images, and slices of volumes) and volumes.

    A target's score is the mean over its repeats and annotators. In table order.
    """
    scores = final_scores(headline_scores(material))
    scores = scores[(scores["metric"] == metric) & scores["level"].isin(LEVELS)]
    if scores.empty or material.attributes.empty:
        return
    means = scores.groupby([*CELL, *TARGET], sort=True)["value"].mean().rename("score")
    joined = means.reset_index().merge(_attributes(material), "left", _ID)
    found = [
        Cell(**dict(zip(CELL, text_key(key), strict=True)), targets=rows.drop(columns=CELL))
        for key, rows in joined.groupby(CELL)
    ]
    yield from sorted(found, key=lambda cell: _order(cell, material))


_ID = ["dataset", "case", "frame", "object_id"]


def _attributes(material: Material) -> pd.DataFrame:
    table = material.attributes.drop_duplicates(_ID)
    modalities = table["dataset"].map(lambda name: _modality(material, name))
    values = {it.name: it.values(table) for it in ATTRIBUTES}
    return table[_ID].assign(**{MODALITY: modalities}, **values)


def _modality(material: Material, dataset: str) -> str:
    return str(material.card("dataset", dataset).get("modality", ""))


def _order(cell: Cell, material: Material) -> tuple[object, ...]:
    mode = natural_order(cell.prompt), natural_order(cell.version)
    return (cell.level, *mode, model_order(cell.model, material), cell.selection)
