"""What SAM's automatic mask generation tidies up in a mask, where it is asked to."""

import numpy as np
from scipy import ndimage

from samb.types import BoolArray

EIGHT = np.ones((3, 3))


def without_small_regions(mask: BoolArray, area: int) -> tuple[BoolArray, bool]:
    """An (H, W) mask whose holes, then islands, of fewer than `area` pixels are gone.

    And whether there were any; so also where the only island is small, and stays.

    Regions hang together by side or corner. Where all islands are small the largest stays, the
    first in raster order of equals. The rule of `remove_small_regions`
    (facebookresearch/segment-anything, segment_anything/utils/amg.py).
    """
    holes, _ = _regions(~mask)
    small_holes = _small(holes, area)
    filled = mask | np.isin(holes, small_holes)
    islands, count = _regions(filled)
    small = _small(islands, area)
    found = len(small_holes) + len(small) > 0
    if len(small) == count and count:
        largest = 1 + int(np.argmax(np.bincount(islands.ravel())[1:]))
        small = small[small != largest]
    cleaned: BoolArray = filled & ~np.isin(islands, small)
    return cleaned, found


def _regions(mask: BoolArray) -> tuple[np.ndarray, int]:
    labels, count = ndimage.label(mask, EIGHT)
    return labels, count


def _small(labels: np.ndarray, area: int) -> np.ndarray:
    """Numbers of the regions, from 1, with fewer pixels."""
    return np.flatnonzero(np.bincount(labels.ravel())[1:] < area) + 1
