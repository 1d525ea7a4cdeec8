"""What a run of a study is and is not, in sentences."""

from collections.abc import Iterator

import pandas as pd

from samb.reports.material import Material
from samb.reports.names import counted
from samb.reports.study_match import Coverage
from samb.studies.published import EVIDENCE, MARKS, UNNAMED_SAM, is_unverified
from samb.studies.study import Role, TableRule
from samb.studies.study_run import StudyRun

OVER = {
    "rows": "the plain mean over all of them",
    "cases": "the mean within each case, then over cases",
    "groups": "the mean within each group (patient, slide, video), then over groups",
}
ACROSS = {
    "targets": "over all: the mean over targets, each data set x structure counting once",
    "targets_within": "over the targets of each data set: their mean, each counting once",
    "rows": "over all: the mean over everything together",
    "none": "no line over all",
}
LEVEL = {
    "frame": "scores of images and slices",
    "volume": "scores of volumes (of images, where data have none)",
}
FIRST_NAMES = 4


def study_sentences(material: Material) -> Iterator[str]:
    """For the footer of every table; nothing where the run is of no study."""
    run = material.study
    if run is None:
        return
    card = run.card
    title = str(card.get("title", "")).strip().rstrip(".")
    facts = f"version {card.get('version', 1)}, {card.get('fidelity', 'fidelity not said')}"
    yield f"Study {run.name}{f', {title!r}' if title else ''} ({facts})."
    yield from _roles(run)
    yield from _parts(material.scores, run)
    yield from _without_data(run)
    if run.changed:
        yield (
            f"Changed on the command line: {', '.join(run.changed)}. So far this is not the "
            "study as it is written."
        )
    if run.beside:
        yield (
            f"Beside it, with limits and settings of their own: {', '.join(run.beside)}, of no "
            "study. Differences from the paper's values are also of these, where the data are its."
        )
    if completeness := str(card.get("completeness", "")).strip().rstrip("."):
        yield f"What is known of the paper: {completeness}."
    yield f"Its rules, assumptions and what is missing: samb show study {run.name}."


def _roles(run: StudyRun) -> Iterator[str]:
    """A sentence for each role that data sets of the run have."""
    if own := _named(run, "paper"):
        yield f"Read as the paper's own data: {own}."
    if taken := _named(run, "substitute"):
        yield (
            f"Warning: substitutes, other images than the paper's: {taken}. Their numbers are not "
            "the paper's and are never subtracted from them."
        )
    if others := [name for name, it in run.data.items() if it.role == "own"]:
        yield f"Warning: no data of this study, but the user's own choice: {', '.join(others)}."
    if any(it.role == "phantoms" for it in run.data.values()):
        yield (
            "Warning: phantoms are generated: here they show that the commands work, and nothing "
            "of the paper. They count in no coverage."
        )


def _named(run: StudyRun, role: Role) -> str:
    """`acdc for MRI-Heart, busi for US-Breast`."""
    found = {name: it.stands_for for name, it in run.data.items() if it.role == role}
    return ", ".join(f"{name} for {' and '.join(papers)}" for name, papers in found.items())


def _parts(scores: pd.DataFrame, run: StudyRun) -> Iterator[str]:
    """Where a run scored more or fewer images of the paper's own data than the paper did."""
    for it in run.study.data:
        if it.images is None or it.name not in run.papers_own:
            continue
        found = scores[(scores["dataset"] == it.dataset) & (scores["level"] == "frame")]
        if it.targets:
            found = found[found["structure"].isin(it.targets.values())]
        here = len(found[["case", "frame"]].drop_duplicates())
        if here != it.images:
            yield (
                f"Warning: of {it.name} {counted(here, 'image')} with a target "
                f"{'was' if here == 1 else 'were'} scored here, {it.images} by the paper: "
                "differences are between different images, too."
            )


def _without_data(run: StudyRun) -> Iterator[str]:
    there = {name for it in run.data.values() for name in it.stands_for}
    missing = [it.name for it in run.study.data if it.name not in there]
    if missing:
        share = f"{len(missing)} of {counted(len(run.study.data), 'data set')} of the paper"
        yield f"Without data in this run: {share} ({some(missing)})."


def in_short(run: StudyRun) -> str:
    """What a run is worth, as the last line of a command."""
    count = len(run.study.data)
    whose = f"{len(run.papers_own)} of the paper's {counted(count, 'data set')}"
    if any(it.role == "phantoms" for it in run.data.values()):
        return (
            f"{run.name} on phantoms: this shows that the commands work, and nothing of the paper"
        )
    if not run.papers_own:
        return f"{run.name} on other data than the paper's: these numbers are not the paper's"
    return f"{run.name} on {whose}{', changed by ' + ', '.join(run.changed) if run.changed else ''}"


def some(names: list[str] | tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - FIRST_NAMES
    return ", ".join(names[:FIRST_NAMES]) + (f" and {more} more" if more > 0 else "")


def table_notes(cells: pd.DataFrame, covered: Coverage, run: StudyRun) -> Iterator[str]:
    """Under the paper's values and ours; `cells` as of `with_published`."""
    yield f"{_rule(run.study.table)} An interval is over groups, whatever the mean is over."
    yield _coverage(covered, run)
    yield (
        "Ours minus the paper's only on the paper's own data, with its model, mode and selection; "
        "values of other data stand apart, under their own names."
    )
    met = cells[cells["difference"].notna()]
    if run.changed and len(met):
        yield f"These differences are of the study as changed: {', '.join(run.changed)}."
    published = run.published
    if len(met) and (published.loc[run.is_of_sam(published), "model"] == UNNAMED_SAM).any():
        yield "The paper does not say which SAM it ran: each model of the study is held against it."
    if len(published):
        yield f"How the paper's values were seen: {_legend(published)}."
    yield from _unverified(run)
    yield "study.csv has every published value, with its source."


def _rule(rule: TableRule) -> str:
    return (
        f"Made as the paper's table: {LEVEL[rule.level]}; {OVER[rule.over]}; {ACROSS[rule.across]}."
    )


def _coverage(covered: Coverage, run: StudyRun) -> str:
    if not covered.cells:
        unseen = f"; {run.withheld} that no source shows are left out" if run.withheld else ""
        return f"No cell of SAM in the paper's table is known{unseen}: there is nothing to cover."
    part = [it for it in run.changed if it.startswith("limit=")]
    limited = f" Of each data set, the part that {part[0]} takes." if part else ""
    return (
        f"{covered.by_paper} of {counted(covered.cells, 'cell')} of the paper's table covered by "
        f"the paper's data, {covered.by_substitutes} by substitutes, phantoms not counted.{limited}"
    )


def _legend(published: pd.DataFrame) -> str:
    letters = {MARKS[kind].partition(",")[0] for kind in set(published["evidence"])}
    return "; ".join(f"[{it}] {EVIDENCE[it]}" for it in EVIDENCE if it in letters)


def _unverified(run: StudyRun) -> Iterator[str]:
    if run.withheld:
        yield (
            f"Left out: {counted(run.withheld, 'published value')} that no source shows "
            "(--show-unverified shows them, marked)."
        )
    if is_unverified(run.published).any():
        yield "Warning: values marked [U] are from memory, seen in no source; quote none of them."
