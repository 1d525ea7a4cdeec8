"""OpenCV's approximate distance transform, whose maxima differ from those of the exact one.

Equal bit by bit to `cv2.distanceTransform(mask, cv2.DIST_L2, 5)` of the x86 wheels (4.10, 5.0),
which add up float32; builds without Intel's IPP use fixed point and differ by up to 1e-4 px.
"""

import numpy as np

from samb.geometry import tight_box
from samb.types import BoolArray, FloatArray

SIDE, DIAGONAL, KNIGHT = np.float32(1), np.float32(1.4), np.float32(2.1969)
"""Length in px of a step to the side, over a corner, and of a knight's move."""
_FAR = np.float32(1e9)


def chamfer_depth(mask: BoolArray) -> FloatArray:
    """Length in px of the shortest way out of an (H, W) mask in those steps, float32, 0 outside.

    What lies beyond the image counts as outside, as where a border of zeros is added.
    """
    depth = np.zeros(mask.shape, dtype=np.float32)
    if mask.any():
        x0, y0, x1, y1 = tight_box(mask).astype(int)
        box = np.s_[y0 : y1 + 1, x0 : x1 + 1]
        forward = _swept(np.where(mask[box], _FAR, np.float32(0)))
        depth[box] = _swept(forward[::-1, ::-1])[::-1, ::-1]
    return depth


def _swept(depth: FloatArray) -> FloatArray:
    """One pass in raster order: each pixel looks back at the neighbours that come before it.

    Pixels with equal x + 3y do not see each other, so such a wave is computed at once: row t of
    the sheared array holds the pixels (y, t - 3y), two columns of zeros before them.
    """
    height, width = depth.shape
    rows, columns = np.indices(depth.shape)
    waves = np.zeros((width + 3 * height + 7, height + 2), dtype=np.float32)
    place = columns + 3 * rows + 7, rows + 2
    waves[place] = depth
    for t in range(7, len(waves)):
        one_up = waves[t - 5 : t, 1:-1]
        back = (
            waves[t - 1, 2:] + SIDE,
            one_up[2] + SIDE,
            np.minimum(one_up[1], one_up[3]) + DIAGONAL,
            np.minimum(one_up[0], one_up[4]) + KNIGHT,
            np.minimum(waves[t - 7, :-2], waves[t - 5, :-2]) + KNIGHT,
        )
        waves[t, 2:] = np.minimum(waves[t, 2:], np.minimum.reduce(back))
    swept: FloatArray = waves[place]
    return swept
