"""On which frame of a view a simulated user draws."""

import numpy as np

from samb.types import BoolArray


def largest_frame(reference: BoolArray) -> int:
    """The frame of an (F, H, W) reference with most pixels; the first of equals.

    A view of one frame leaves no choice. For a stack this is the rule of MedSAM-like 3-D users
    (assumption: the papers on frames are silent about it).
    """
    return int(np.argmax(reference.sum(axis=(1, 2))))
