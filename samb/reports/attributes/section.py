"""The table of attributes against scores."""

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from samb.reports.attributes.associations import Association, Estimate
from samb.reports.attributes.expected import EVERYTHING, MODALITY, NEXT_TO_NOTHING
from samb.reports.attributes.rows import POOLED, STATED, WITHIN, Row, attribute_rows
from samb.reports.material import Material
from samb.reports.names import is_floor, shown_model
from samb.reports.section import Column, Section, without_empty_columns
from samb.reports.statistics import LEAST_GROUPS
from samb.reports.tables import marks
from samb.reports.text import NOTHING, marked_prompt

NUMBERS = tuple(
    Column(name)
    for name in (
        "Spearman",
        "95 % interval",
        "partial",
        "95 % interval (partial)",
        "stated",
        "agrees",
        "agrees (partial)",
        "share of R²",
        "95 % interval (share)",
        "R², adjusted",
        "alone",
        "unique",
        "targets",
        "groups",
        "left out",
        "without",
    )
)
SIGNS = {1: "+", -1: "-", 0: "0", None: NOTHING}


def attribute_section(material: Material) -> Section | None:
    """None where nothing was scored target by target; too long for a terminal."""
    rows = attribute_rows(material)
    if not rows:
        return None
    shown = [line for row in rows for line in _lines(row, material)]
    numbers, lines = without_empty_columns(NUMBERS, shown, NOTHING)
    return Section(
        name="attribute_scores",
        title=f"What {rows[0].metric.upper()} goes with: attributes of targets",
        words=("data set", "prompt mode", "model", "attribute"),
        numbers=numbers,
        lines=lines,
        notes=tuple(_notes(rows, material)),
        data=attribute_table(rows, material),
        in_terminal=False,
    )


def attribute_table(rows: Sequence[Row], material: Material) -> pd.DataFrame:
    """One line per row and attribute, and one for all attributes together; unrounded."""
    return pd.DataFrame([line for row in rows for line in _data(row, material)])


def _lines(row: Row, material: Material) -> Iterator[tuple[str, ...]]:
    """What was worked out; and R^2 of all together."""
    cell, found = row.cell, row.found
    place = (
        f"{row.dataset} ({cell.level})",
        marked_prompt(cell.prompt, cell.version, cell.selection),
        shown_model(cell.model, material),
    )
    left_out = found.undefined_score + found.undefined_attribute
    counts = (str(found.targets), str(found.groups), str(left_out) if left_out else NOTHING)
    worked_out = [it for it in found.each if not it.nowhere]
    for it in worked_out:
        yield (*place, it.attribute, *_numbers(it, row), *counts, it.why_none or NOTHING)
    if not math.isnan(found.together.value):
        shares = (_share(found.together.value), NOTHING, _share(found.together.adjusted))
        yield (*place, EVERYTHING, *[NOTHING] * 7, *shares, NOTHING, NOTHING, *counts, NOTHING)


def _numbers(it: Association, row: Row) -> tuple[str, ...]:
    return (
        _correlation(it.simple.value),
        _interval(it.simple, "+.2f"),
        _correlation(it.partial.value),
        _interval(it.partial, "+.2f"),
        SIGNS[row.sign(it.attribute)],
        row.agrees(it.attribute, it.simple) or NOTHING,
        row.agrees(it.attribute, it.partial) or NOTHING,
        _share(it.shared_out.value),
        _interval(it.shared_out, ".2f"),
        NOTHING,
        _share(it.alone.value),
        _share(it.unique.value),
    )


def _correlation(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:+.2f}"


def _share(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:.2f}"


def _interval(estimate: Estimate, form: str) -> str:
    found = estimate.interval
    return f"[{found.low:{form}}, {found.high:{form}}]" if found else NOTHING


def _data(row: Row, material: Material) -> Iterator[dict[str, object]]:
    cell, found = row.cell, row.found
    choice = {"prompt": cell.prompt, "selection": cell.selection, "model": cell.model}
    place = {
        "dataset": row.dataset,
        "datasets": "; ".join(row.datasets),
        "datasets_left_out": "; ".join(row.left_out),
        **choice,
        "version": cell.version,
        "level": cell.level,
        **marks(choice, material),
        "metric": row.metric,
    }
    counts = {
        "targets": found.targets,
        "groups": found.groups,
        "undefined_score": found.undefined_score,
        "undefined_attribute": found.undefined_attribute,
    }
    together = Association(EVERYTHING, shared_out=found.together)
    for it in (*found.each, together):
        yield {**place, **_values(it, row), **counts, "why_none": it.why_none}


def _values(it: Association, row: Row) -> dict[str, object]:
    stated = STATED.get(it.attribute)
    values: dict[str, object] = {
        "attribute": it.attribute,
        "column": stated.column if stated else "",
        **_columns("spearman", it.simple),
        **_columns("partial", it.partial),
        "stated_sign": row.sign(it.attribute),
        "stated_by": stated.source if stated else "",
        "agrees": row.agrees(it.attribute, it.simple),
        "partial_agrees": row.agrees(it.attribute, it.partial),
    }
    for name, shown in (("shared_out", "share"), ("alone", "alone"), ("unique", "unique")):
        estimate: Estimate = getattr(it, name)
        values |= {**_columns(shown, estimate), f"{shown}_adjusted": estimate.adjusted}
    return values


def _columns(name: str, estimate: Estimate) -> dict[str, object]:
    found = estimate.interval
    return {
        name: estimate.value,
        f"{name}_low": found.low if found else None,
        f"{name}_high": found.high if found else None,
    }


def _notes(rows: Sequence[Row], material: Material) -> Iterator[str]:
    metric = rows[0].metric.upper()
    yield (
        f"Spearman's rank correlation of {metric} with each attribute (attribute_scores.csv names "
        "the column of attributes.csv; contrast without its sign), and the same with the other "
        "attributes held (partial). Groups weigh the same, as do the targets of one; all "
        "structures together, headline selection, last attempt, means over repeats and annotators."
    )
    yield (
        "Intervals (95 %, each for itself: of twenty, one misses) leave out one group after the "
        f"other (jackknife). Below {LEAST_GROUPS} groups there is none, and below two groups per "
        "attribute neither a partial correlation nor a share."
    )
    yield (
        "Stated: the sign of the correlation by the survey's summary or the study that "
        "attribute_scores.csv names. Agrees: whether the whole interval lies on that side of 0 "
        f"(yes), on the other (no), or on both (open); for 0, within {NEXT_TO_NOTHING} of it or "
        "beyond. A correlation is no cause: where a floor, which looks at no image, has it too, it "
        f"comes from the prompt and the metric.{_verdicts(rows, material)}"
    )
    yield (
        f"Share of R²: what an attribute adds to the variance of the ranks of {metric} that a "
        "linear regression on all attributes' ranks explains, averaged over the orders of adding "
        "them (LMG, or Shapley value); alone: the first to be added; unique: the last. No share is "
        "below 0, so that even chance has one: R², adjusted, is R² less what chance gives in so "
        "few groups."
    )
    yield from _over_all(rows)
    yield from _left_out(rows)


def _verdicts(rows: Sequence[Row], material: Material) -> str:
    """How the statements fare in the lines of single data sets, floors left out; after a blank."""
    words = [
        row.agrees(it.attribute, it.simple)
        for row in rows
        for it in row.found.each
        if len(row.datasets) == 1 and not is_floor(material.card("model", row.cell.model))
    ]
    counted = ", ".join(f"{words.count(word)} {word}" for word in ("yes", "no", "open"))
    return f" Here, of single data sets and without floors: {counted}." if any(words) else ""


def _over_all(rows: Sequence[Row]) -> Iterator[str]:
    if any(row.dataset in (WITHIN, POOLED) for row in rows):
        yield (
            "Over all, data sets weigh the same. Within each: the mean of the data sets' "
            "correlations (0 where an attribute does not vary), so that only differences inside "
            "data sets count. Pooled: all targets ranked together, differences between data sets "
            f"included; {MODALITY} then stands for all else in which such data sets differ. "
            "Intervals are for these data sets, not for others."
        )
    left = sorted({name for row in rows for name in row.left_out})
    if left:
        yield f"Not over all, because of fewer than {LEAST_GROUPS} groups: {', '.join(left)}."


def _left_out(rows: Sequence[Row]) -> Iterator[str]:
    nowhere = {it.attribute: row.cell.level for row in rows for it in row.found.each if it.nowhere}
    if nowhere:
        levels = ", ".join(sorted(set(nowhere.values())))
        yield f"Not worked out (level {levels}), so without a line: {', '.join(nowhere)}."
    scores = max(row.found.undefined_score for row in rows)
    attributes = max(row.found.undefined_attribute for row in rows)
    if scores or attributes:
        yield (
            "Left out (attribute_scores.csv counts both): targets with an undefined score (at most "
            f"{scores} of a line) or an undefined attribute, such as the contrast of one that "
            f"fills its frame (at most {attributes})."
        )
