"""What a target is like, for explaining scores: its size, its shape, and how it stands out."""

from math import nan

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull
from skimage import measure

from samb.metrics.checks import check_spacing
from samb.metrics.fourier import fourier_order
from samb.metrics.outlines import filled_box
from samb.types import BoolArray, ByteArray

RING_PX = 5
"""Width of the ring around a target that contrast is measured against."""

DEFINITIONS = {
    "area": "pixels of the target on the frame times the area of one, in mm2, or px where the "
    "spacing is unknown",
    "share": "pixels of the target / pixels of the frame (of the volume, on frame -1)",
    "components": "regions of the target, connected by faces or corners",
    "aspect_ratio": "short / long side of the tight box, in pixels",
    "compactness": "4 pi area / perimeter^2 with Crofton's perimeter in four directions: about 1 "
    "for a disc",
    "solidity": "area / area of the convex hull, of pixels as squares",
    "fourier_order": "F + 200 (1 - DSC): elliptic Fourier harmonics F until the outline drawn with "
    "them has a DSC above 0.97 with the largest region, or gains less than 0.001 (Huang et al. "
    "2024, https://doi.org/10.1016/j.media.2023.103061)",
    "intensity_inside": "mean grey value of the target, 0 to 255, the mean of the channels",
    "intensity_outside": "mean grey value of the ring of 5 px around it",
    "contrast": "intensity_inside - intensity_outside",
    "boundary_contrast": "mean magnitude of the gradient (central differences, per px) on the "
    "pixels on either side of the border",
    "volume": "voxels of the target times the volume of one, in mm3, or px where the spacing is "
    "unknown; of 3-D cases, on frame -1",
}
"""What `samb list attributes` says."""
NAMES = tuple(name for name in DEFINITIONS if name != "volume")


def attributes(image: ByteArray, mask: BoolArray, spacing: tuple[float, float]) -> dict[str, float]:
    """Attributes (NAMES) of a target on a frame, of an (H, W, 3) image and a non-empty mask.

    `area` is in squares of the spacing's unit; `share` is of the frame. Intensities are grey
    values 0 to 255, the mean of the channels. `intensity_outside` is the mean of the ring of 5 px
    around the mask, `contrast` inside minus outside, `boundary_contrast` the mean magnitude of the
    gradient (central differences, per px) on the pixels on either side of the border. NaN where
    the mask fills the frame. Raises ValueError for an empty mask or shapes that do not fit.
    """
    _check(image, mask)
    check_spacing(spacing, 2)
    pixels = int(np.count_nonzero(mask))
    block = _surroundings(mask)
    return {
        "area": pixels * spacing[0] * spacing[1],
        "share": pixels / mask.size,
        **shape_attributes(mask[block]),
        **intensity_attributes(image[block].mean(axis=2), mask[block]),
    }


def _surroundings(mask: BoolArray) -> tuple[slice, ...]:
    """The block with all that the attributes of a small target look at."""
    far = RING_PX + 1
    return tuple(slice(max(0, side.start - far), side.stop + far) for side in filled_box(mask))


def volume(mask: BoolArray, spacing: tuple[float, float, float]) -> dict[str, float]:
    """`volume`, in cubes of the spacing's unit, `share` of the case and `components` in 3-D."""
    check_spacing(spacing, 3)
    pixels = int(np.count_nonzero(mask))
    joined = ndimage.label(mask, np.ones((3, 3, 3)))[1]
    size = pixels * float(np.prod(spacing))
    return {"volume": size, "share": pixels / mask.size, "components": float(joined)}


def _check(image: ByteArray, mask: BoolArray) -> None:
    if image.shape != (*mask.shape, 3):
        msg = f"an image for a mask of {mask.shape} should be {(*mask.shape, 3)}, got {image.shape}"
        raise ValueError(msg)
    if not mask.any():
        msg = f"an empty mask has no attributes, got one of {mask.shape}"
        raise ValueError(msg)


def shape_attributes(mask: BoolArray) -> dict[str, float]:
    """Of a non-empty (H, W) mask, in pixels: unlike `area`, the spacing plays no part.

    `components`: regions connected by faces or corners. `aspect_ratio`: short over long side of the
    tight box. `compactness`: 4 pi area / perimeter^2 with Crofton's perimeter in four directions,
    about 1 for a disc (a few pixels exceed it). `solidity`: area over that of the convex hull.
    """
    mask = np.pad(mask[filled_box(mask)], 1)
    short, long = sorted(side - 2 for side in mask.shape)
    around: float = measure.perimeter_crofton(mask)  # type: ignore[no-untyped-call]  # skimage has no types
    return {
        "components": float(ndimage.label(mask, np.ones((3, 3)))[1]),
        "aspect_ratio": short / long,
        "compactness": 4 * np.pi * np.count_nonzero(mask) / around**2,
        "solidity": _solidity(mask),
        "fourier_order": fourier_order(mask),
    }


def _solidity(mask: BoolArray) -> float:
    """Area over that of the convex hull of the pixels as squares."""
    rows = np.flatnonzero(mask.any(axis=1))
    left = mask[rows].argmax(axis=1)
    right = mask.shape[1] - mask[rows, ::-1].argmax(axis=1)
    corners = [(row, side) for row in (rows, rows + 1) for side in (left, right)]
    hull = ConvexHull(np.concatenate([np.stack(corner, axis=1) for corner in corners]))
    return float(np.count_nonzero(mask) / hull.volume)


def intensity_attributes(grey: NDArray[np.float64], mask: BoolArray) -> dict[str, float]:
    """Of an (H, W) image inside and around a non-empty mask."""
    ring = ndimage.distance_transform_edt(~mask) <= RING_PX
    ring &= ~mask
    inside = float(grey[mask].mean())
    outside = float(grey[ring].mean()) if ring.any() else nan
    return {
        "intensity_inside": inside,
        "intensity_outside": outside,
        "contrast": inside - outside,
        "boundary_contrast": _boundary_contrast(grey, mask),
    }


def _boundary_contrast(grey: NDArray[np.float64], mask: BoolArray) -> float:
    """Mean gradient magnitude over pixels with a neighbour, across a face, on the other side."""
    cross = ndimage.generate_binary_structure(2, 1)
    border = ndimage.binary_dilation(mask, cross) & ndimage.binary_dilation(~mask, cross)
    if not border.any() or min(grey.shape) < 2:
        return nan
    return float(np.hypot(*np.gradient(grey))[border].mean())
