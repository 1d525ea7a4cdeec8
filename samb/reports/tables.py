"""The main table as data; `text.py` and `terminal.py` render it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import (
    SCORE_COLUMNS,
    Material,
    at_main_level,
    final_scores,
    headline_scores,
)
from samb.reports.names import ORACLE, is_floor, is_oracle, model_order
from samb.reports.statistics import Summary, summarise, text_key

ROW_KEY = ("dataset", "structure", "prompt", "version", "model", "selection", "level", "scope")

DISTANCES = ("hd95_mm", "hd95_px", "assd_mm", "assd_px")
CSV_COLUMNS = [
    *ROW_KEY,
    "note",
    "floor",
    "dsc",
    "dsc_low",
    "dsc_high",
    *DISTANCES,
    "targets",
    "groups",
    "undefined",
]


@dataclass(frozen=True)
class Distance:
    """A mean surface distance; one per unit, because mm and px are never averaged together."""

    unit: str
    summary: Summary


@dataclass(frozen=True)
class MainRow:
    """One line of the main table."""

    dataset: str
    structure: str
    prompt: str
    version: str
    model: str
    selection: str
    level: str
    scope: str
    dsc: Summary | None
    """None where DSC was not asked for."""
    hd95: tuple[Distance, ...]
    assd: tuple[Distance, ...]
    targets: int
    groups: int
    undefined: int
    """Scored targets (per repeat and annotator) with DSC, HD95 or ASSD undefined."""


def main_scores(material: Material) -> pd.DataFrame:
    """The score rows behind the main table: headline selection, final attempt, main level."""
    return at_main_level(final_scores(headline_scores(material)))


def main_rows(material: Material) -> tuple[MainRow, ...]:
    """Per data set: structure x prompt mode x model, in the order in which tables show them."""
    scores = main_scores(material)
    scores = scores[scores["metric"].isin(["dsc", "hd95", "assd"])]
    whole = summarise(scores, ROW_KEY)
    parts = summarise(scores, (*ROW_KEY, "metric", "unit"))
    undefined = _undefined(scores)
    rows = [_main_row(key, whole[key], parts, undefined.get(key, 0)) for key in whole]
    return tuple(sorted(rows, key=lambda row: _order(row, material)))


def main_csv(rows: tuple[MainRow, ...], material: Material) -> pd.DataFrame:
    """The main table with unrounded numbers; modes keep their config names."""
    return pd.DataFrame([_csv_line(row, material) for row in rows], columns=CSV_COLUMNS)


def _main_row(
    key: tuple[str, ...],
    whole: Summary,
    parts: Mapping[tuple[str, ...], Summary],
    undefined: int,
) -> MainRow:
    dataset, structure, prompt, version, model, selection, level, scope = key
    return MainRow(
        dataset=dataset,
        structure=structure,
        prompt=prompt,
        version=version,
        model=model,
        selection=selection,
        level=level,
        scope=scope,
        dsc=parts.get((*key, "dsc", "")),
        hd95=_distances(key, "hd95", parts),
        assd=_distances(key, "assd", parts),
        targets=whole.targets,
        groups=whole.groups,
        undefined=undefined,
    )


def _distances(
    key: tuple[str, ...], metric: str, parts: Mapping[tuple[str, ...], Summary]
) -> tuple[Distance, ...]:
    return tuple(
        Distance(unit, parts[*key, metric, unit])
        for unit in ("mm", "px")
        if (*key, metric, unit) in parts
    )


def _undefined(scores: pd.DataFrame) -> dict[tuple[str, ...], int]:
    scored = [column for column in SCORE_COLUMNS if column not in ("metric", "unit", "value")]
    rows = scores.loc[scores["value"].isna(), scored].drop_duplicates()
    counts = rows.groupby(list(ROW_KEY)).size() if len(rows) else pd.Series(dtype=int)
    return {text_key(key): int(count) for key, count in counts.items()}


def _order(row: MainRow, material: Material) -> tuple[object, ...]:
    return (
        natural_order(row.dataset),
        row.level,
        natural_order(row.structure),
        natural_order(row.prompt),
        row.version,
        row.scope,
        model_order(row.model, material),
    )


def marks(row: Mapping[str, str], material: Material) -> dict[str, object]:
    """Columns that say when a row is an oracle's, lies on the path of another mask, is a floor's.

    `row` has prompt, selection and model.
    """
    notes = [ORACLE] if is_oracle(row["selection"]) else []
    shown = material.shown.get(row["prompt"], row["selection"])
    if shown != row["selection"]:
        notes.append(f"on the path of a user who was shown {shown}")
    floor = is_floor(material.card("model", row["model"]))
    return {"note": "; ".join(notes), "floor": floor}


def _csv_line(row: MainRow, material: Material) -> dict[str, object]:
    interval = row.dsc.interval if row.dsc else None
    distances = {
        f"{name}_{distance.unit}": distance.summary.mean
        for name, found in (("hd95", row.hd95), ("assd", row.assd))
        for distance in found
    }
    key = {name: getattr(row, name) for name in ROW_KEY}
    return {
        **key,
        **marks(key, material),
        "dsc": row.dsc and row.dsc.mean,
        "dsc_low": interval and interval.low,
        "dsc_high": interval and interval.high,
        **distances,
        "targets": row.targets,
        "groups": row.groups,
        "undefined": row.undefined,
    }
