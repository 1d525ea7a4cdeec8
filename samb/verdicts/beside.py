"""The other methods of a paper beside a run on the paper's own data."""

import pandas as pd

from samb.studies.study_run import StudyRun
from samb.verdicts.evidence import COLUMNS, KEY
from samb.verdicts.of_published import of_table


def published_beside(rows: pd.DataFrame, study: StudyRun) -> pd.DataFrame:
    """Rows of baselines, columns COLUMNS: a target's published mean beside each of its objects.

    Only where a data set of the run is the paper's own: elsewhere the values are of other images.
    And only at the level of the paper's table: a mean over slices is none over volumes.
    """
    own = {name for name, it in study.data.items() if it.role == "paper"}
    found_there = rows["dataset"].isin(own) & rows["main"]
    there = rows.loc[found_there, [*KEY, "level", "main"]].drop_duplicates()
    known = of_table(study.name, study.published).rows
    known = known[(known["family"] == "baseline") & ~known["total"]]
    found = [
        part
        for (dataset, target), objects in there.groupby(["dataset", "target"])
        for name in study.named(str(dataset), str(target))
        for part in _beside(objects, known, name)
    ]
    return pd.concat(found, ignore_index=True) if found else rows.iloc[:0][list(COLUMNS)]


def _beside(
    objects: pd.DataFrame, known: pd.DataFrame, name: tuple[str, str]
) -> list[pd.DataFrame]:
    """The paper's rows of one target, each as often as there are objects."""
    of_target = known[(known["dataset"] == name[0]) & (known["target"] == name[1])]
    answers = of_target.drop(columns=[*KEY, "level", "main"])
    answers = answers.assign(model=answers["model"] + " (published)")
    return [objects.merge(answers, how="cross")[list(COLUMNS)]] if len(answers) else []
