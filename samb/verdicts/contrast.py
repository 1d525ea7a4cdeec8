"""Two answers to the same targets, or one answer alone: what every check looks at."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from samb.verdicts.arm import Answers, Arm
from samb.verdicts.evidence import KEY, TARGET, UNIT, Evidence
from samb.verdicts.tags import has_tag
from samb.verdicts.words import too_few

FEW = 3
"""Pairs of modes that are named where one is missing."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Second minus first (or second alone), one line per object that both answer."""

    what: str
    modes: tuple[str, str]
    """Prompt modes of the first and the second, empty where there is no first."""
    models: tuple[str, str]
    metric: str
    table: pd.DataFrame
    """KEY, value; no NaN."""
    left_out: int
    """Objects of either answer without a counterpart, or undefined in one."""
    seen: tuple[str, ...]
    unit: str
    """What a unit is called: `group` or `target`."""
    choices: tuple[int, int] = (1, 1)
    """Of the first and the second: of how many answers the best of each target was taken."""

    def favoured(self, *, above: bool) -> int:
        """What a p value of one target counts for, where the second lies above (or below) a bound.

        The best of several was picked by chance as well, and looks better than it is; so a test
        that it wins counts as often as there were answers to pick from (Bonferroni), and one that
        it loses, although picked, counts once.
        """
        return self.choices[1] if above else self.choices[0]

    @property
    def few(self) -> str:
        """Why targets cannot be counted: they are all of a few groups; empty where they can."""
        return "" if self.unit == "target" else too_few(len(self.units), self.unit)

    @property
    def units(self) -> "pd.Series[float]":
        """Mean by (dataset, group)."""
        return self.table.groupby(UNIT)["value"].mean()

    @property
    def targets(self) -> "pd.Series[float]":
        """Mean over groups by (dataset, target)."""
        return self.of_targets.groupby(level=TARGET).mean()

    @property
    def of_targets(self) -> "pd.Series[float]":
        """Mean by (dataset, target, group)."""
        return self.table.groupby([*TARGET, "group"])["value"].mean()


@dataclass(frozen=True)
class Contrast:
    """What is compared with what. Raises ValueError for pairs without two answers."""

    second: Arm
    first: Arm | None = None
    """None: the value of the second itself."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Prompt modes (first, second) to take in turn, each a comparison of its own."""
    metrics: tuple[str, ...] = ("dsc", "iou")
    """Values in order of preference: the first that both answers have."""
    of: tuple[str, ...] = ()
    """Tags, one of which a target must have; empty: all targets."""
    paper_data: bool = False
    """Whether only a paper's own data count."""
    across_data: bool = False
    """Whether a case of one data set is compared with the same case of another."""

    def __post_init__(self) -> None:
        if self.pairs and self.first is None:
            raise ValueError("pairs need a first and a second answer")

    def compared(self, evidence: Evidence) -> list[Compared]:
        """Every comparison the evidence holds; an answer of two models is compared within each."""
        listed = evidence.of_paper if self.paper_data else evidence.catalogue
        if self.of:
            listed = listed[has_tag(listed, self.of)]
        return [it for one in self._single() for it in one.by_metric(listed, evidence)]

    @property
    def needs(self) -> str:
        """What data must hold."""
        arms = [it.needs for it in (self.first, self.second) if it is not None]
        named = self._needed_pairs() or " and ".join(dict.fromkeys(arms))
        of = f" of targets that are {' or '.join(self.of)}" if self.of else ""
        paper = ", on the paper's own data" if self.paper_data else ""
        return f"{' or '.join(it.upper() for it in self.metrics)} of {named}{of}{paper}"

    def _needed_pairs(self) -> str:
        shown = [one if one == other else f"{one} and {other}" for one, other in self.pairs]
        more = f" or another of {len(shown) - FEW} pairs" if len(shown) > FEW else ""
        return " or ".join(shown[:FEW]) + more

    def _single(self) -> Iterator["Contrast"]:
        if not self.pairs or self.first is None:
            yield self
            return
        for one, other in self.pairs:
            first, second = (
                replace(arm, prompt=(name,))
                for arm, name in ((self.first, one), (self.second, other))
            )
            yield replace(self, first=first, second=second, pairs=())

    def by_metric(self, listed: pd.DataFrame, evidence: Evidence) -> list[Compared]:
        """Comparisons of what is listed, by the first value that gives one."""
        for metric in self.metrics:
            found = list(self._of_metric(listed[listed["metric"] == metric], metric, evidence))
            if found:
                return found
        return []

    def _of_metric(
        self, listed: pd.DataFrame, metric: str, evidence: Evidence
    ) -> Iterator[Compared]:
        seconds = self.second.answers(listed, evidence)
        if self.first is None:
            yield from (_alone(it, metric, evidence.unit) for it in seconds)
            return
        within = self.first.model == self.second.model and not (self.first.best or self.second.best)
        for first, second in itertools.product(self.first.answers(listed, evidence), seconds):
            if within and first.model != second.model:
                continue
            found = self._pair(first, second, metric, evidence.unit)
            if len(found.table):
                yield found

    def _pair(self, first: Answers, second: Answers, metric: str, unit: str) -> Compared:
        key = KEY[1:] if self.across_data else KEY
        one = first.table.drop(columns="dataset") if self.across_data else first.table
        joined = second.table.merge(one, on=key, how="outer", suffixes=("", "_first"))
        both = joined[["value", "value_first"]].notna().all(axis=1)
        table = joined[both]
        table = table.assign(value=table["value"] - table["value_first"])[[*KEY, "value"]]
        return Compared(
            what=_label(first, second),
            modes=(first.prompt, second.prompt),
            models=(first.model, second.model),
            metric=metric,
            table=table.reset_index(drop=True),
            left_out=int((~both).sum()),
            seen=tuple(sorted({*first.seen, *second.seen})),
            unit=unit,
            choices=(first.choices, second.choices),
        )


def _alone(answers: Answers, metric: str, unit: str) -> Compared:
    known = answers.table["value"].notna()
    return Compared(
        what=", ".join(part for part in (answers.mode, answers.model) if part),
        modes=("", answers.prompt),
        models=("", answers.model),
        metric=metric,
        table=answers.table.loc[known, [*KEY, "value"]].reset_index(drop=True),
        left_out=int((~known).sum()),
        seen=answers.seen,
        unit=unit,
        choices=(1, answers.choices),
    )


def _label(first: Answers, second: Answers) -> str:
    """`box minus point_dt, sam_vit_h`: what differs, then what does not."""
    if first.model == second.model:
        return f"{second.mode} minus {first.mode}, {second.model}"
    if first.mode == second.mode:
        return f"{second.model} minus {first.model}, {second.mode}"
    return f"{second.model} {second.mode} minus {first.model} {first.mode}"
