"""What a correlation matrix says of one column, the score, given the others.

Shares of R^2, the variance of the score's ranks that a linear regression on the ranks of all others
explains, come from the R^2 of all subsets of them: `alone` is the R^2 of one, `unique` what R^2
loses without it, and `shared_out` its mean gain of R^2 over all orders in which the others could be
added (LMG: Lindeman, Merenda and Gold, Introduction to Bivariate and Multivariate Analysis, 1980,
p. 119; Groemping, Journal of Statistical Software 17(1), 2006; the Shapley value of the game R^2).
The last adds up to R^2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samb.reports.attributes.ranks import Floats

Players = Sequence[tuple[int, ...]]
"""Of each explaining thing the columns that stand for it: one, or several for a word like modality.
The score is the last column of a matrix, and no player."""
SINGULAR = 1e-9
"""Variance left of a column given others below which it says nothing of its own."""


@dataclass(frozen=True, eq=False)
class Explained:
    """Of J matrices and P players."""

    simple: Floats
    """(J, P) correlations with the score; NaN for a player of several columns."""
    partial: Floats
    """(J, P) the same with all other players held; NaN as well where they leave nothing."""
    alone: Floats
    unique: Floats
    shared_out: Floats
    """(J, P), like the two above; adds up to `total`."""
    total: Floats
    """(J,) R^2."""


def explained(correlations: Floats, players: Players) -> Explained:
    """Of (J, K, K) matrices whose last column is the score."""
    left = _left(correlations, players)
    fits = 1 - left[:, :, -1, -1]  # (subsets, J)
    count, everyone = len(players), len(left) - 1
    without = [everyone ^ (1 << player) for player in range(count)]
    return Explained(
        simple=_correlations(left, players, [0] * count),
        partial=_correlations(left, players, without),
        alone=np.stack([fits[1 << player] for player in range(count)], axis=1),
        unique=np.stack([fits[-1] - fits[subset] for subset in without], axis=1),
        shared_out=np.stack([_shared_out(fits, player, count) for player in range(count)], axis=1),
        total=fits[-1],
    )


def _left(correlations: Floats, players: Players) -> Floats:
    """(subsets, J, K, K) covariances given a subset; bit p of its place: player p is in it."""
    left = np.empty((2 ** len(players), *correlations.shape))
    left[0] = correlations
    for subset in range(1, len(left)):
        newest = subset.bit_length() - 1
        left[subset] = left[subset ^ (1 << newest)]
        for column in players[newest]:
            _hold(left[subset], column)
    return left


def _hold(covariances: Floats, column: int) -> None:
    """Take out of (J, K, K), in place, what a linear regression on one column explains."""
    variance = covariances[:, column, column]
    scale = np.where(variance > SINGULAR, 1 / np.maximum(variance, SINGULAR), 0.0)
    with_it = covariances[:, column, :].copy()
    covariances -= with_it[:, :, None] * with_it[:, None, :] * scale[:, None, None]


def _correlation(covariances: Floats, column: int) -> Floats:
    """(J,) of a column with the score."""
    variances = covariances[:, column, column], covariances[:, -1, -1]
    known = np.minimum(*variances) > SINGULAR
    scale = np.sqrt(np.where(known, variances[0] * variances[1], 1.0))
    return np.where(known, np.clip(covariances[:, column, -1] / scale, -1, 1), math.nan)


def _correlations(left: Floats, players: Players, subsets: Sequence[int]) -> Floats:
    """(J, P), each given the players of its subset."""
    nothing = np.full(left.shape[1], math.nan)
    found = [
        _correlation(left[subset], columns[0]) if len(columns) == 1 else nothing
        for columns, subset in zip(players, subsets, strict=True)
    ]
    return np.stack(found, axis=1)


def _shared_out(fits: Floats, player: int, count: int) -> Floats:
    """(J,) mean gain by `player` over all orders: all subsets of one size weigh 1 / count."""
    gained = np.zeros(fits.shape[1])
    for subset in range(len(fits)):
        if not subset >> player & 1:
            size = subset.bit_count()
            weight = 1 / (count * math.comb(count - 1, size))
            gained += weight * (fits[subset | 1 << player] - fits[subset])
    return gained
