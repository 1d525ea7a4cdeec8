"""A study as one run carried it out: what a report needs beside the scores."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from samb.studies.published import UNNAMED_SAM
from samb.studies.roles import Standing
from samb.studies.study import Study


@dataclass(frozen=True, eq=False)
class StudyRun:
    """A study, the standing of a run's data sets, and what the paper published."""

    name: str
    study: Study
    card: Mapping[str, object]
    data: Mapping[str, Standing]
    """By data set of the run."""
    changed: tuple[str, ...]
    """Arguments of the command line that depart from the study."""
    published: pd.DataFrame
    """Columns of `samb.studies.published.COLUMNS`."""
    withheld: int = 0
    """Unverified values that are not among them."""
    beside: tuple[str, ...] = ()
    """Runs of no study that are reported together with it."""

    def standing(self, dataset: str) -> Standing:
        """What a data set of the run is to the study."""
        return self.data.get(dataset, Standing("own"))

    @property
    def papers_own(self) -> frozenset[str]:
        """Data sets of the paper, by its names, that the run has."""
        own = [it for it in self.data.values() if it.role == "paper"]
        return frozenset(name for it in own for name in it.stands_for)

    def named(self, dataset: str, structure: str) -> list[tuple[str, str]]:
        """The paper's names of a structure of its own data: data set and target.

        Several where several entries of the study read the same data set; the data set's own names
        where no entry means the structure.
        """
        entries = [it for it in self.study.data if it.dataset == dataset]
        meant = [
            (it.name, target)
            for it in entries
            for target, ours in it.targets.items()
            if ours == structure
        ]
        open_ones = [(it.name, structure) for it in entries if not it.targets]
        return meant or open_ones or [(dataset, structure)]

    def has_all(self, names: Collection[tuple[str, str]], dataset: str = "") -> bool:
        """Whether these are all data sets and targets of the study, or all of one data set of it.

        An entry that lists no targets has all of them as soon as it has one.
        """
        wanted = [it for it in self.study.data if dataset in ("", it.name)]
        there = {name for name, _ in names}
        return all(
            it.name in there and all((it.name, target) in names for target in it.targets)
            for it in wanted
        )

    def is_of_sam(self, published: pd.DataFrame) -> "pd.Series[bool]":
        """Published rows that a run of this study could give: of SAM, not of another method."""
        return published["model"].isin([*self.study.models, UNNAMED_SAM])
