"""The instance table: all masks of a frame against all its targets.

It is shown where it says something that the main table does not: for structures with more than one
target on some frame, and for modes that ask about whole views.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material, final_scores
from samb.reports.names import model_order, shown_model
from samb.reports.section import Column, Section, without_empty_columns
from samb.reports.statistics import Summary, summarise, text_key
from samb.reports.tables import marks
from samb.reports.text import NOTHING, interval_cell, marked_prompt, mean_cell

KEY = ("dataset", "structure", "prompt", "version", "model", "selection")
QUALITY = ("pq", "sq", "rq", "aji")
UNMATCHED = "unmatched_masks"
ANY = "any"
"""The structure that stands for all of them together."""
VOLUME = "_per_volume"
"""Ends the name of a value that is summed over the frames of a 3-D case."""
WIDE = 125

Summaries = Mapping[tuple[str, ...], Summary]


def instance_section(material: Material) -> Section | None:
    """None where no structure has several targets on a frame, or nothing of the kind was scored."""
    scores = instance_scores(material)
    if scores.empty:
        return None
    found = summarise(scores, (*KEY, "metric"))
    keys = sorted({key[:-1] for key in found}, key=lambda key: _order(key, material))
    frames = {key: _frames(rows) for key, rows in _by_key(scores)}
    table = _Table(material, found, frames, tuple(sorted({key[-1] for key in found})))
    numbers, lines = without_empty_columns(
        table.columns, [table.line(key) for key in keys], NOTHING
    )
    return Section(
        name="instances",
        title="Instances: all masks of a frame against all its targets",
        words=("data set", "structure", "prompt mode", "model"),
        numbers=numbers,
        lines=lines,
        notes=tuple(_notes(scores, material)),
        data=pd.DataFrame([table.data(key) for key in keys]),
    )


def instance_scores(material: Material) -> pd.DataFrame:
    """The rows behind the table, those per volume included."""
    scores = final_scores(material.scores)
    rows = scores[scores["level"] == "image"]
    rows = rows[[_is_shown(metric) for metric in rows["metric"]]] if len(rows) else rows
    whole = rows["prompt"].isin(material.whole_views)
    counts = whole | (rows["selection"] == rows["prompt"].map(material.headline))
    rows = _one_matching(rows[counts], material)
    several = _several_targets(material.scores)
    pairs = zip(rows["dataset"], rows["structure"], rows["prompt"], strict=True)
    told = [
        prompt in material.whole_views or (dataset, structure) in several
        for dataset, structure, prompt in pairs
    ]
    rows = rows[np.array(told, dtype=bool)]
    return pd.concat([rows, _per_volume(rows)], ignore_index=True) if len(rows) else rows


def _is_shown(metric: str) -> bool:
    counted = metric.startswith(("sensitivity_", "false_positives_"))
    return metric in QUALITY or metric == UNMATCHED or counted


def _several_targets(scores: pd.DataFrame) -> set[tuple[str, ...]]:
    """(data set, structure) with more than one target on some frame."""
    place = ["dataset", "structure", "case", "frame"]
    targets = scores.loc[scores["level"] == "frame", [*place, "object_id"]].drop_duplicates()
    counts = targets.groupby(place).size()
    return {text_key(key)[:2] for key in counts.index[counts > 1]}


def _one_matching(rows: pd.DataFrame, material: Material) -> pd.DataFrame:
    """Of whole views, unmatched masks by one matching, beside the values of all masks.

    Masks that are all compared have no selection; which of them are left over depends on how they
    are matched: by the mode's own selection, or else by the first by name.
    """
    left = (rows["metric"] == UNMATCHED) & rows["prompt"].isin(material.whole_views)
    kept = [rows[~left]]
    for prompt, found in rows[left].groupby("prompt"):
        others = rows[~left & (rows["prompt"] == prompt)]["selection"].unique()
        wanted = _matching(found, material.headline.get(str(prompt), ""))
        shown = wanted if wanted in others or not len(others) else str(sorted(others)[0])
        kept.append(found[found["selection"] == wanted].assign(selection=shown))
    return pd.concat(kept)


def _matching(unmatched: pd.DataFrame, headline: str) -> str:
    there = sorted(unmatched["selection"].unique())
    return headline if headline in there else str(there[0])


def _per_volume(rows: pd.DataFrame) -> pd.DataFrame:
    """False positives of 3-D cases, summed over their frames."""
    alarms = rows[rows["metric"].str.startswith("false_positives_") & (rows["scope"] != "")]
    if alarms.empty:
        return alarms
    place = [name for name in alarms.columns if name not in ("frame", "value", "attempt", "final")]
    summed = alarms.groupby(place, as_index=False)["value"].sum()
    name = summed["metric"] + VOLUME
    whole: pd.DataFrame = summed.assign(frame=-1, attempt=1, final=True, metric=name)
    return whole


def _by_key(scores: pd.DataFrame) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    for key, rows in scores.groupby(list(KEY)):
        yield text_key(key), rows


def _frames(rows: pd.DataFrame) -> int:
    return len(rows.loc[rows["frame"] >= 0, ["case", "frame"]].drop_duplicates())


def _order(key: tuple[str, ...], material: Material) -> tuple[object, ...]:
    dataset, structure, prompt, version, model, selection = key
    place = (natural_order(dataset), structure != ANY, natural_order(structure))
    return (*place, natural_order(prompt), version, model_order(model, material), selection)


@dataclass(frozen=True)
class _Table:
    material: Material
    found: Summaries
    frames: Mapping[tuple[str, ...], int]
    metrics: tuple[str, ...]

    @property
    def counted(self) -> tuple[str, ...]:
        """Sensitivity and false positives, by threshold."""
        named = (it for it in self.metrics if it not in (*QUALITY, UNMATCHED))
        return tuple(sorted(named, key=lambda name: (not name.startswith("sensitivity"), name)))

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that the table could have."""
        return (
            Column("PQ"),
            Column("95 % interval", from_width=100),
            Column("SQ", from_width=WIDE),
            Column("RQ", from_width=WIDE),
            Column("AJI"),
            *(_counted_column(name) for name in self.counted),
            Column("unmatched masks per frame", "unm/fr"),
            Column("frames", from_width=100),
            Column("groups", "grp"),
        )

    def line(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """The cells of one row."""
        dataset, structure, prompt, version, model, selection = key
        pq = self.found.get((*key, "pq"))
        return (
            dataset,
            structure,
            marked_prompt(prompt, version, selection),
            shown_model(model, self.material),
            mean_cell(pq),
            interval_cell(pq),
            *(mean_cell(self.found.get((*key, name))) for name in QUALITY[1:]),
            *(self._counted_cell(key, name) for name in (*self.counted, UNMATCHED)),
            str(self.frames[key]),
            str(self._groups(key)),
        )

    def data(self, key: tuple[str, ...]) -> dict[str, object]:
        """The same with unrounded numbers."""
        pq = self.found.get((*key, "pq"))
        interval = pq.interval if pq else None
        means = {name: self.found.get((*key, name)) for name in self._every_metric}
        named = dict(zip(KEY, key, strict=True))
        return {
            **named,
            **marks(named, self.material),
            **{name: it.mean if it else None for name, it in means.items()},
            "pq_low": interval.low if interval else None,
            "pq_high": interval.high if interval else None,
            "frames": self.frames[key],
            "groups": self._groups(key),
        }

    @property
    def _every_metric(self) -> tuple[str, ...]:
        return (*QUALITY, *self.counted, UNMATCHED)

    def _counted_cell(self, key: tuple[str, ...], name: str) -> str:
        summary = self.found.get((*key, name))
        if name.startswith("sensitivity") or summary is None:
            return mean_cell(summary)
        return f"{summary.mean:.2f}"

    def _groups(self, key: tuple[str, ...]) -> int:
        return max(
            self.found[*key, name].groups
            for name in self._every_metric
            if (*key, name) in self.found
        )


def _counted_column(name: str) -> Column:
    """`false_positives_0p5_per_volume` -> `false positives per volume (IoU > 0.5)`."""
    kind, threshold = name.removesuffix(VOLUME).rsplit("_", 1)
    above = threshold.replace("p", ".")
    default = above == "0.5"
    if kind == "sensitivity":
        return Column(f"sensitivity (IoU > {above})", "sens" if default else f"sens>{above}")
    per, short = ("volume", "FP/vol") if name.endswith(VOLUME) else ("frame", "FP/fr")
    full = f"false positives per {per} (IoU > {above})"
    return Column(full, short if default else f"{short}>{above}", WIDE if per == "volume" else 0)


def _notes(scores: pd.DataFrame, material: Material) -> Iterator[str]:
    yield (
        "Each value is worked out per frame, averaged within each group, then over groups with "
        "equal weight; PQ = SQ x RQ. All are of masks without overlaps: a smaller one lies on a "
        "larger one, and one that is covered whole is gone and no false positive. Sensitivity: "
        "found targets of all; a target is found by a mask of its own above the IoU."
    )
    if material.whole_views & set(scores["prompt"]):
        yield "A mode that asks about a whole view is judged by all its masks."
    alone = set(scores["prompt"]) - material.whole_views
    if alone:
        yield (
            "Where every target is prompted, a mask that misses its target is the only kind of "
            "false positive, and false positives on frames without targets cannot occur."
        )
    if (scores["scope"] != "").any():
        yield "Per volume: summed over the frames of a 3-D case that the model was asked about."
