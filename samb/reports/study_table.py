"""The paper's values, ours, and their difference: the table that repeating a study comes to."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import shown_model, shown_prompt
from samb.reports.section import Column, Section
from samb.reports.study import ALL, study_cells
from samb.reports.study_match import coverage, records, with_published
from samb.reports.study_notes import some, table_notes
from samb.reports.text import NOTHING
from samb.studies.published import KEY, MARKS
from samb.studies.study_run import StudyRun

NUMBERS = (
    Column("paper"),
    Column("ours"),
    Column("95 % interval", from_width=110),
    Column("ours - paper", "diff"),
    Column("groups", "grp"),
)
DATA_COLUMNS = (
    *KEY, "role", "stands_for", "paper", "evidence", "source", "note",
    "ours", "low", "high", "difference", "groups", "rows",
)  # fmt: skip
ROLES = ("paper", "substitute", "", "own", "phantoms")
"""In the order of the table; empty: published values of data that the run has not."""
CURVE = [*(name for name in KEY if name != "attempt"), "role"]
"""What attempts are counted within: ours may end before the paper's, and in one data set before
another."""
MOST_IN_TERMINAL = 40
"""Lines above which a terminal shows the most telling ones alone."""

Row = Mapping[str, Any]


def study_section(material: Material) -> Section | None:
    """None where the run is of no study, or where neither it nor the paper has a value."""
    run = material.study
    if run is None:
        return None
    ours = study_cells(material)
    cells = with_published(ours, run, material.headline)
    if cells.empty:
        return None
    rows = sorted(_shown(cells, run), key=lambda row: _order(row, run))
    lines = [_line(row, cells, run, material) for row in rows]
    telling = _telling(rows, run)
    brief = [line for line, told in zip(lines, telling, strict=True) if told]
    return Section(
        name="study",
        title=f"{run.name}: the paper's values and ours",
        words=("data set", "target", "prompt mode", "selection", "model", "metric"),
        numbers=NUMBERS,
        lines=tuple(lines),
        notes=tuple(table_notes(cells, coverage(ours, run, material.headline), run)),
        data=cells[list(DATA_COLUMNS)],
        terminal_lines=tuple(brief) if len(lines) > MOST_IN_TERMINAL else None,
    )


def _shown(cells: pd.DataFrame, run: StudyRun) -> Iterator[Row]:
    """Ours; and the paper's of the data sets that ours are or stand for, in the modes we ran.

    Of modes that click, the last attempt, which is earlier where every user was content; every
    other is in the CSV.
    """
    concerned = {name for it in run.data.values() for name in it.stands_for}
    concerned |= {run.study.table.overall[0]} if concerned else set()
    asked = set(cells.loc[cells["role"] != "", "prompt"])
    last = cells.groupby(CURVE)["attempt"].transform("max")
    for row in records(cells[cells["attempt"] == last]):
        in_run = not row["of_sam"] or row["prompt"] in asked
        of_table = row["metric"] in run.study.table.metrics
        if row["role"] or (row["dataset"] in concerned and in_run and of_table):
            yield row


def _telling(rows: Sequence[Row], run: StudyRun) -> list[bool]:
    """Differences and lines over all targets; where there are none, the table's first metric."""
    over_all = (ALL, run.study.table.overall[1])
    found = [not math.isnan(row["difference"]) or row["target"] in over_all for row in rows]
    if any(it and row["role"] for it, row in zip(found, rows, strict=True)):
        return found
    return [row["metric"] == run.study.table.metrics[0] for row in rows]


def _order(row: Row, run: StudyRun) -> tuple[object, ...]:
    role = "paper" if row["dataset"] in run.papers_own else row["role"]
    words = (natural_order(str(row[name])) for name in ("prompt", "selection", "model"))
    metrics = [*run.study.table.metrics, row["metric"]]
    place = (ROLES.index(role), natural_order(row["dataset"]), natural_order(row["target"]))
    return (*place, not row["of_sam"], *words, metrics.index(row["metric"]))


def _line(row: Row, cells: pd.DataFrame, run: StudyRun, material: Material) -> tuple[str, ...]:
    several = cells.loc[cells["prompt"] == row["prompt"], "attempt"].max() > 1
    click = f", click {row['attempt']}" if several else ""
    interval = f"[{row['low']:.3f}, {row['high']:.3f}]"
    return (
        _data_set(row, run),
        row["target"],
        f"{shown_prompt(row['prompt'])}{click}",
        row["selection"] or NOTHING,
        shown_model(row["model"], material),
        row["metric"],
        f"{row['paper']:.3f} [{MARKS[row['evidence']]}]" if row["evidence"] else NOTHING,
        _number(row["ours"], ""),
        NOTHING if math.isnan(row["low"]) else interval,
        _number(row["difference"], "+"),
        str(row["groups"]) if row["role"] else NOTHING,
    )


def _data_set(row: Row, run: StudyRun) -> str:
    name = row["dataset"]
    if row["role"] == "paper" or name in run.papers_own:
        return f"{name} (paper's data)"
    if row["role"] == "substitute":
        return f"{name} (substitute for {some(row['stands_for'].split('; '))})"
    return {
        "": f"{name} (the paper's, not run here)",
        "own": f"{name} (own data)",
        "phantoms": f"{name} (generated: plumbing only)",
    }[row["role"]]


def _number(value: float, sign: str) -> str:
    return NOTHING if math.isnan(value) else f"{value:{sign}.3f}"
