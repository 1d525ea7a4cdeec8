"""The sentences under every table: what is missing, what counts, how the numbers are made."""

from collections.abc import Iterator

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material, final_scores, headline_scores
from samb.reports.names import (
    counted,
    is_floor,
    shown_prompt,
    shown_selection,
)
from samb.reports.overlap import training_overlaps
from samb.reports.replays import replays
from samb.reports.statistics import LEAST_GROUPS, text_key
from samb.reports.strangers import strangers
from samb.reports.study_notes import study_sentences
from samb.reports.tables import main_scores
from samb.reports.warnings import few_groups, many_undefined

FIRST_REASONS = 3
SHOWN_METRICS = {"dsc", "hd95", "assd", "iou"}
"""In the main table, and IoU, which every run has and DSC tells."""
METHOD = (
    "Mean: values are averaged within each group (patient, slide, video), then over groups with "
    "equal weight; [low, high] is a 95 % interval over group means, corrected for skewness (Hall "
    f"1992), not clipped to possible values, and with fewer than {LEAST_GROUPS} groups there is "
    "none."
)


def footer(material: Material) -> tuple[str, ...]:
    """One sentence per entry, in the order of what a reader must know first."""
    scores = main_scores(material)
    return (
        *_empty(material.scores),
        *study_sentences(material),
        *_missing(material.missing),
        *(f"{sentence}." for sentence in material.not_done),
        *_lost(material.outcomes),
        *_gaps(material.outcomes),
        *_unused(material.outcomes),
        *_strangers(material.scores),
        *replays(material),
        *_undefined(scores),
        *many_undefined(scores),
        *few_groups(scores),
        *_selections(scores),
        *_shown(material, scores),
        *_not_shown(material, scores),
        *_also_scored(material.scores),
        METHOD,
        *_annotators(scores),
        *_models(material),
        *training_overlaps(material),
    )


def _empty(scores: pd.DataFrame) -> Iterator[str]:
    if scores.empty:
        yield "Nothing was scored: this report holds no numbers, only what went wrong."


def _missing(missing: pd.DataFrame) -> Iterator[str]:
    for key, rows in missing.groupby(["dataset", "model"]):
        dataset, model = text_key(key)
        counts = zip(rows["prompt"], rows["cases"], rows["wanted"], strict=True)
        modes = ", ".join(
            f"{shown_prompt(mode)} {left} of {counted(every, 'case')}"
            for mode, left, every in counts
        )
        yield (
            f"Warning: not finished: {dataset} under {model} still misses {modes}; "
            "the same `samb run` goes on."
        )


def _lost(outcomes: pd.DataFrame) -> Iterator[str]:
    bad = outcomes[outcomes["status"].isin(["failed", "refused"])]
    tried = outcomes[outcomes["case"] != ""]
    if bad.empty:
        cases = len(tried[["dataset", "case"]].drop_duplicates())
        yield f"No case failed and none was refused ({counted(cases, 'case')})."
    for key, rows in bad.groupby(["dataset", "status", "model"]):
        dataset, status, model = text_key(key)
        total = tried.loc[tried["dataset"] == dataset, "case"].nunique()
        share = f"{rows['case'].nunique()} of {counted(total, 'case')}"
        yield f"{dataset}: {share} {_fate(status, model)}{_modes(rows)}; {_reasons(rows)}."


def _fate(status: str, model: str) -> str:
    if not model:
        return f"{status} before any model saw it"
    return f"failed with {model}" if status == "failed" else f"refused by {model}"


def _modes(rows: pd.DataFrame) -> str:
    modes = sorted({mode for mode in rows["prompt"] if mode}, key=natural_order)
    return f" ({', '.join(map(shown_prompt, modes))})" if modes else ""


def _reasons(rows: pd.DataFrame) -> str:
    distinct = rows.drop_duplicates("reason")
    shown = [
        f"{row.case}: {str(row.reason).rstrip('.')}"
        for row in distinct.head(FIRST_REASONS).itertuples()
    ]
    more = len(distinct) - len(shown)
    word = "reason" if len(shown) == 1 else "first reasons"
    return f"{word}: {'; '.join(shown)}" + (f"; and {more} more" if more else "")


def _gaps(outcomes: pd.DataFrame) -> Iterator[str]:
    gaps = outcomes[outcomes["status"] == "gap"]
    for key, _ in gaps.groupby(["model", "prompt", "reason"]):
        model, prompt, reason = text_key(key)
        yield f"Gap, not an error: {model} cannot do {shown_prompt(prompt)} ({reason.rstrip('.')})."


def _unused(outcomes: pd.DataFrame) -> Iterator[str]:
    """What a model brought along for no case."""
    unused = outcomes[outcomes["status"] == "unused"]
    rows = (
        unused[["dataset", "model", "reason"]].drop_duplicates().sort_values(["dataset", "model"])
    )
    for dataset, model, reason in rows.itertuples(index=False):
        yield f"{dataset} under {model}: {reason}."


def _strangers(scores: pd.DataFrame) -> Iterator[str]:
    for it in strangers(scores):
        yield f"Warning: {it.sentence}; only false positives are counted of it."


def _undefined(scores: pd.DataFrame) -> Iterator[str]:
    values = scores.groupby("metric")["value"].agg(["size", "count"])
    shares = [
        f"{str(name).upper()} {row['size'] - row['count']} of {row['size']}"
        for name, row in values.iterrows()
        if row["size"] > row["count"]
    ]
    if shares:
        yield (
            "Undefined scores (the distance to an empty prediction, for one) are left out of means "
            f"and counted: {', '.join(shares)}."
        )


def _selections(scores: pd.DataFrame) -> Iterator[str]:
    pairs = scores[["selection", "prompt"]].drop_duplicates()
    said = [
        f"{shown_selection(str(selection))} for "
        + ", ".join(shown_prompt(mode) for mode in sorted(rows["prompt"], key=natural_order))
        for selection, rows in pairs.groupby("selection")
    ]
    if said:
        yield f"Which candidate mask counts: {'; '.join(said)}; after the last attempt."


def _shown(material: Material, scores: pd.DataFrame) -> Iterator[str]:
    pairs = scores[["prompt", "selection"]].drop_duplicates().sort_values(["prompt", "selection"])
    for prompt, selection in pairs.itertuples(index=False):
        shown = material.shown.get(prompt, selection)
        if shown != selection:
            yield (
                f"{shown_prompt(prompt)}: the simulated user was shown {shown} and corrected that; "
                f"{selection} is scored along that path."
            )


def _not_shown(material: Material, shown: pd.DataFrame) -> Iterator[str]:
    in_table = _choices(shown)
    counting = _choices(final_scores(headline_scores(material)))
    for dataset, model, prompt in sorted(_choices(final_scores(material.scores)) - in_table):
        if (dataset, model, prompt) in counting:
            why = "no score at volume level"
        elif wanted := material.headline.get(prompt):
            why = f"no score under {wanted}"
        else:
            why = "no selection is named for that mode"
        yield f"{dataset}, {model}, {shown_prompt(prompt)} is only in the long table: {why}."


def _also_scored(scores: pd.DataFrame) -> Iterator[str]:
    """Metrics of masks that the main table has no column for."""
    of_masks = scores[scores["level"].isin(["frame", "volume"])]
    others = sorted({str(it) for it in of_masks["metric"]} - SHOWN_METRICS, key=natural_order)
    if others:
        yield f"Also scored, in all_scores.csv: {', '.join(others)}."


def _choices(scores: pd.DataFrame) -> set[tuple[str, ...]]:
    rows = scores[["dataset", "model", "prompt"]].drop_duplicates()
    return set(rows.itertuples(index=False, name=None))


def _annotators(scores: pd.DataFrame) -> Iterator[str]:
    several = scores.groupby("dataset")["annotator"].nunique()
    for dataset in several.index[several > 1]:
        yield (
            f"{dataset} has {several[dataset]} annotators: their scores are averaged together here "
            "and apart in the long table."
        )


def _models(material: Material) -> Iterator[str]:
    models = (*material.scores["model"].unique(), *material.outcomes["model"].unique())
    names = sorted({str(name) for name in models if name})
    floors = [name for name in names if is_floor(material.card("model", name))]
    if floors:
        yield (
            f"Floors ({', '.join(floors)}) look at no image: what a prompt mode is worth without "
            "any model."
        )
    for name in names:
        if note := material.card("model", name).get("note"):
            yield f"{name}: {str(note).strip().rstrip('.')}."
