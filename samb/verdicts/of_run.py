"""Score rows of one run or several as evidence: one line per object and answer."""

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from samb.reports.clicks import carry_forward
from samb.reports.material import Material, at_main_level
from samb.reports.names import is_floor
from samb.verdicts.beside import published_beside
from samb.verdicts.evidence import ANSWER, COLUMNS, KEY, Evidence

METRICS = ("dsc", "iou", "recall", "s_measure")
PHANTOMS = "phantoms"
PROMPT_FREE = "prompt_free"
DEMONSTRATION = "a demonstration model: says nothing about SAM"


def evidence_of_run(material: Material) -> Evidence:
    """Of everything in a report's material.

    Repeats and annotators of an object are averaged; a user who stopped early keeps the last score
    for the clicks that were not needed. Where real data are there, phantoms are left out. Of a
    study's own data, the paper's other methods stand beside the run's.
    """
    study = material.study
    roles = {name: it.role for name, it in study.data.items()} if study else {}
    scores = material.scores
    scores = scores[scores["metric"].isin(METRICS)]
    scores, notes = _newest(scores)
    scores, without = _real(scores, roles)
    rows = _rows(carry_forward(scores), material)
    copies = _copies(rows)
    told = [
        f"{it} holds the cases of {of}: counted where the two are compared"
        for it, of in copies.items()
    ]
    models = {str(name): material.card("model", str(name)) for name in rows["model"].unique()}
    families = {
        name: family(card, set(rows.loc[rows["model"] == name, "prompt"]))
        for name, card in models.items()
    }
    rows = rows.assign(family=rows["model"].map(families), copy=rows["dataset"].isin(list(copies)))
    known = rows[list(COLUMNS)]
    if study:
        known = pd.concat([known, published_beside(known, study)], ignore_index=True)
    return Evidence(
        origin=material.title,
        unit="group",
        rows=known.reset_index(drop=True),
        attributes=_attributes(material.attributes),
        roles=roles,
        label="; ".join(_labels(rows, roles, models)),
        notes=(*notes, *without, *told),
    )


def family(card: Mapping[str, object], prompts: Collection[str]) -> str:
    """What kind of method a model is, by its card and the modes that it answered.

    `faithful_to` stands in the card of what `samb adapt` trained, `tuned: true` in that of what
    others trained further, `baseline: true` in that of another method: masks from files, BET. What
    answers to no prompt at all is one, whatever its card says.
    """
    if is_floor(card):
        return "floor"
    if card.get("tuned") is True or "faithful_to" in card:
        return "tuned"
    other = card.get("baseline") is True or set(prompts) == {PROMPT_FREE}
    return "baseline" if other else "sam"


def _newest(scores: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One version of each mode: two are two protocols."""
    version = pd.to_numeric(scores["version"], errors="coerce").fillna(0)
    newest = version == version.groupby(scores["prompt"]).transform("max")
    older = sorted(scores.loc[~newest, "prompt"].unique())
    notes = (f"older versions of {', '.join(older)} are left out",) if older else ()
    return scores[newest], notes


def _real(scores: pd.DataFrame, roles: Mapping[str, str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Without phantoms, unless there is nothing else."""
    generated = scores["dataset"].map(lambda name: roles.get(name, name) == PHANTOMS)
    if generated.all() or not generated.any():
        return scores, ()
    return scores[~generated], ("phantoms are left out: they say nothing of real images",)


def _rows(scores: pd.DataFrame, material: Material) -> pd.DataFrame:
    """COLUMNS but family, one line per KEY and ANSWER."""
    item = scores["case"] + "|" + scores["frame"].astype(str) + "|" + scores["object_id"]
    main = pd.Series(False, index=scores.index)
    main[at_main_level(scores).index] = True
    by_slice = _scored_by_slice(scores, material)
    main[by_slice] = scores.loc[by_slice, "level"] == "frame"
    longest = scores.groupby(["dataset", "prompt"])["attempt"].transform("max")
    named = scores.rename(columns={"structure": "target"}).assign(
        item=item, main=main, last=scores["attempt"] == longest
    )
    by = [*KEY, *ANSWER, "main", "last"]
    rows = named.groupby(by, sort=True, dropna=False)["value"].mean().reset_index()
    usual = rows["selection"] == rows["prompt"].map(dict(material.headline))
    return rows.assign(usual=usual, total=False, seen="")


def _scored_by_slice(scores: pd.DataFrame, material: Material) -> "pd.Series[bool]":
    """Rows of a paper's own data whose table is of images and slices, not of volumes."""
    study = material.study
    if study is None or study.study.table.level != "frame":
        return pd.Series(False, index=scores.index)
    return scores["dataset"].map(lambda name: study.standing(name).role == "paper").astype(bool)


def _copies(rows: pd.DataFrame) -> dict[str, str]:
    """Altered data set -> the one it is made of: NAME_... with no case that NAME has not."""
    cases = rows["group"] + "|" + rows["item"].str.rsplit("|", n=2).str[0]
    every = cases.groupby(rows["dataset"]).agg(set).to_dict()
    return {
        str(name): str(other)
        for name, own in every.items()
        for other, theirs in every.items()
        if str(name).startswith(f"{other}_") and own <= theirs
    }


def _attributes(table: pd.DataFrame) -> pd.DataFrame:
    """Of each object in a frame or volume, with two that are made of others.

    `contrast_size`: contrast without its sign. `end_distance`: where in the object's slices a slice
    lies, 0 at its ends and 1 in the middle; of volumes alone.
    """
    if table.empty:
        return pd.DataFrame(columns=["dataset", "group", "item"])
    item = table["case"] + "|" + table["frame"].astype(str) + "|" + table["object_id"]
    slices = table[table["frame"] >= 0].groupby(["dataset", "case", "object_id"])["frame"]
    first, last = slices.transform("min"), slices.transform("max")
    place = (table["frame"] - first) / (last - first).where(last > first)
    made = {"item": item, "end_distance": 1 - (2 * place - 1).abs()}
    if "contrast" in table:
        made["contrast_size"] = table["contrast"].abs()
    return pd.DataFrame(table.assign(**made)).drop_duplicates(["dataset", "group", "item"])


def _labels(
    rows: pd.DataFrame, roles: Mapping[str, str], models: Mapping[str, Mapping[str, object]]
) -> Iterator[str]:
    """What every verdict must be read with."""
    datasets = sorted(rows["dataset"].unique())
    if datasets and all(roles.get(name, name) == PHANTOMS for name in datasets):
        yield "phantoms: proves the plumbing, nothing else"
    substitutes = [name for name in datasets if roles.get(name) == "substitute"]
    if substitutes:
        yield f"substitute data, not the paper's: {', '.join(substitutes)}"
    for name, card in models.items():
        if "demonstration" in str(card.get("note", "")) or name == "sam_random":
            yield f"{name} is {DEMONSTRATION}"
