"""A small study and what its paper published, for tests of reports."""

from typing import Any

import pandas as pd

from samb.studies.published import COLUMNS
from samb.studies.roles import standing
from samb.studies.study import Data, Study, TableRule
from samb.studies.study_run import StudyRun

RULE = TableRule(("dsc",), level="frame", over="rows", across="none")
STUDY = Study(
    data=(
        Data("Kvasir", "pranet_kvasir", ("kvasir_seg",), {"adenoma": "polyp"}),
        Data("ETIS", "pranet_etis", ("kvasir_seg",)),
    ),
    modes={"box": "a box", "clicks": "clicks"},
    selections=("single",),
    metrics=("overlap",),
    models=("sam_vit_b", "sam_vit_h"),
    table=RULE,
)
VALUE = {
    "dataset": "Kvasir",
    "target": "adenoma",
    "prompt": "box",
    "attempt": 1,
    "selection": "single",
    "model": "sam_vit_b",
    "metric": "dsc",
    "value": 0.75,
    "evidence": "primary",
    "source": "page 3",
    "note": "",
}


def published(*rows: dict[str, Any]) -> pd.DataFrame:
    """Published values that differ from VALUE in what is given."""
    return pd.DataFrame([{**VALUE, **row} for row in rows], columns=list(COLUMNS))


def study_run(
    *datasets: str,
    values: pd.DataFrame | None = None,
    study: Study = STUDY,
    changed: tuple[str, ...] = (),
    withheld: int = 0,
) -> StudyRun:
    """A run of STUDY on these data sets."""
    return StudyRun(
        name="polyps",
        study=study,
        card={"title": "Polyps?", "version": 3, "fidelity": "strict", "completeness": "one page."},
        data={name: standing(study, name) for name in datasets},
        changed=changed,
        published=published() if values is None else values,
        withheld=withheld,
    )
