"""The table of what DSC varies with, where prompt modes were played more than once."""

import math
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.components import Components, components
from samb.reports.material import Material
from samb.reports.names import model_order, shown_model
from samb.reports.section import Column, Section
from samb.reports.statistics import text_key
from samb.reports.tables import main_scores, marks
from samb.reports.text import NOTHING, marked_prompt

KEY = ["dataset", "prompt", "version", "model", "selection", "level", "scope"]
NUMBERS = (
    Column("between groups", "groups"),
    Column("between targets of a group", "targets"),
    Column("between repeats of a target", "repeats"),
    Column("scores", from_width=100),
)


@dataclass(frozen=True)
class Row:
    """The components of one data set, prompt mode and model; all structures together."""

    key: tuple[str, ...]
    """In the order of KEY."""
    found: Components


def variance_section(material: Material) -> Section | None:
    """None where nothing was repeated (`prompt_repeats`)."""
    rows = variance_rows(material)
    if not rows:
        return None
    return Section(
        name="variance",
        title="What DSC varies with (standard deviations)",
        words=("data set", "prompt mode", "model"),
        numbers=NUMBERS,
        lines=tuple(_line(row, material) for row in rows),
        notes=(
            "Of single scores, all structures together, headline selection, last attempt: the "
            "variance that groups, the targets of one group, and the repeats of one target add, by "
            "the nested analysis of variance (Henderson's method I), here as standard deviations "
            "in DSC; variance.csv has both. Repeats are the simulated user's part. More repeats "
            "make only that part of a mean's error smaller, more groups all of it.",
            "A negative estimate is 0. Where each group has one target, what targets vary by is "
            "part of the groups; several annotators of a target count as targets.",
        ),
        data=pd.DataFrame([_data(row, material) for row in rows]),
    )


def variance_rows(material: Material) -> tuple[Row, ...]:
    """Modes with more than one repeat, in table order."""
    scores = main_scores(material)
    scores = scores[scores["metric"] == "dsc"]
    found = [
        Row(text_key(key), components(rows))
        for key, rows in scores.groupby(KEY)
        if rows["repeat"].nunique() > 1
    ]
    return tuple(sorted(found, key=lambda row: _order(row, material)))


def _order(row: Row, material: Material) -> tuple[object, ...]:
    dataset, prompt, version, model, *others = row.key
    place = natural_order(dataset), natural_order(prompt), natural_order(version)
    return (*place, model_order(model, material), others)


def _line(row: Row, material: Material) -> tuple[str, ...]:
    dataset, prompt, version, model, selection, *_ = row.key
    found = row.found
    return (
        dataset,
        marked_prompt(prompt, version, selection),
        shown_model(model, material),
        *(_deviation(it) for it in (found.groups, found.targets, found.repeats)),
        str(found.values),
    )


def _deviation(variance: float) -> str:
    return NOTHING if math.isnan(variance) else f"{math.sqrt(variance):.3f}"


def _data(row: Row, material: Material) -> dict[str, object]:
    """Variances and standard deviations, unrounded."""
    named = dict(zip(KEY, row.key, strict=True))
    parts = {name: getattr(row.found, name) for name in ("groups", "targets", "repeats")}
    return {
        **named,
        **marks(named, material),
        **{f"variance_{name}": it for name, it in parts.items()},
        **{f"deviation_{name}": math.sqrt(it) for name, it in parts.items()},
        "scores": row.found.values,
    }
