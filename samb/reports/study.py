"""The cells of a study's table, made from the scores of a run exactly as its paper made its own.

Rows of the paper's own data have the paper's names of data set and target, so that they meet the
published values; those of any other data keep their own names, and meet none.
"""

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from samb.reports.clicks import carry_forward
from samb.reports.cluster_means import Mean, Target, mean_over, overall, targets_by
from samb.reports.material import Material, at_main_level
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
    targets = targets_by(scores, OF_A_CELL, rule.over)
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
        for name in _names(run, dataset, structure):
            yield _cell((*name, *others), mean_over([target]), standing)


def _names(run: StudyRun | None, dataset: str, structure: str) -> list[tuple[str, str]]:
    """Data set and target as the paper has them for its own data, else as they are."""
    if run and run.standing(dataset).role == "paper":
        return run.named(dataset, structure)
    return [(dataset, structure)]


def _overall(targets: Targets, rule: TableRule, run: StudyRun | None) -> Iterator[Cell]:
    """A line over all targets of one role; the paper's only where all of its own have a value."""
    if run is None or rule.across == "none":
        return
    lines: dict[tuple[str, ...], dict[tuple[str, str], Target]] = {}
    standings: dict[tuple[str, ...], dict[str, None]] = {}
    papers = {it.name for it in run.study.data}
    for (dataset, structure, *others), target in targets.items():
        standing = run.standing(dataset)
        for name in _names(run, dataset, structure):
            if standing.role == "paper" and name[0] not in papers:
                continue  # a structure that the paper does not have
            within = name[0] if rule.across == "targets_within" else ""
            line = (standing.role, within, *others)
            lines.setdefault(line, {})[name] = target
            standings.setdefault(line, {}).update(dict.fromkeys(standing.stands_for))
    for line, found in lines.items():
        role, within, *others = line
        defined = [name for name, target in found.items() if target.count]
        whole = role == "paper" and run.has_all(defined, within)
        if whole or len(found) > 1:
            dataset, target_name = rule.overall if whole else (ALL, ALL)
            key = (within or dataset, target_name, *others)
            standing = Standing(role, tuple(standings[line]))  # type: ignore[arg-type] # a Role
            yield _cell(key, overall(list(found.values()), rule), standing)


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
