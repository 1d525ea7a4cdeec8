"""Hypothesis strategies that several rooms' tests share."""

import numpy as np
from hypothesis import strategies as st

from samb.types import BoolArray, FloatArray, MaskStack, Target, Task, View


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int]:
    """(H, W) of a small image; a single row or column among them."""
    return draw(st.tuples(st.integers(1, 18), st.integers(1, 18)))


@st.composite
def masks(draw: st.DrawFn, shape: tuple[int, int] | None = None) -> BoolArray:
    """(H, W) with 1 to 3 rectangles, discs or single pixels, often at the border or overlapping."""
    height, width = shape or draw(shapes())
    mask = np.zeros((height, width), dtype=bool)
    for _ in range(draw(st.integers(1, 3))):
        mask |= draw(_blobs((height, width)))
    return mask


@st.composite
def _blobs(draw: st.DrawFn, shape: tuple[int, int]) -> BoolArray:
    height, width = shape
    rows, columns = np.ogrid[:height, :width]
    y, x = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
    down, across = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    if draw(st.booleans()):
        blob: BoolArray = (abs(rows - y) <= down) & (abs(columns - x) <= across)
    else:
        blob = (rows - y) ** 2 + (columns - x) ** 2 <= down**2
    return blob


@st.composite
def stacks(draw: st.DrawFn) -> BoolArray:
    """(F, H, W) of 1 to 4 frames, at least one of them filled, others possibly empty."""
    shape, frames = draw(shapes()), draw(st.integers(1, 4))
    stack = np.zeros((frames, *shape), dtype=bool)
    filled = draw(st.sets(st.integers(0, frames - 1), min_size=1))
    for frame in sorted(filled):
        stack[frame] = draw(masks(shape))
    return stack


@st.composite
def boxes(draw: st.DrawFn, shape: tuple[int, int]) -> FloatArray:
    """xyxy with inclusive whole corners, inside an (H, W) image."""
    height, width = shape
    x0, x1 = sorted(draw(st.tuples(st.integers(0, width - 1), st.integers(0, width - 1))))
    y0, y1 = sorted(draw(st.tuples(st.integers(0, height - 1), st.integers(0, height - 1))))
    return np.array([x0, y0, x1, y1], dtype=np.float64)


def task_of(reference: BoolArray, case_id: str = "case") -> Task:
    """What a user is asked for whose one target is an (F, H, W) reference."""
    view = View(case_id, tuple(range(len(reference))), np.zeros((*reference.shape, 3), np.uint8))
    target = Target("object", "organ", {"expert": MaskStack.from_array(reference)}, "expert")
    return Task(view, "object", (target,))
