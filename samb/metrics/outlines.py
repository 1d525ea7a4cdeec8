"""The surface of a mask, in the block of the image that holds it.

The surface of a mask is those of its pixels that miss a neighbour across a face (4 in 2-D, 6 in
3-D); what lies beyond the image counts as outside, so an object cut off by the border has its
surface there.
"""

import numpy as np

from samb.types import BoolArray


def filled_box(mask: BoolArray) -> tuple[slice, ...]:
    """The smallest block of the array that holds all of a non-empty mask."""
    block, sides = mask, []
    for axis in range(mask.ndim):
        others = tuple(other for other in range(mask.ndim) if other != axis)
        filled = np.flatnonzero(block.any(axis=others))
        sides.append(slice(int(filled[0]), int(filled[-1]) + 1))
        block = mask[tuple(sides)]
    return tuple(sides)


def shared_box(first: BoolArray, second: BoolArray) -> tuple[slice, ...]:
    """The smallest block that holds two non-empty masks of one shape."""
    pairs = zip(filled_box(first), filled_box(second), strict=True)
    return tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in pairs)


def surface(mask: BoolArray) -> BoolArray:
    """The surface pixels of a mask; the edge of the array counts as its end."""
    found: BoolArray = mask & ~interior(mask)
    return found


def interior(mask: BoolArray) -> BoolArray:
    """Pixels whose neighbours across every face are filled; none at the edge of the array."""
    inside = mask.copy()
    for axis in range(mask.ndim):
        along, kept = np.moveaxis(mask, axis, 0), np.moveaxis(inside, axis, 0)
        kept[1:] &= along[:-1]
        kept[:-1] &= along[1:]
        kept[[0, -1]] = False
    return inside
