"""How far each attribute of targets goes with their scores, alone and beside the others.

All is made of Spearman's rank correlations (`ranks.py`). Intervals leave groups out
(`jackknife.py`): those of correlations on Fisher's scale, arctanh; those of shares on that of their
square root, which is like a correlation, because squares near 0 are skewed.

Shares of 100 simulated data sets whose intervals hold the truth, all attributes together, give or
take 0.02 (`benchmarks/attributes.py`):

    groups                                  5     10    14    20    40
    one target each, 7      Spearman        0.94  0.97  0.97  0.96  0.96
    attributes              partial         -     -     0.99  0.98  0.96
                            share (LMG)     -     -     0.92  0.92  0.93
    1 to 60 alike, 7        Spearman        0.98  0.95  0.96  0.96  0.96
    attributes              partial         -     -     0.96  0.96  0.96
                            share (LMG)     -     -     0.93  0.95  0.96

Of the alike, Fisher's interval, which knows no groups, holds it in 0.77. Where nothing explains
anything, 7 attributes of 20 groups of one target have an R^2 of 0.37, and an adjusted one of -0.01.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from samb.reports.attributes.expected import ATTRIBUTES, MODALITY
from samb.reports.attributes.jackknife import Jackknife
from samb.reports.attributes.ranks import Floats, Integers
from samb.reports.attributes.sample import Sample, groups_that_differ, wanted
from samb.reports.attributes.shares import Explained, explained
from samb.reports.statistics import LEAST_GROUPS, Interval

GROUPS_PER_ATTRIBUTE = 2
"""With fewer groups, partial correlations and shares are left out: intervals of shares then hold
the truth in less than 9 of 10 simulated data sets (`benchmarks/attributes.py`)."""
LEAST_TARGETS = 3
EDGE = 1 - 1e-12
"""Where Fisher's scale is cut off."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float = math.nan
    """NaN where there is none."""
    interval: Interval | None = None
    adjusted: float = math.nan
    """Of shares: less what chance alone would give, by the jackknife; may be below 0."""


NONE = Estimate()


@dataclass(frozen=True)
class Association:
    """One attribute against the score."""

    attribute: str
    simple: Estimate = NONE
    """Spearman's correlation."""
    partial: Estimate = NONE
    """The same with the other attributes held."""
    shared_out: Estimate = NONE
    """Its part of R^2 (LMG)."""
    alone: Estimate = NONE
    unique: Estimate = NONE
    why_none: str = ""
    """What is missing and why; empty where nothing is."""
    nowhere: bool = False
    """Whether it was worked out of no target."""


@dataclass(frozen=True)
class Associations:
    """All attributes against the score of the same targets."""

    each: tuple[Association, ...]
    """In the order of ATTRIBUTES; then modality, where it explains."""
    together: Estimate
    """R^2 of all that vary; without an interval, because none held with few groups."""
    targets: int
    groups: int
    undefined_score: int
    """Targets left out because their score is undefined."""
    undefined_attribute: int
    """Targets left out because an attribute is undefined or was not worked out."""


def associations(targets: pd.DataFrame, *, within: bool = False) -> Associations:
    """Of the rows of a cell, of one data set or of several, which then weigh the same.

    `within`: the mean of the data sets' correlation matrices, so that differences between data sets
    play no part; an attribute that does not vary in a data set correlates 0 there. Otherwise all
    targets are ranked together, and the modality of a data set explains as well.
    """
    scored = targets[targets["score"].notna()]
    names = [it.name for it in ATTRIBUTES if scored[it.name].notna().any()]
    known = scored.dropna(subset=names) if names else scored.iloc[:0]
    enough = len(known) >= LEAST_TARGETS and known["score"].nunique() > 1
    sample = Sample.of(known, names, within=within) if enough else None
    found = _Estimates.of(sample) if sample and sample.players else None
    each = found.each() if found else {}
    return Associations(
        each=(
            *(each.get(it.name) or _missing(it.name, known, names) for it in ATTRIBUTES),
            *(it for name, it in each.items() if name == MODALITY),
        ),
        together=found.together() if found else NONE,
        targets=len(known),
        groups=len(known[["dataset", "group"]].drop_duplicates()),
        undefined_score=len(targets) - len(scored),
        undefined_attribute=len(scored) - len(known),
    )


def _missing(name: str, known: pd.DataFrame, names: list[str]) -> Association:
    if name not in names:
        return Association(name, why_none="worked out of no target", nowhere=True)
    if len(known) < LEAST_TARGETS:
        return Association(name, why_none=f"{len(known)} of at least {LEAST_TARGETS} targets")
    if known["score"].nunique() == 1:
        return Association(name, why_none="all scores are the same")
    groups = groups_that_differ(known, name)
    return Association(name, why_none=f"differs in {groups} of at least {wanted(known)} groups")


@dataclass(frozen=True, eq=False)
class _Estimates:
    sample: Sample
    found: Explained
    datasets: Integers
    """(J,): whose block was left out."""

    @classmethod
    def of(cls, sample: Sample) -> "_Estimates":
        matrices, datasets = sample.matrices()
        return cls(sample, explained(matrices, list(sample.players.values())), datasets)

    def each(self) -> dict[str, Association]:
        why = self._why_none()
        simple = self._correlations(self.found.simple)
        if not self._has_model:
            return {
                name: Association(name, simple[place], why_none=why)
                for place, name in enumerate(self.sample.players)
            }
        partial = self._correlations(self.found.partial)
        shared_out = self._shares(self.found.shared_out)
        alone, unique = self._shares(self.found.alone), self._shares(self.found.unique)
        return {
            name: Association(
                name,
                simple=simple[place],
                partial=partial[place],
                shared_out=shared_out[place],
                alone=alone[place],
                unique=unique[place],
                why_none=why or ("a word has no sign" if name == MODALITY else ""),
            )
            for place, name in enumerate(self.sample.players)
        }

    def together(self) -> Estimate:
        """R^2."""
        if not self._has_model:
            return NONE
        total = self.found.total[:, None]
        adjusted = self._jackknife(total).unbiased()[0] if len(self.datasets) else math.nan
        return Estimate(float(total[0, 0]), adjusted=float(adjusted))

    @property
    def _wanted(self) -> int:
        return GROUPS_PER_ATTRIBUTE * len(self.sample.players)

    @property
    def _has_model(self) -> bool:
        return self.sample.groups >= max(self._wanted, LEAST_GROUPS)

    def _why_none(self) -> str:
        groups = self.sample.groups
        least = int(self.sample.clusters.counts.min())
        if least < LEAST_GROUPS:
            return f"{least} of at least {LEAST_GROUPS} groups: correlation alone, without interval"
        if groups < self._wanted:
            return f"{groups} of at least {self._wanted} groups: correlation alone"
        return ""

    def _jackknife(self, values: Floats) -> Jackknife:
        """Of (1 + J, P)."""
        return Jackknife(values[0], values[1:], self.datasets)

    def _correlations(self, values: Floats) -> list[Estimate]:
        """A correlation of 1 or -1 stays what it is whichever group is left out: no interval."""
        if not len(self.datasets):
            return [Estimate(float(it)) for it in values[0]]
        scaled = self._jackknife(np.arctanh(np.clip(values, -EDGE, EDGE)))
        return [
            Estimate(float(value), _correlation(reach) if abs(value) < EDGE else None)
            for value, reach in zip(values[0], scaled.intervals(), strict=True)
        ]

    def _shares(self, values: Floats) -> list[Estimate]:
        if not len(self.datasets):
            return [Estimate(float(it)) for it in values[0]]
        roots = self._jackknife(np.sqrt(np.maximum(values, 0.0))).intervals()
        adjusted = self._jackknife(values).unbiased()
        return [
            Estimate(max(float(value), 0.0), root and _squared(root), float(less))
            for value, root, less in zip(values[0], roots, adjusted, strict=True)
        ]


def _correlation(scaled: Interval | None) -> Interval | None:
    return scaled and Interval(math.tanh(scaled.low), math.tanh(scaled.high))


def _squared(root: Interval) -> Interval:
    return Interval(max(root.low, 0.0) ** 2, min(root.high, 1.0) ** 2)
