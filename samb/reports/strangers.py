"""Structures that a method names and a data set does not have: a misspelling, most often."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from samb.reports.statistics import text_key


@dataclass(frozen=True)
class Strangers:
    """What one method calls otherwise than one data set."""

    dataset: str
    model: str
    named: tuple[str, ...]
    known: tuple[str, ...]
    found_nothing: bool
    """Whether every target has DSC 0: no name of the method is one of the data set's."""

    @property
    def sentence(self) -> str:
        """Without its full stop."""
        return (
            f"{self.model} names {', '.join(self.named)}, which no target of {self.dataset} is "
            f"called (there are: {', '.join(self.known) or 'none'})"
        )


def strangers(scores: pd.DataFrame) -> Iterator[Strangers]:
    """One for each method and data set that disagree about a name."""
    answers = scores[scores["selection"] == "by_class"]
    for key, rows in answers.groupby(["dataset", "model"]):
        dataset, model = text_key(key)
        targets = rows[rows["metric"] != "false_positive_px"]
        known = set(targets["structure"])
        named = sorted(set(rows["structure"]) - known)
        dsc = targets.loc[targets["metric"] == "dsc", "value"]
        if named:
            nothing = len(dsc) > 0 and bool((dsc == 0).all())
            yield Strangers(dataset, model, tuple(named), tuple(sorted(known)), nothing)
