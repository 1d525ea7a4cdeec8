"""Baseline against run: pair, measure, judge."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from samb.errors import RequestError
from samb.reports.comparison.cells import cells
from samb.reports.comparison.choice import Choice
from samb.reports.comparison.differences import differences
from samb.reports.comparison.pairs import CELL, paired_scores
from samb.reports.comparison.rules import Better, Rules, badness, directions
from samb.reports.comparison.side import Facts, Side, Unit
from samb.reports.comparison.verdict import Cell, Problem, Verdict
from samb.reports.names import counted
from samb.reports.statistics import LEAST_GROUPS

FIRST_FAILED = 5
LEAST_SECONDS = 0.001
"""Per case, model and mode; below this a clock tells nothing about a model."""


def compare(
    baseline: Side, run: Side, choice: Choice, rules: Rules, better: Mapping[str, Better]
) -> Verdict:
    """What was lost, with evidence; what is missing; what differs.

    `better` says of each metric without a unit which way it is better. Raises RequestError where
    the baseline holds nothing of what is chosen.
    """
    pairs = _with_losses(paired_scores(baseline, run, choice), better)
    found = cells(pairs, rules)
    return Verdict(
        baseline=baseline.name,
        run=run.name,
        rules=rules,
        cells=found,
        problems=(
            *_nothing(found),
            *_failed(baseline.facts, run.facts, choice.models),
            *_slower(baseline.facts, run.facts, rules.slower),
        ),
        differences=differences(baseline.facts.recorded, run.facts.recorded, choice.models),
        notes=tuple(_notes(pairs, found, (baseline, run), choice)),
    )


def _with_losses(pairs: pd.DataFrame, better: Mapping[str, Better]) -> pd.DataFrame:
    try:
        ways = directions(pairs, better)
    except KeyError as error:
        msg = (
            f"nobody says which way {error.args[0]} is better: its metric is in no config here; "
            f"bring the config folder of the run (SAMB_CONFIGS), or leave it out with --metric"
        )
        raise RequestError(msg) from error
    pairs, ways = pairs[ways != "neither"], ways[ways != "neither"]
    return pairs.assign(loss=badness(pairs["second"], ways) - badness(pairs["first"], ways))


def _nothing(found: Sequence[Cell]) -> Iterator[Problem]:
    if not any(cell.defined for cell in found):
        yield Problem("nothing", "nothing was measured: no score has a value on both sides")


def _failed(baseline: Facts, run: Facts, models: Mapping[str, str]) -> Iterator[Problem]:
    """Cases that failed or were refused now and were not before."""
    if baseline.failed is None or run.failed is None:
        return
    names = {new: old for old, new in models.items()}
    now = {_renamed(unit, names) for unit in run.failed if not models or unit[2] in {"", *names}}
    more = sorted(now - baseline.failed)
    if more:
        cases = sorted({(dataset, case) for dataset, case, _, _ in more})
        shown = ", ".join("/".join(case) for case in cases[:FIRST_FAILED])
        rest = f" and {len(cases) - FIRST_FAILED} more" if len(cases) > FIRST_FAILED else ""
        told = f"{counted(len(cases), 'case')} failed or was refused only now: {shown}{rest}"
        yield Problem("failed", told)


def _renamed(unit: Unit, names: Mapping[str, str]) -> Unit:
    dataset, case, model, prompt = unit
    return dataset, case, names.get(model, model), prompt


def _slower(baseline: Facts, run: Facts, allowed: float | None) -> Iterator[Problem]:
    if allowed is None:
        return
    before, now = baseline.seconds_per_unit, run.seconds_per_unit
    if before is None or now is None:
        side = "the baseline" if before is None else "the run"
        yield Problem("slower", f"the speed of {side} is not known, so --slower shows nothing")
    elif now > allowed * max(before, LEAST_SECONDS):
        told = (
            f"{now:.3f} s per case, model and prompt mode, {before:.3f} s before: "
            f"{now / max(before, LEAST_SECONDS):.2f} times as long, {allowed:g} allowed"
        )
        yield Problem("slower", told)


def _notes(
    pairs: pd.DataFrame, found: Sequence[Cell], sides: tuple[Side, Side], choice: Choice
) -> Iterator[str]:
    new = pairs.loc[pairs["found"] == "new", CELL].drop_duplicates()
    only_new = len(new) - sum(1 for cell in found if cell.new)
    if only_new:
        yield f"{counted(only_new, 'cell')} of the run stand in no baseline and are not judged."
    if inside := sum(cell.new for cell in found):
        yield f"{counted(inside, 'score')} of judged cells stand in the run alone: not compared."
    yield from _models_gone(found, sides[1], choice)
    few = [cell for cell in found if cell.defined and cell.groups < LEAST_GROUPS]
    if few:
        yield (
            f"{counted(len(few), 'cell')} of {len(found)} with fewer than {LEAST_GROUPS} groups: "
            "there a loss is judged by its size alone, and the 5 % do not cover false alarms."
        )
    for side in sides:
        if side.facts.failed is None:
            yield f"{side.name} does not tell which cases failed; more failed cases go unnoticed."


def _models_gone(found: Sequence[Cell], run: Side, choice: Choice) -> Iterator[str]:
    there = set(run.scores["model"])
    gone = sorted({cell.about.model for cell in found} - there - set(choice.models))
    if gone:
        yield (
            f"{run.name} has no scores of {', '.join(gone)}; it has {', '.join(sorted(there))}. "
            "Two models are compared with --model A=B."
        )
