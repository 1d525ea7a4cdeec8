"""Many masks against many: how overlaps within a list are resolved, and which masks match.

Nuclei do not overlap, but what a model answers may. Metrics defined on label maps take the
exclusive masks: a smaller one lies on a larger one, and one that is covered whole is gone. (Of
equally large ones the earlier lies on top.) So a mask of the background takes nothing from the
objects on it. So does computational-cell-analytics/micro-sam (mask_data_to_segmentation in
micro_sam/instance_segmentation.py) with `merge_exclusively=False`, and in versions before it had
that; by its present default a later, smaller mask only gets pixels that are still free.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from samb.types import BoolArray


def exclusive(masks: Sequence[BoolArray]) -> list[BoolArray]:
    """The masks without their overlaps, none of them empty, in the order given."""
    if not masks:
        return []
    taken, shared = np.zeros_like(masks[0]), np.empty_like(masks[0])
    own = list(masks)
    for index in np.argsort([np.count_nonzero(mask) for mask in masks], kind="stable"):
        # Most masks overlap with none, and are not copied.
        if np.logical_and(masks[index], taken, out=shared).any():
            own[index] = masks[index] & ~taken
        taken |= masks[index]
    return [mask for mask in own if mask.any()]


@dataclass(frozen=True)
class Overlaps:
    """Pixel counts of P predictions and R references."""

    shared: NDArray[np.int64]
    """(P, R)."""
    predicted: NDArray[np.int64]
    """(P,)."""
    wanted: NDArray[np.int64]
    """(R,)."""

    @classmethod
    def of(cls, predictions: Sequence[BoolArray], references: Sequence[BoolArray]) -> "Overlaps":
        """Raises ValueError where the masks do not have one shape, or one is empty."""
        _check(predictions, references)
        if not predictions or not references:
            shared = np.zeros((len(predictions), len(references)), dtype=np.int64)
        else:
            shared = (_rows(predictions) @ _rows(references).T).toarray()
        return cls(shared, _areas(predictions), _areas(references))

    @property
    def union(self) -> NDArray[np.int64]:
        """(P, R)."""
        found: NDArray[np.int64] = self.predicted[:, None] + self.wanted - self.shared
        return found

    @property
    def iou(self) -> NDArray[np.float64]:
        """(P, R)."""
        found: NDArray[np.float64] = self.shared / self.union
        return found


def _check(predictions: Sequence[BoolArray], references: Sequence[BoolArray]) -> None:
    shapes = {mask.shape for mask in (*predictions, *references)}
    if len(shapes) > 1:
        msg = f"the masks of a frame must have one shape, got {sorted(shapes)}"
        raise ValueError(msg)
    for kind, masks in (("prediction", predictions), ("reference", references)):
        for index, mask in enumerate(masks):
            if not mask.any():
                msg = f"{kind} {index} is empty; leave empty masks out"
                raise ValueError(msg)


def _areas(masks: Sequence[BoolArray]) -> NDArray[np.int64]:
    return np.array([np.count_nonzero(mask) for mask in masks], dtype=np.int64)


def _rows(masks: Sequence[BoolArray]) -> csr_array:
    """One sparse row of pixels per mask."""
    pixels = [np.flatnonzero(mask) for mask in masks]
    ends = np.cumsum([0, *(len(it) for it in pixels)])
    ones = np.ones(ends[-1], dtype=np.int64)
    return csr_array((ones, np.concatenate(pixels), ends), shape=(len(masks), masks[0].size))


@dataclass(frozen=True)
class Matches:
    """Pairs one to one, and how many of either side have none."""

    pairs: NDArray[np.intp]
    """(M, 2): prediction, reference."""
    false_positives: int
    false_negatives: int

    @property
    def true_positives(self) -> int:
        return len(self.pairs)


def matches(iou: NDArray[np.float64], above: float) -> Matches:
    """As many pairs with an IoU above the threshold as there can be; of these the best by IoU.

    (P, R) IoU; the assignment is by the Hungarian method (scipy). Of exclusive masks and from 0.5
    on there is no choice: a mask has more than half of its union with one other mask at most.
    """
    able = iou > above
    worth = np.where(able, 1 + iou / (1 + min(iou.shape)), 0)
    pairs = np.stack(linear_sum_assignment(worth, maximize=True), axis=1)
    kept = pairs[able[pairs[:, 0], pairs[:, 1]]]
    return Matches(kept, iou.shape[0] - len(kept), iou.shape[1] - len(kept))
