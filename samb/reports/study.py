"""The cells of a study's table, made from the scores of a run exactly as its paper made its own.

Rows of the paper's own data have the paper's names of data set and target, so that they meet the
published values; those of any other data keep their own names, and meet none.
"""

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from samb.reports.clicks import carry_forward
from samb.reports.cluster_means import Mean, Target, mean_over, overall
from samb.reports.material import Material, at_main_level
from samb.reports.statistics import text_key
from samb.studies.published import KEY
from samb.studies.roles import Standing
from samb.studies.study import TableRule
from samb.studies.study_run import StudyRun

MADE = ("value", "low", "high", "groups", "rows", "role", "stands_for")
CELL_COLUMNS = (*KEY, *MADE)
OF_A_CELL = ["dataset", "structure", "prompt", "attempt", "selection", "model", "metric"]
ALL = "all"
"""Data set and target of a line over all targets that is not the paper's."""

Cell = dict[str, object]
Targets = Mapping[tuple[str, ...], Target]
"""By the values of OF_A_CELL, as text."""


def study_cells(material: Material) -> pd.DataFrame:
    """One row per data set, target, prompt, attempt, selection, model and metric: CELL_COLUMNS.

    `value`, with the 95 % interval `low` to `high` (NaN under 5 groups), is aggregated by the
    study's `table`; `rows` counts scores, undefined ones included; `stands_for` names the paper's
    data sets, joined by `; `. A run of no study has its own data, and means over groups.
    """
    rule = material.study.study.table if material.study else _plain_rule(material)
    scores = _scores(material.scores, rule)
    targets = {text_key(key): Target.of(rows, rule.over) for key, rows in scores.groupby(OF_A_CELL)}
    cells = [*_cells(targets, material.study), *_overall(targets, rule, material.study)]
    table = pd.DataFrame(cells, columns=list(CELL_COLUMNS))
    return table.astype({"attempt": int, "groups": int, "rows": int}) if cells else table


def _plain_rule(material: Material) -> TableRule:
    metrics = tuple(sorted({str(name) for name in material.scores["metric"]}))
    return TableRule(metrics, level="volume", over="groups", across="none")


def _scores(scores: pd.DataFrame, rule: TableRule) -> pd.DataFrame:
    """Rows that the table is made of; pictures have no volume, and count as they are.

    A target whose user was content early keeps its last value for the attempts it did not need.
    """
    wanted = scores[scores["metric"].isin(rule.metrics)]
    frames = wanted[wanted["level"] == "frame"]
    return carry_forward(frames if rule.level == "frame" else at_main_level(wanted))


def _cells(targets: Targets, run: StudyRun | None) -> Iterator[Cell]:
    for (dataset, structure, *others), target in targets.items():
        standing = run.standing(dataset) if run else Standing("own")
        names = [(dataset, structure)]
        if run and standing.role == "paper":
            names = run.named(dataset, structure)
        for name in names:
            yield _cell((*name, *others), mean_over([target]), standing)


def _overall(targets: Targets, rule: TableRule, run: StudyRun | None) -> Iterator[Cell]:
    """A line over all targets of one role; the paper's only where all of its data are there."""
    if run is None or rule.across == "none":
        return
    together: dict[tuple[str, ...], list[Target]] = {}
    for (dataset, _, *others), target in targets.items():
        together.setdefault((run.standing(dataset).role, *others), []).append(target)
    for (role, *others), found in together.items():
        standings = [it for it in run.data.values() if it.role == role]
        stands_for = tuple(dict.fromkeys(name for it in standings for name in it.stands_for))
        whole = role == "paper" and len(stands_for) == len(run.study.data)
        name = rule.overall if whole else (ALL, ALL)
        standing = Standing(role, stands_for)  # type: ignore[arg-type] # a role of a standing
        if len(found) > 1 or whole:
            yield _cell((*name, *others), overall(found, rule), standing)


def _cell(key: tuple[str, ...], mean: Mean, standing: Standing) -> Cell:
    interval = mean.interval
    return {
        **dict(zip(KEY, key, strict=True)),
        "value": mean.value,
        "low": interval.low if interval else math.nan,
        "high": interval.high if interval else math.nan,
        "groups": mean.groups,
        "rows": mean.rows,
        "role": standing.role,
        "stands_for": "; ".join(standing.stands_for),
    }
