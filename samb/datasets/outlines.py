"""Fills what an annotator outlined."""

import numpy as np
from scipy import ndimage
from skimage.morphology import convex_hull_image

from samb.types import BoolArray


def filled_outlines(mask: BoolArray) -> BoolArray:
    """An (H, W) mask with the inside of its outlines; what is filled already stays as it is.

    Inside is what an outline encloses. Where the picture's border cuts an outline, its inside is
    open; then it is each region of the background that lies for more than half in the convex hull
    of all that is drawn. (Assumptions: what is outlined is about convex, as heads are, and an
    outline that the border cuts is the only one of its mask.)
    """
    filled: BoolArray = ndimage.binary_fill_holes(mask)
    regions, count = ndimage.label(~filled)
    if count < 2:
        return filled
    hull: BoolArray = convex_hull_image(filled)  # type: ignore[no-untyped-call]
    covered = np.bincount(regions[hull], minlength=count + 1)
    inside = 2 * covered > np.bincount(regions.ravel())
    inside[0] = True  # what is drawn
    chosen: BoolArray = inside[regions]
    return chosen
