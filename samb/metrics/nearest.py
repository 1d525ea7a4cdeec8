"""How far each of some pixels is from the nearest of others, exactly and in double precision.

Two ways that give the same distances. A tree of the points, for few points in much space. Else a
search along the lines of the grid: a table holds, for every pixel, the steps to the nearest filled
pixel of its own line; the lines around a point are tried from near to far, and once the next line
is further away than the best so far, no other can hold anything nearer.
"""

import itertools
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from samb.types import BoolArray

LINES = 1000
"""About so many are tried for a point; a point that needs more goes to the tree."""
MANY_POINTS = 1000
"""Fewer are the tree's."""
PIXELS_PER_POINT = 500
"""With more pixels to a point, filling the table takes longer than asking the tree."""
CHUNK = 1 << 15
"""Points searched at once, so that their arrays stay in the processor's cache."""

Distances = NDArray[np.float64]
Indices = NDArray[np.intp]


def nearest_distances(
    points: BoolArray, others: BoolArray, spacing: tuple[float, ...], within: float = inf
) -> Distances:
    """Euclidean distance from each pixel of `points`, in raster order, to the nearest of `others`.

    Two masks of one shape, neither of them empty; (N,), in units of the spacing, one per axis. What
    lies further away than `within` is not looked for: its distance is infinite.
    """
    places = np.flatnonzero(points)
    if len(places) < MANY_POINTS or points.size > PIXELS_PER_POINT * len(places):
        return by_tree(places, others, spacing, within)
    distances = by_lines(places, others, spacing, within)
    undecided = np.flatnonzero(np.isnan(distances))
    if len(undecided):
        distances[undecided] = by_tree(places[undecided], others, spacing, within)
    return distances


def by_tree(
    places: Indices, others: BoolArray, spacing: tuple[float, ...], within: float = inf
) -> Distances:
    """Distances from pixels, given by their places in raster order."""
    # A plain tree is a third faster here: surface points of a grid are spread evenly.
    tree = cKDTree(
        _positions(np.flatnonzero(others), others.shape, spacing),
        leafsize=32,
        balanced_tree=False,
        compact_nodes=False,
    )
    # One worker: scores are computed in worker processes, which share the cores already.
    positions = _positions(places, others.shape, spacing)
    distances: Distances = tree.query(
        positions, workers=1, distance_upper_bound=_beyond(within, spacing)
    )[0]
    distances[distances > within] = inf
    return distances


def _beyond(within: float, spacing: tuple[float, ...]) -> float:
    """A little further: rounding must not take what lies at the bound for too far away."""
    return within + 1e-9 * (within + min(spacing))


def _positions(places: Indices, shape: tuple[int, ...], spacing: tuple[float, ...]) -> Distances:
    positions: Distances = np.stack(np.unravel_index(places, shape), axis=1) * np.array(spacing)
    return positions


def by_lines(
    places: Indices, others: BoolArray, spacing: tuple[float, ...], within: float = inf
) -> Distances:
    """Distances from pixels in raster order; NaN where the lines that are tried do not decide."""
    along = int(np.argmin(spacing))
    across = [axis for axis in range(others.ndim) if axis != along]
    steps, sides = tuple(spacing[it] for it in across), tuple(others.shape[it] for it in across)
    lines = _Lines.around(steps, sides, within)
    table = _steps_along(np.moveaxis(others, along, 0), lines.margins)
    coordinates = np.unravel_index(places, others.shape)
    beside = (coordinates[axis] + it for axis, it in zip(across, lines.margins, strict=True))
    starts = np.ravel_multi_index((coordinates[along], *beside), table.shape)
    squares = np.square(np.arange(len(table) + 1) * np.float64(spacing[along]))
    squares[-1] = np.inf
    chunks = [starts[first : first + CHUNK] for first in range(0, len(starts), CHUNK)]
    squared = np.concatenate([lines.searched(chunk, table, squares) for chunk in chunks])
    distances: Distances = np.sqrt(squared)
    if lines.reach >= within:
        distances[~(distances <= within)] = inf
    return distances


def _steps_along(others: BoolArray, margins: tuple[int, ...]) -> NDArray[np.unsignedinteger]:
    """Steps from each pixel to the nearest filled one along axis 0; its length where there is none.

    The other axes are extended by empty lines.
    """
    length = len(others)
    beside = [slice(it, it + size) for it, size in zip(margins, others.shape[1:], strict=True)]
    sides = [size + 2 * it for it, size in zip(margins, others.shape[1:], strict=True)]
    table = np.full((length, *sides), length, dtype=np.min_scalar_type(length + 1))
    table[:, *beside][others] = 0
    for index in range(1, length):
        np.minimum(table[index], table[index - 1] + 1, out=table[index])
    for index in range(length - 2, -1, -1):
        np.minimum(table[index], table[index + 1] + 1, out=table[index])
    return table


@dataclass(frozen=True)
class _Lines:
    """The lines beside a point, from near to far; those that mirror one another together."""

    steps: NDArray[np.intp]
    """(L, axes), none negative."""
    squared: NDArray[np.float64]
    """(L,) squared distance from the point's own line, rising."""
    reach: float
    """Every line up to this distance is among them."""

    @classmethod
    def around(cls, spacing: tuple[float, ...], shape: tuple[int, ...], within: float) -> "_Lines":
        per_line = float(np.prod(spacing))
        reach = LINES / 2 * per_line if len(spacing) == 1 else (LINES * per_line / np.pi) ** 0.5
        reach = min(reach, _beyond(within, spacing))
        sides = np.minimum(reach / np.array(spacing), np.array(shape) - 1).astype(int) + 1
        steps = np.stack([it.ravel() for it in np.indices(sides)], axis=1)
        squared = ((steps * spacing) ** 2).sum(axis=1)
        order = np.argsort(squared, kind="stable")
        order = order[squared[order] <= reach**2]
        return cls(steps[order], squared[order], reach)

    @property
    def margins(self) -> tuple[int, ...]:
        return tuple(int(it) for it in self.steps.max(axis=0))

    def searched(
        self,
        starts: Indices,
        table: NDArray[np.unsignedinteger],
        squares: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Squared distances from the pixels at these places of the table; NaN: not decided."""
        found = np.full(len(starts), np.nan)
        open_ones, best = np.arange(len(starts)), np.full(len(starts), np.inf)
        steps = table.ravel()
        for offsets, squared in zip(self._mirrored(table), self.squared, strict=True):
            is_open = best > squared
            if np.count_nonzero(is_open) < 0.8 * len(best):
                found[open_ones[~is_open]] = best[~is_open]
                open_ones, starts, best = open_ones[is_open], starts[is_open], best[is_open]
            if not len(best):
                break
            nearest = steps.take(starts + offsets[0])
            for offset in offsets[1:]:
                np.minimum(nearest, steps.take(starts + offset), out=nearest)
            np.minimum(best, squares.take(nearest) + squared, out=best)
        decided = best <= self.reach**2
        found[open_ones[decided]] = best[decided]
        return found

    def _mirrored(self, table: NDArray[np.unsignedinteger]) -> list[list[int]]:
        """For each of the lines and its mirror images, how far away in the flat table they are."""
        strides = np.array(table.strides[1:]) // table.itemsize
        signs = np.array(list(itertools.product((1, -1), repeat=len(strides))))
        return [sorted({int(it) for it in signs @ (step * strides)}) for step in self.steps]
