"""From paired scores to one line per cell."""

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from samb.ordering import natural_order
from samb.reports.comparison.pairs import CELL
from samb.reports.comparison.rules import Rules
from samb.reports.comparison.verdict import About, Cell, Problem
from samb.reports.names import counted
from samb.reports.sign_flips import LEVEL, Family, smallest_p
from samb.reports.statistics import LEAST_GROUPS, TINY, Interval, interval_to, skewness_of
from samb.streams import stream

ROUNDING = 1e-12
"""A loss this much above the allowed one is not above it."""


def cells(pairs: pd.DataFrame, rules: Rules) -> tuple[Cell, ...]:
    """One per combination of CELL that the baseline holds, in the order of its names.

    `pairs` has the columns of `paired_scores`, and `loss`: more is worse, NaN where either score
    is undefined.
    """
    losses = _group_losses(pairs)
    tested = losses.loc[:, losses.notna().sum() >= LEAST_GROUPS]
    family = smallest_p(tested.to_numpy(dtype=np.float64), stream("compare"))
    p_values: dict[object, float] = dict(zip(tested.columns, family.adjusted_p, strict=True))
    found = [
        _cell(key, rows, losses.get(key), p_values.get(key), family, rules)
        for key, rows in pairs.groupby(CELL, sort=True)
        if (rows["found"] != "new").any()
    ]
    return tuple(sorted(found, key=_order))


def _group_losses(pairs: pd.DataFrame) -> pd.DataFrame:
    """Mean loss by (dataset, group), one column a cell; NaN where a group defines none."""
    defined = pairs[pairs["loss"].notna()]
    by_group = defined.groupby([*CELL, "group"])["loss"].mean().reset_index()
    by_group["of"] = by_group["dataset"]
    table = by_group.pivot_table(index=["of", "group"], columns=CELL, values="loss")
    return table[table.notna().any(axis=1)] if len(table) else pd.DataFrame()


def _cell(
    key: tuple[object, ...],
    rows: pd.DataFrame,
    losses: "pd.Series[float] | None",
    adjusted_p: float | None,
    family: Family,
    rules: Rules,
) -> Cell:
    about = About(*map(str, key))
    both = rows[rows["found"] == "both"]
    known = pd.Series(dtype=float) if losses is None else losses.dropna()
    interval, why = _interval(known, family)
    cell = Cell(
        about=about,
        baseline=_mean(both, "first"),
        run=_mean(both, "second"),
        loss=float(known.mean()) if len(known) else math.nan,
        interval=interval,
        why_no_interval=why,
        adjusted_p=adjusted_p,
        allowed=rules.allowed_loss(about.unit),
        groups=len(known),
        paired=len(both),
        defined=int(both["loss"].notna().sum()),
        missing=int((rows["found"] == "missing").sum()),
        new=int((rows["found"] == "new").sum()),
        undefined_before=int(both["first"].isna().sum()),
        undefined=int(both["second"].isna().sum()),
        newly_undefined=int((both["second"].isna() & both["first"].notna()).sum()),
        problems=(),
    )
    return dataclasses.replace(cell, problems=tuple(_problems(cell)))


def _mean(rows: pd.DataFrame, column: str) -> float:
    """Over groups, of the rows that both define."""
    defined = rows[rows["loss"].notna()]
    return float(defined.groupby("group")[column].mean().mean())


def _interval(losses: "pd.Series[float]", family: Family) -> tuple[Interval | None, str]:
    count = len(losses)
    if count < LEAST_GROUPS:
        return None, f"{count} of at least {LEAST_GROUPS} groups"
    mean, deviation = float(losses.mean()), float(losses.std())
    if deviation**2 <= TINY:
        return Interval(mean, mean), ""
    skewness = skewness_of(losses.to_numpy(dtype=np.float64))
    return interval_to(family.quantile(count), mean, deviation, count, skewness), ""


def _problems(cell: Cell) -> Iterator[Problem]:
    if cell.missing:
        of = cell.missing + cell.paired
        yield Problem("missing", f"{cell.missing} of {of} scores of the baseline are missing")
    if cell.newly_undefined:
        told = (
            f"{counted(cell.newly_undefined, 'score')} newly undefined ({cell.undefined} are now, "
            f"{cell.undefined_before} were before)"
        )
        yield Problem("undefined", told)
    if cell.loss > cell.allowed + ROUNDING and (evident := _evidence(cell)):
        unit = f" {cell.about.unit}" if cell.about.unit else ""
        told = f"lost {cell.loss:.4f}{unit}, {cell.allowed:g} allowed ({evident})"
        yield Problem("loss", told)


def _evidence(cell: Cell) -> str:
    """Why a loss of this size counts; empty where chance explains it."""
    if cell.adjusted_p is None:
        return f"judged by size alone: {cell.why_no_interval}"
    above_zero = cell.interval is not None and cell.interval.low > 0
    return f"adjusted p {cell.adjusted_p:.4f}" if cell.adjusted_p <= LEVEL and above_zero else ""


def _order(cell: Cell) -> tuple[object, ...]:
    about = cell.about
    names = (about.dataset, about.level, about.scope, about.structure, about.prompt, about.model)
    rest = (about.version, about.selection, about.attempt, about.metric, about.unit)
    return tuple(natural_order(name) for name in (*names, *rest))
