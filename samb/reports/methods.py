"""Prompted models against methods that take no prompt: a U-Net's masks beside SAM with a box.

A method answers without a mode in common with the others, so that here targets alone are paired:
each row is one mode of one model minus the method, over what both have of the same target, or,
where the method answers for a structure, of that structure on the same frame or in the volume.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.against import promptless
from samb.reports.difference_table import NUMBERS, corrected, p_cell
from samb.reports.material import Material, final_scores, headline_scores
from samb.reports.names import model_order, shown_model
from samb.reports.paired import SAME_THING, Comparison, group_differences, paired
from samb.reports.section import Section, without_empty_columns
from samb.reports.statistics import LEAST_GROUPS, text_key
from samb.reports.tables import marks
from samb.reports.text import NOTHING, marked_prompt

MODE = ("prompt", "version", "selection")
TARGET = [name for name in SAME_THING if name not in (*MODE, "repeat", "scope")]
"""What a score of a method and one of a prompted model share."""
PICTURE = [name for name in TARGET if name != "object_id"]
"""The same where the method answers for a structure: all its objects on a frame or in a volume."""
CELL = ["dataset", "level", *MODE, "model"]


@dataclass(frozen=True)
class AgainstMethod:
    """One mode of one model against a method: one data set and level, all structures together."""

    dataset: str
    level: str
    prompt: str
    version: str
    selection: str
    model: str
    method: str
    method_prompt: str
    comparison: Comparison
    """DSC of the model minus that of the method."""
    pairs: int
    """Scores of the model (averaged, see below) whose target the method has too, both defined."""
    left_out: int
    """Scores of the model without such a counterpart."""
    told_slices: bool
    """Of volumes: only the model was told which slices hold the target."""
    averaged: bool
    """The model has several objects where the method has one mask of their structure."""


def against_methods(material: Material) -> tuple[AgainstMethod, ...]:
    """Headline selection, last attempt; of volumes also their slices; two methods compared once."""
    scores = final_scores(headline_scores(material))
    scores = scores[(scores["metric"] == "dsc") & scores["level"].isin(["volume", "frame"])]
    methods = sorted(promptless(material), key=natural_order)
    found = [
        it
        for place, method in enumerate(methods)
        for it in _cells(
            scores[scores["model"] == method],
            scores[~scores["model"].isin(methods[: place + 1])],
            method,
        )
    ]
    return tuple(sorted(found, key=lambda it: _order(it, material)))


def _cells(own: pd.DataFrame, others: pd.DataFrame, method: str) -> Iterator[AgainstMethod]:
    for own_key, mine in own.groupby(["dataset", *MODE]):
        own_dataset, method_prompt, _, own_selection = text_key(own_key)
        target = PICTURE if own_selection == "by_class" else TARGET
        for key, rows in others[others["dataset"] == own_dataset].groupby(CELL):
            pairs = _pairs(mine, rows, target)
            known = pairs[pairs[["first", "second"]].notna().all(axis=1)]
            if len(known):
                dataset, level, prompt, version, selection, model = text_key(key)
                yield AgainstMethod(
                    dataset=dataset,
                    level=level,
                    prompt=prompt,
                    version=version,
                    selection=selection,
                    model=model,
                    method=method,
                    method_prompt=method_prompt,
                    comparison=paired(group_differences(known).to_numpy()),
                    pairs=len(known),
                    left_out=len(pairs) - len(known),
                    told_slices=level == "volume"
                    and bool((known["scope"] != known["scope_of_method"]).any()),
                    averaged=bool(rows.duplicated([*target, "repeat"]).any()),
                )


def _pairs(mine: pd.DataFrame, rows: pd.DataFrame, target: list[str]) -> pd.DataFrame:
    """Columns first (the method's) and second: the model's, its objects of one target averaged."""
    first = mine[[*target, "scope", "value"]].rename(columns={"value": "first"})
    means = rows.groupby([*target, "repeat", "scope"])["value"].mean()
    second = means.reset_index(name="second")
    names = ("", "_of_method")
    return second.merge(first, "left", target, suffixes=names, validate="many_to_one")


def _order(it: AgainstMethod, material: Material) -> tuple[object, ...]:
    place = natural_order(it.dataset), natural_order(it.method), it.level, natural_order(it.prompt)
    return (*place, natural_order(it.version), model_order(it.model, material))


def method_section(material: Material) -> Section | None:
    """None where no report holds both a method and a prompted model of the same targets."""
    found = against_methods(material)
    if not found:
        return None
    flips = corrected([it.comparison.sign_flip_p for it in found])
    ranks = corrected([it.comparison.wilcoxon_p for it in found])
    rows = list(zip(found, flips, ranks, strict=True))
    lines = [_line(*row, material) for row in rows]
    numbers, lines_kept = without_empty_columns(NUMBERS, lines, NOTHING)
    return Section(
        name="methods",
        title="Against methods without prompts: DSC minus that of the method",
        words=("data set", "method", "level", "prompt mode", "model"),
        numbers=numbers,
        lines=lines_kept,
        notes=tuple(_notes(found)),
        data=pd.DataFrame([_data(*row, material) for row in rows]),
    )


def _line(
    it: AgainstMethod, flip_holm: float | None, rank_holm: float | None, material: Material
) -> tuple[str, ...]:
    comparison, interval = it.comparison, it.comparison.interval
    return (
        it.dataset,
        it.method,
        it.level,
        marked_prompt(it.prompt, it.version, it.selection),
        shown_model(it.model, material),
        f"{comparison.effect:+.3f}",
        f"[{interval.low:+.3f}, {interval.high:+.3f}]" if interval else NOTHING,
        str(comparison.groups),
        p_cell(comparison.sign_flip_p),
        p_cell(flip_holm),
        p_cell(comparison.wilcoxon_p),
        p_cell(rank_holm),
        str(it.pairs),
        str(it.left_out) if it.left_out else NOTHING,
    )


def _data(
    it: AgainstMethod, flip_holm: float | None, rank_holm: float | None, material: Material
) -> dict[str, object]:
    """The same with unrounded numbers."""
    comparison, interval = it.comparison, it.comparison.interval
    choice = {"prompt": it.prompt, "selection": it.selection, "model": it.model}
    return {
        "dataset": it.dataset,
        "level": it.level,
        **choice,
        "version": it.version,
        "minus": it.method,
        "minus_prompt": it.method_prompt,
        **marks(choice, material),
        "dsc_difference": comparison.effect,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "why_none": comparison.why_none,
        "groups": comparison.groups,
        "sign_flip_p": comparison.sign_flip_p,
        "sign_flip_p_holm": flip_holm,
        "wilcoxon_p": comparison.wilcoxon_p,
        "wilcoxon_p_holm": rank_holm,
        "pairs": it.pairs,
        "left_out": it.left_out,
        "told_slices": it.told_slices,
        "objects_averaged": it.averaged,
    }


def _notes(found: tuple[AgainstMethod, ...]) -> Iterator[str]:
    yield (
        "Above 0: the prompted model is better. Target by target, whatever the mode (repeats each "
        "with the method's one answer), all structures together, headline selection, last attempt; "
        "averaged within each group, then over groups. Tests and Holm's correction as in the table "
        "of models against each other, over the rows of this one."
    )
    if any(it.told_slices for it in found):
        yield (
            "Rows of level volume are not like for like: the prompted model is told which slices "
            "hold the target and stays empty elsewhere; the method finds that out by itself, and "
            "its false positives on all slices count. Rows of level frame are of the same slices, "
            "those with a reference."
        )
    few = [it for it in found if it.comparison.groups < LEAST_GROUPS]
    if few:
        yield f"With fewer than {LEAST_GROUPS} groups there is neither interval nor p."
    if any(it.averaged for it in found):
        yield (
            "Where the data set's targets are objects and the method answers for their structure, "
            "the model's objects of a frame (or volume) are averaged first, and held against the "
            "method's one mask of all of them."
        )
    if any(it.left_out for it in found):
        yield (
            "Left out (methods.csv counts them): scores of targets that the method has no score of."
        )
