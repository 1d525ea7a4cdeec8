"""The table of models against each other: differences of DSC and whether chance explains them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from samb.reports.against import Against, against_first, compared_models, promptless
from samb.reports.material import Material
from samb.reports.names import shown_model
from samb.reports.paired import holm
from samb.reports.section import Column, Section, without_empty_columns
from samb.reports.sign_flips import RANDOM_FLIPS
from samb.reports.statistics import LEAST_GROUPS
from samb.reports.tables import main_scores, marks
from samb.reports.text import NOTHING, marked_prompt

NUMBERS = (
    Column("difference of DSC", "diff"),
    Column("95 % interval"),
    Column("groups", "grp"),
    Column("sign-flip p", "flip p", from_width=100),
    Column("sign-flip p (Holm)", "flip Holm"),
    Column("Wilcoxon p", "Wilc p", from_width=120),
    Column("Wilcoxon p (Holm)", "Wilc Holm", from_width=120),
    Column("pairs", from_width=120),
    Column("left out", from_width=120),
)
FIRST_ALONE = 5
SHOWN_P = 0.001
"""Smaller p values are shown as below this."""


@dataclass(frozen=True)
class Row:
    """A comparison with its p values corrected for all of the table; None where it has none."""

    against: Against
    sign_flip_holm: float | None
    wilcoxon_holm: float | None


def difference_section(material: Material) -> Section | None:
    """None where no two models answered the same."""
    rows = difference_rows(against_first(material))
    if not rows:
        return None
    first = compared_models(material)[0]
    numbers, lines = without_empty_columns(NUMBERS, [_line(row, material) for row in rows], NOTHING)
    return Section(
        name="differences",
        title=f"Models against each other: DSC minus that of {shown_model(first, material)}",
        words=("data set", "prompt mode", "model"),
        numbers=numbers,
        lines=lines,
        notes=tuple(_notes(rows, first, material)),
        data=pd.DataFrame([_data(row, first, material) for row in rows]),
    )


def difference_rows(found: Sequence[Against]) -> tuple[Row, ...]:
    """Holm's correction over all that have a p value, for each of the two tests."""
    flips = corrected([it.comparison.sign_flip_p for it in found])
    ranks = corrected([it.comparison.wilcoxon_p for it in found])
    return tuple(Row(*it) for it in zip(found, flips, ranks, strict=True))


def corrected(p_values: Sequence[float | None]) -> list[float | None]:
    """By Holm, over those that are there."""
    adjusted = iter(holm([p for p in p_values if p is not None]))
    return [None if p is None else next(adjusted) for p in p_values]


def _line(row: Row, material: Material) -> tuple[str, ...]:
    it, comparison = row.against, row.against.comparison
    interval = comparison.interval
    return (
        it.dataset,
        marked_prompt(it.prompt, it.version, it.selection),
        shown_model(it.model, material),
        f"{comparison.effect:+.3f}" if comparison.groups else NOTHING,
        f"[{interval.low:+.3f}, {interval.high:+.3f}]" if interval else NOTHING,
        str(comparison.groups),
        p_cell(comparison.sign_flip_p),
        p_cell(row.sign_flip_holm),
        p_cell(comparison.wilcoxon_p),
        p_cell(row.wilcoxon_holm),
        str(it.pairs),
        str(it.left_out) if it.left_out else NOTHING,
    )


def p_cell(p: float | None) -> str:
    """A p value with three decimals."""
    if p is None:
        return NOTHING
    return f"<{SHOWN_P}" if p < SHOWN_P else f"{p:.3f}"


def _data(row: Row, first: str, material: Material) -> dict[str, object]:
    """The same with unrounded numbers."""
    it, comparison = row.against, row.against.comparison
    interval = comparison.interval
    choice = {"prompt": it.prompt, "selection": it.selection, "model": it.model}
    return {
        "dataset": it.dataset,
        "prompt": it.prompt,
        "version": it.version,
        "selection": it.selection,
        "model": it.model,
        "minus": first,
        **marks(choice, material),
        "dsc_difference": comparison.effect,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "why_none": comparison.why_none,
        "groups": comparison.groups,
        "groups_without_difference": comparison.zeros,
        "sign_flip_p": comparison.sign_flip_p,
        "sign_flip_p_holm": row.sign_flip_holm,
        "wilcoxon_p": comparison.wilcoxon_p,
        "wilcoxon_p_holm": row.wilcoxon_holm,
        "pairs": it.pairs,
        "left_out": it.left_out,
    }


def _notes(rows: Sequence[Row], first: str, material: Material) -> Iterator[str]:
    reference = shown_model(first, material)
    tested = sum(row.against.comparison.sign_flip_p is not None for row in rows)
    yield (
        f"DSC of the model minus DSC of {reference}, target by target (same prompt, repeat and "
        "annotator), all structures together, headline selection, last attempt; averaged within "
        f"each group, then over groups. Above 0: better than {reference}. The 95 % interval is for "
        "its row alone."
    )
    if tested:
        yield (
            "Tested, two-sided, over group means: that the model could change places with "
            f"{reference}. Sign flips compare the mean difference with the means under flipped "
            f"signs of groups (at most {1 + RANDOM_FLIPS} flips, so no p is below "
            f"{1 / (1 + RANDOM_FLIPS):.4f} before the correction); Wilcoxon's signed-rank test "
            "compares ranks (zeros by Pratt). Holm: corrected for the "
            f"{tested} tested {'row' if tested == 1 else 'rows'} of this table, "
            "each test for itself; look at one of the two, chosen beforehand."
        )
    if tested < len(rows):
        yield (
            f"With fewer than {LEAST_GROUPS} groups there is neither interval nor p: the spread of "
            f"so few means is guesswork, and flips of {LEAST_GROUPS - 1} signs cannot give a p "
            f"below {2 / 2 ** (LEAST_GROUPS - 1):.3f}."
        )
    if any(row.against.left_out for row in rows):
        yield (
            "Left out (differences.csv counts them): scores that only one of the two models has, "
            "and pairs with an undefined score."
        )
    yield from _alone(rows, first, material)


def _alone(rows: Sequence[Row], first: str, material: Material) -> Iterator[str]:
    """What was scored but shares no target with the first model."""
    scores = main_scores(material)
    scores = scores[(scores["metric"] == "dsc") & (scores["model"] != first)]
    scores = scores[~scores["model"].isin(promptless(material))]
    names = ["model", "dataset", "prompt"]
    compared = {(it.against.model, it.against.dataset, it.against.prompt) for it in rows}
    pairs = scores[names].drop_duplicates().sort_values(names).itertuples(index=False, name=None)
    alone = [f"{model} ({', '.join(place)})" for model, *place in pairs
             if (model, *place) not in compared]  # fmt: skip
    if alone:
        more = len(alone) - FIRST_ALONE
        yield (
            f"Without a row, because {first} has no score of the same targets: "
            f"{', '.join(alone[:FIRST_ALONE])}{f' and {more} more' if more > 0 else ''}."
        )
