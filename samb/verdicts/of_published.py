"""A published table as evidence: mostly one mean a target, which is then the unit."""

import pandas as pd

from samb.studies.published import published
from samb.verdicts.evidence import COLUMNS, Evidence

SAM = r"(?i)^sam(?:_vit|\b)"
CLICKED = "clicks"
TOTAL = r"(?i)^(?:mean|all|average)\b|^mean_"


def evidence_of_published(study: str, *, unverified: bool = False) -> Evidence:
    """The values of one study. Raises RequestError where it has no table."""
    return of_table(study, published(study, unverified=unverified))


def of_table(study: str, table: pd.DataFrame) -> Evidence:
    """Evidence of a table with the columns of `samb.studies.published`."""
    oracle = table["selection"].str.startswith("oracle")
    of_answer = [table["prompt"], table["model"]]
    rows = table.assign(
        group=table["target"],
        item="",
        level="frame",
        last=table["attempt"] == table.groupby(["prompt", "model"])["attempt"].transform("max"),
        usual=~oracle | oracle.groupby(of_answer).transform("all"),
        family=_families(table),
        main=True,
        total=table["target"].str.contains(TOTAL) | table["dataset"].str.contains(TOTAL),
        copy=False,
        seen=table["evidence"],
    )
    label = "with unverified values" if table["evidence"].str.startswith("unverified").any() else ""
    return Evidence(study, "target", rows[list(COLUMNS)].reset_index(drop=True), label=label)


def _families(table: pd.DataFrame) -> "pd.Series[str]":
    """SAM by its name; of the other methods, interactive ones are those that were given clicks."""
    clicked = table["prompt"].str.startswith(CLICKED).map({True: "interactive", False: "baseline"})
    return clicked.mask(table["model"].str.contains(SAM), "sam")
