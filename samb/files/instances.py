"""Label maps of many objects, encoded in one pass over the pixels instead of one per object."""

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from samb.types import MaskStack


def stacks_by_value(values: NDArray[Any]) -> dict[int, MaskStack]:
    """Each value above 0 of an (F, H, W) integer array -> its pixels, by ascending value."""
    shape = (values.shape[0], values.shape[1], values.shape[2])
    runs: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
    for index, frame in enumerate(values):
        for value, counts in _encoded(frame).items():
            runs[value][index] = counts
    return {value: MaskStack(shape, runs[value]) for value in sorted(runs)}


def _encoded(frame: NDArray[Any]) -> dict[int, bytes]:
    """Value above 0 -> its compressed COCO counts: runs down the columns, background first."""
    flat = frame.ravel(order="F")
    starts = np.flatnonzero(np.diff(flat, prepend=flat[:1])) if flat.size else np.zeros(0, int)
    starts = np.concatenate([[0], starts])
    stops = np.append(starts[1:], flat.size)
    filled = flat[starts] > 0
    order = np.argsort(flat[starts[filled]], kind="stable")
    ordered = flat[starts[filled]][order]
    spans = np.stack([starts[filled][order], stops[filled][order]], axis=1)  # (runs, 2)
    found, first = np.unique(ordered, return_index=True)
    parts = np.split(spans, first[1:]) if len(found) else []
    return {
        int(value): _compressed(part, frame.shape) for value, part in zip(found, parts, strict=True)
    }


def _compressed(spans: NDArray[np.int64], shape: tuple[int, ...]) -> bytes:
    """Counts of the runs between and within (N, 2) half-open spans of the flat mask."""
    edges = np.concatenate([[0], spans.ravel(), [shape[0] * shape[1]]])
    counts = np.diff(edges)
    if counts[-1] == 0:
        counts = counts[:-1]
    encoded = coco.frPyObjects({"counts": counts.tolist(), "size": list(shape)}, *shape)
    compressed: bytes = encoded["counts"]
    return compressed
