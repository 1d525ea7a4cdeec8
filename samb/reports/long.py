"""The long table: a summary of everything that was scored, as data."""

import pandas as pd

from samb.ordering import natural_order
from samb.reports.clicks import carry_forward
from samb.reports.material import Material, final_scores
from samb.reports.statistics import Summary, summarise
from samb.reports.tables import ROW_KEY, marks

LONG_KEY = (*ROW_KEY, "annotator", "attempt", "metric", "unit")
COUNTS = ("groups", "groups_averaged", "cases", "targets", "values", "undefined")
LONG_COLUMNS = [*LONG_KEY, "note", "floor", "mean", "low", "high", "why_no_interval", *COUNTS]


def long_table(material: Material) -> pd.DataFrame:
    """One row per LONG_KEY: all levels, selections, metrics, annotators and attempts.

    `attempt` is `final`, or for modes of several attempts also each attempt's number, where targets
    that were done earlier keep their last value.
    """
    found = {
        **summarise(final_scores(material.scores).assign(attempt="final"), LONG_KEY),
        **summarise(carry_forward(_of_several_attempts(material.scores)), LONG_KEY),
    }
    lines = [_line(key, found[key], material) for key in sorted(found, key=_order)]
    return pd.DataFrame(lines, columns=LONG_COLUMNS)


def _of_several_attempts(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores.groupby(["dataset", "prompt"])["attempt"].transform("max") > 1]


def _order(key: tuple[str, ...]) -> tuple[tuple[str | float, ...], ...]:
    return tuple(natural_order(part) for part in key)


def _line(key: tuple[str, ...], summary: Summary, material: Material) -> dict[str, object]:
    line = dict(zip(LONG_KEY, key, strict=True))
    interval = summary.interval
    return {
        **line,
        **marks(line, material),
        "mean": summary.mean,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "why_no_interval": summary.why_no_interval,
        **{name: getattr(summary, name) for name in COUNTS},
    }
