"""Targets as columns of numbers, and their correlation matrices with and without each group."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from samb.reports.attributes.expected import MODALITY
from samb.reports.attributes.jackknife import Clusters
from samb.reports.attributes.ranks import Floats, Integers, Ranked
from samb.reports.statistics import LEAST_GROUPS

_GROUP = ["dataset", "group"]


@dataclass(frozen=True, eq=False)
class Sample:
    """Targets whose score and attributes are all known."""

    columns: Floats
    """(N, K), the score last."""
    players: dict[str, tuple[int, ...]]
    """Attribute -> its columns; modality, which is a word, last.

    Without attributes that have their most common value everywhere but in a few groups: nobody
    could believe an interval that hangs on those (`wanted`).
    """
    clusters: Clusters
    within: bool
    """Whether the matrices of data sets are averaged."""

    @classmethod
    def of(cls, targets: pd.DataFrame, names: list[str], *, within: bool) -> "Sample":
        """Of rows with the columns `names`, `score`, dataset, group and modality."""
        varying = [name for name in names if groups_that_differ(targets, name) >= wanted(targets)]
        found = {name: targets[[name]] for name in varying}
        if not within and targets[MODALITY].nunique() > 1:
            found[MODALITY] = pd.get_dummies(targets[MODALITY])
        columns = [*found.values(), targets[["score"]]]
        ends = np.cumsum([part.shape[1] for part in found.values()])
        players = {
            name: tuple(range(end - part.shape[1], end))
            for (name, part), end in zip(found.items(), ends, strict=True)
        }
        return cls(
            np.hstack([it.to_numpy(float) for it in columns]), players, _clusters(targets), within
        )

    @property
    def groups(self) -> int:
        """Of all data sets."""
        return int(self.clusters.counts.sum())

    @property
    def enough_groups(self) -> bool:
        """Whether every data set has enough for an interval."""
        return int(self.clusters.counts.min()) >= LEAST_GROUPS

    def matrices(self) -> tuple[Floats, Integers]:
        """(1 + J, K, K) of all targets and without each block of groups; (J,) its data set.

        J is 0 where a data set has too few groups.
        """
        whole = self.clusters.weights()
        left_out = list(self.clusters.left_out()) if self.enough_groups else []
        datasets = np.array([dataset for dataset, _ in left_out], dtype=np.intp)
        weights = [whole, *(it for _, it in left_out)]
        if not self.within:
            ranked = Ranked(self.columns)
            return np.stack([ranked.correlations(it) for it in weights]), datasets
        found = [
            self._of(dataset, weights, datasets) for dataset in range(len(self.clusters.counts))
        ]
        return np.mean(found, axis=0), datasets

    def _of(self, dataset: int, weights: list[Floats], datasets: Integers) -> Floats:
        """(1 + J, K, K) of one data set: changed only where its own block is left out."""
        mine = self.clusters.datasets == dataset
        ranked = Ranked(self.columns[mine])
        whole = ranked.correlations(weights[0][mine])
        found = np.repeat(whole[None], len(weights), axis=0)
        for place in np.flatnonzero(datasets == dataset) + 1:
            found[place] = ranked.correlations(weights[place][mine])
        return found


def groups_that_differ(targets: pd.DataFrame, name: str) -> int:
    """Groups with a target that does not have the attribute's most common value."""
    common = targets[name].mode()
    return len(targets.loc[targets[name] != common.iloc[0], _GROUP].drop_duplicates())


def wanted(targets: pd.DataFrame) -> int:
    """How many groups have to differ: all but one of LEAST_GROUPS, or of as many as there are."""
    groups = len(targets[_GROUP].drop_duplicates())
    return max(1, min(LEAST_GROUPS, groups) - 1)


def _clusters(targets: pd.DataFrame) -> Clusters:
    datasets = targets["dataset"].to_numpy(str)
    groups = targets.groupby(_GROUP).ngroup().to_numpy()
    return Clusters(np.unique(datasets, return_inverse=True)[1], groups.astype(np.intp))
