"""Spearman's correlation of targets that do not all weigh the same.

Targets of one group resemble each other, and some groups have many: each group, not each target, is
given the same weight, as Lorenz, Datta and Harkema do for Pearson's and Kendall's coefficients
(Statistics in Medicine 30, 2011, 3181-3191). Ranks are then weighted too: a value's rank is the
weight below it and half the weight at it. With equal weights all this is the usual coefficient.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


class Ranked:
    """(N, K) columns, sorted once, whose rank correlations are asked for under many weights."""

    def __init__(self, columns: Floats) -> None:
        found = [np.unique(column, return_inverse=True) for column in columns.T]
        self._places: list[NDArray[Any]] = [places for _, places in found]
        self._counts = [len(values) for values, _ in found]

    def correlations(self, weights: Floats) -> Floats:
        """(K, K) under (N,) weights; 0 beside a column without variation, 1 on the diagonal."""
        whole = weights / weights.sum()
        ranks = np.stack([self._ranks(column, whole) for column in range(len(self._counts))])
        ranks -= (ranks @ whole)[:, None]  # (K, N)
        products = (ranks * whole) @ ranks.T
        deviations = np.sqrt(np.diag(products))
        varies = deviations > 1e-9
        scale = np.where(varies, 1 / np.where(varies, deviations, 1.0), 0.0)
        found = np.clip(products * np.outer(scale, scale), -1.0, 1.0)
        np.fill_diagonal(found, 1.0)
        return np.asarray(found)

    def _ranks(self, column: int, weights: Floats) -> Floats:
        places = self._places[column]
        at = np.bincount(places, weights, self._counts[column])
        return np.asarray((np.cumsum(at) - at / 2)[places])
