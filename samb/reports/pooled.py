"""The pooled table: Dice of whole data sets, and of the structures of a case together."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import model_order, shown_model
from samb.reports.section import Column, Section, without_empty_columns
from samb.reports.statistics import Summary, summarise
from samb.reports.tables import marks
from samb.reports.text import NOTHING, interval_cell, marked_prompt, mean_cell

KEY = ("dataset", "structure", "prompt", "version", "model", "selection", "scope")
METRICS = ("global_dice", "generalised_dice_crum", "generalised_dice_sudre")
NUMBERS = (
    Column("global Dice", "global"),
    Column("generalised Dice (Crum)", "Crum"),
    Column("95 % interval (Crum)", from_width=120),
    Column("generalised Dice (Sudre)", "Sudre"),
    Column("95 % interval (Sudre)", from_width=120),
    Column("groups", "grp"),
)


def pooled_section(material: Material) -> Section | None:
    """None where pixels were not counted (`metric=pooled_dice`)."""
    rows = material.pooled
    rows = rows[rows["selection"] == rows["prompt"].map(material.headline)]
    if rows.empty:
        return None
    table = _Table(material, summarise(rows, (*KEY, "metric")))
    keys = sorted({key[:-1] for key in table.found}, key=lambda key: _order(key, material))
    numbers, lines = without_empty_columns(NUMBERS, [table.line(key) for key in keys], NOTHING)
    return Section(
        name="pooled",
        title="Pooled Dice: pixels added up before they are compared",
        words=("data set", "structure", "prompt mode", "model"),
        numbers=numbers,
        lines=lines,
        notes=(
            "Global Dice: the pixels of all cases as if they were one image, so large targets "
            "count more; one number, without an interval. Generalised Dice: the structures of a "
            "case together, weighted by 1 / reference pixels (Crum) or its square (Sudre); the "
            "mean over groups. Objects of one structure are added up first. Headline selection, "
            "last attempt.",
        ),
        data=pd.DataFrame([table.data(key) for key in keys]),
    )


def _order(key: tuple[str, ...], material: Material) -> tuple[object, ...]:
    dataset, structure, prompt, version, model, selection, scope = key
    place = (natural_order(dataset), structure == "all structures", natural_order(structure), scope)
    return (*place, natural_order(prompt), version, model_order(model, material), selection)


@dataclass(frozen=True)
class _Table:
    material: Material
    found: Mapping[tuple[str, ...], Summary]

    def line(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """The cells of one row."""
        dataset, structure, prompt, version, model, selection, scope = key
        whole, crum, sudre = (self.found.get((*key, name)) for name in METRICS)
        said = f" ({scope.replace('_', ' ')})" if scope else ""
        groups = str(crum.groups) if crum else NOTHING
        return (
            dataset,
            f"{structure}{said}",
            marked_prompt(prompt, version, selection),
            shown_model(model, self.material),
            mean_cell(whole),
            mean_cell(crum),
            interval_cell(crum),
            mean_cell(sudre),
            interval_cell(sudre),
            groups,
        )

    def data(self, key: tuple[str, ...]) -> dict[str, object]:
        """The same with unrounded numbers."""
        named = dict(zip(KEY, key, strict=True))
        line: dict[str, object] = {**named, **marks(named, self.material)}
        for name in METRICS:
            summary = self.found.get((*key, name))
            interval = summary.interval if summary else None
            line[name] = summary.mean if summary else None
            if name != "global_dice":
                line[f"{name}_low"] = interval.low if interval else None
                line[f"{name}_high"] = interval.high if interval else None
        return line
