"""What a command came to: the run's folder, its report, and its tables as data frames."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from samb.reports.attributes.rows import attribute_rows
from samb.reports.attributes.section import attribute_table
from samb.reports.material import Material
from samb.reports.names import with_roles
from samb.reports.strangers import strangers
from samb.reports.study_table import study_section
from samb.reports.tables import main_csv, main_rows


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    folder: Path
    report: Path
    material: Material
    added: int
    """Units (case x model x prompt mode) that this command asked for; 0: nothing was missing."""
    allowed_failed: float
    """Fraction of cases that may fail or be refused."""

    @property
    def scores(self) -> pd.DataFrame:
        """One row per score."""
        return self.material.scores

    @property
    def table(self) -> pd.DataFrame:
        """The main table: means over groups with intervals, headline selection, final attempt."""
        return with_roles(main_csv(main_rows(self.material), self.material), self.material)

    @property
    def study(self) -> pd.DataFrame:
        """Of a run of a study: the paper's values and ours, as in study.csv."""
        found = study_section(self.material)
        return pd.DataFrame() if found is None else found.data

    @property
    def pooled(self) -> pd.DataFrame:
        """Pooled Dice as score rows, of levels `data set` and `case`; needs metric=pooled_dice."""
        return self.material.pooled

    @property
    def interactions(self) -> pd.DataFrame:
        """NoC and click areas of each target as score rows, of modes that click."""
        return self.material.interactions

    @property
    def attributes(self) -> pd.DataFrame:
        """What each target is like on each frame; `samb list attributes` defines the columns."""
        return self.material.attributes

    @property
    def attribute_scores(self) -> pd.DataFrame:
        """Each attribute against the headline metric: correlations, shares of R^2, intervals."""
        return attribute_table(attribute_rows(self.material), self.material)

    @property
    def failed_fraction(self) -> float:
        """Cases that failed or were refused, of all that the run knows."""
        outcomes = self.material.outcomes
        cases = outcomes[outcomes["case"] != ""]
        bad = cases["status"].isin(["failed", "refused"])
        return float(bad.groupby([cases["dataset"], cases["case"]]).any().mean()) if len(bad) else 0

    @property
    def passed(self) -> bool:
        """Whether something was scored, no more cases failed than allowed, and names agree."""
        enough = len(self.scores) > 0 and self.failed_fraction <= self.allowed_failed
        return enough and not self.misnamed

    @property
    def misnamed(self) -> list[str]:
        """A sentence for each method that calls every structure of a data set otherwise."""
        return [it.sentence for it in strangers(self.scores) if it.found_nothing]
