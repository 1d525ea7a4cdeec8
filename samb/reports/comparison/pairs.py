"""Every score of the baseline beside the score of the same thing in the run."""

from collections.abc import Mapping

import pandas as pd

from samb.errors import RequestError
from samb.reports.comparison.choice import Choice
from samb.reports.comparison.side import Side

CELL = [
    "dataset", "structure", "level", "scope", "model", "prompt", "version", "selection", "attempt",
    "metric", "unit",
]  # fmt: skip
"""What one line of a comparison is about."""
TARGET = ["group", "case", "frame", "object_id", "annotator", "repeat"]
"""What tells the scores of a cell apart."""
KEYS = [*CELL, *TARGET]
FOUND = {"both": "both", "left_only": "missing", "right_only": "new"}


def paired_scores(baseline: Side, run: Side, choice: Choice) -> pd.DataFrame:
    """Columns CELL, TARGET, first, second and `found`: both, missing (in the run) or new.

    The baseline's headline counts where the two differ. Raises RequestError where nothing is
    chosen from the baseline, or one side holds two scores of one thing.
    """
    headline = {**run.facts.headline, **baseline.facts.headline}
    first = _chosen(baseline, choice, headline, {name: name for name in choice.models})
    second = _chosen(run, choice, headline, {new: old for old, new in choice.models.items()})
    if first.empty:
        raise RequestError(_nothing_chosen(baseline, choice))
    first, second = (
        first.rename(columns={"value": "first"}),
        second.rename(columns={"value": "second"}),
    )
    pairs = first.merge(second, on=KEYS, how="outer", indicator="found")
    pairs["found"] = pairs["found"].astype(str).map(FOUND)
    return pairs.sort_values(KEYS, ignore_index=True)


def _chosen(
    side: Side, choice: Choice, headline: Mapping[str, str], models: Mapping[str, str]
) -> pd.DataFrame:
    """Columns KEYS and value; models under the names that `models` gives, all where it is empty."""
    scores = side.scores
    for name in models:
        if name not in set(scores["model"]):
            there = ", ".join(sorted(set(scores["model"])))
            raise RequestError(f"{side.name} holds no scores of model {name!r}; it has {there}")
    if models:
        scores = scores[scores["model"].isin(list(models))]
        scores = scores.assign(model=scores["model"].map(models))
    rows = choice.of(scores, headline)[[*KEYS, "value"]]
    twice = rows[rows.duplicated(KEYS)]
    if len(twice):
        about = ", ".join(str(twice.iloc[0][name]) for name in (*CELL[:2], "case", "prompt"))
        raise RequestError(f"{side.name} holds two scores of the same thing: {about}")
    return rows


def _nothing_chosen(baseline: Side, choice: Choice) -> str:
    metrics = ", ".join(sorted(set(baseline.scores["metric"]))) or "no scores at all"
    selections = ", ".join(sorted(set(baseline.scores["selection"])))
    return (
        f"{baseline.name} holds nothing to compare under metric "
        f"{' or '.join(choice.metrics) or 'any'} and selection "
        f"{' or '.join(choice.selections) or 'of the headline'}; it has {metrics}, selected by "
        f"{selections or 'nothing'}. Choose with --metric and --selection, or --all"
    )
