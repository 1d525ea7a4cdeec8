"""Every pixel convention, in one place.

Original image pixels, x right, y down, (0, 0) the centre of the top-left pixel. A box is
(x0, y0, x1, y1) with inclusive corners: a one-pixel object has x0 == x1, and its extent is 1 px.
"""

import numpy as np
from scipy import ndimage

from samb.types import BoolArray, FloatArray


def tight_box(mask: BoolArray) -> FloatArray:
    """Smallest box around a non-empty (H, W) mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        msg = "an empty mask has no box"
        raise ValueError(msg)
    return np.array([columns[0], rows[0], columns[-1], rows[-1]], dtype=np.float64)


def box_extent(box_xyxy: FloatArray) -> FloatArray:
    """(width, height) in pixels; 1 for a box of one pixel."""
    extent: FloatArray = box_xyxy[2:] - box_xyxy[:2] + 1
    return extent


def clip_box(box_xyxy: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """The box with its corners in order and inside an (H, W) image."""
    x0, x1 = sorted((box_xyxy[0], box_xyxy[2]))
    y0, y1 = sorted((box_xyxy[1], box_xyxy[3]))
    height, width = shape
    limits = [width - 1, height - 1, width - 1, height - 1]
    clipped: FloatArray = np.clip([x0, y0, x1, y1], 0, limits)
    return clipped


def fill_box(box_xyxy: FloatArray, shape: tuple[int, int]) -> BoolArray:
    """All pixels of an (H, W) image in the box, its corners rounded to pixels: never empty."""
    x0, y0, x1, y1 = np.rint(clip_box(box_xyxy, shape)).astype(int)
    mask = np.zeros(shape, dtype=bool)
    mask[y0 : y1 + 1, x0 : x1 + 1] = True
    return mask


def fill_ellipse(box_xyxy: FloatArray, shape: tuple[int, int]) -> BoolArray:
    """Pixels whose centre lies in the ellipse inscribed in the box (edges of its outer pixels)."""
    x0, y0, x1, y1 = np.rint(clip_box(box_xyxy, shape))
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    across = (columns - (x0 + x1) / 2) / ((x1 - x0 + 1) / 2)
    down = (rows - (y0 + y1) / 2) / ((y1 - y0 + 1) / 2)
    ellipse: BoolArray = across**2 + down**2 <= 1
    return ellipse


def fill_disc(centre_xy: FloatArray, radius: float, shape: tuple[int, int]) -> BoolArray:
    """Pixels whose centre is at most `radius` pixels from a point."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    disc: BoolArray = (columns - centre_xy[0]) ** 2 + (rows - centre_xy[1]) ** 2 <= radius**2
    return disc


def depth_inside(mask: BoolArray) -> FloatArray:
    """Exact Euclidean distance in px of each pixel to the nearest one outside, (H, W), 0 outside.

    What lies beyond the image counts as outside, so a pixel at the border has depth 1.
    """
    depth = np.zeros(mask.shape)
    if mask.any():
        x0, y0, x1, y1 = tight_box(mask).astype(int)
        # The nearest pixel outside is in the box or next to it, so the box alone is transformed.
        box = np.s_[y0 : y1 + 1, x0 : x1 + 1]
        depth[box] = ndimage.distance_transform_edt(np.pad(mask[box], 1))[1:-1, 1:-1]
    return depth


def pixels_xy(mask: BoolArray) -> FloatArray:
    """Coordinates of the pixels of an (H, W) mask, (N, 2), in raster order."""
    return np.argwhere(mask)[:, ::-1].astype(np.float32)


def components(mask: BoolArray, most: int | None = None) -> list[BoolArray]:
    """Parts of an (H, W) mask that hang together by side or corner, (H, W) each, largest first.

    Of equal parts the one whose first pixel in raster order comes later is first: the order of
    mazurowski-lab/segment-anything-medical-evaluation. `most`: only so many of them.
    """
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))  # numbered in raster order
    sizes = np.bincount(labels.ravel())[1:]
    largest_first = np.argsort(sizes, kind="stable")[::-1] + 1
    return [labels == number for number in largest_first[:most]]
