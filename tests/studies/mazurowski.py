"""The prompt rules of Mazurowski et al. 2023 (arXiv 2304.10517), written a second time.

From the words about their released code (mazurowski-lab/segment-anything-medical-evaluation,
prompt_gen_and_exec_v1.py and _v2_allmode.py), with OpenCV where they use OpenCV.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from samb.types import BoolArray

Pixel = tuple[int, int]
"""(x, y)."""

needs_ipp = pytest.mark.skipif(
    not (hasattr(cv2, "ipp") and cv2.ipp.useIPP()),
    reason="this OpenCV adds its distances in fixed point, so that other pixels are deepest",
)


def regions(mask: BoolArray) -> list[BoolArray]:
    """Parts joined by side or corner, the largest first; of equal ones that which starts later."""
    count, numbers = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    found = [numbers == number for number in range(1, count)]
    return sorted(found, key=lambda it: (it.sum(), np.flatnonzero(it)[0]), reverse=True)


def deepest(mask: BoolArray) -> set[Pixel]:
    """Where the distance transform of the mask in a frame of zeros is greatest: all such pixels."""
    framed = np.pad(mask.astype(np.uint8), 1)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return {(int(x), int(y)) for y, x in np.argwhere(depth == depth.max())}


def tight(mask: BoolArray) -> list[float]:
    """Least and greatest index along x and y, without a margin."""
    rows, columns = np.nonzero(mask)
    return [float(it) for it in (columns.min(), rows.min(), columns.max(), rows.max())]


def clickable(reference: BoolArray, shown: BoolArray) -> set[Pixel]:
    """Where the next click may go: deepest in what differs, missed and covered pixels together."""
    return deepest(np.logical_xor(reference, shown))


def label(classes: Sequence[BoolArray], pixel: Pixel) -> int:
    """1 where the mask of all classes has any of them, whichever class is asked for."""
    x, y = pixel
    return int(any(mask[y, x] for mask in classes))


def iou(one: BoolArray, other: BoolArray) -> float:
    """Shared over united pixels, of masks that are not both empty."""
    return float(np.sum(one & other) / np.sum(one | other))


def first_of_three(candidates: BoolArray) -> BoolArray:
    """Of SAM's four tokens (4, H, W) the first of the multimask ones."""
    first: BoolArray = candidates[1]
    return first


def oracle_of_three(candidates: BoolArray, reference: BoolArray) -> BoolArray:
    """The one of the three multimask ones with the highest IoU, the first of equals."""
    index = max(range(1, 4), key=lambda index: (iou(candidates[index], reference), -index))
    best: BoolArray = candidates[index]
    return best
