"""Which mask of a shared answer belongs to which target: the matchings of `samb.selections`.

Overlaps are counted on run-length codes, so that hundreds of masks against hundreds of targets need
no pixels.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco
from scipy.optimize import linear_sum_assignment

from samb.metrics.instances import Overlaps, exclusive
from samb.metrics.saliency import s_measure
from samb.records import Answer
from samb.selections import Matching
from samb.types import MaskStack, Target

Pair = tuple[int, int]
"""(mask, target)."""
Masks = Sequence[MaskStack]


@dataclass(frozen=True)
class Assignment:
    """What a matching makes of one shared answer."""

    masks: Mapping[str, MaskStack]
    """Object id -> its mask, over the frames of the answer's view; a target may have none."""
    unmatched: int
    """Masks that no target got; empty ones do not count."""


@dataclass(frozen=True)
class Shared:
    """An answer shared by all targets, against the references of one annotator."""

    answer: Answer
    targets: Sequence[Target]
    annotator: str

    def assigned(self, matching: Matching) -> Assignment:
        """Raises ValueError for the S-measure of a stack of frames: it is a measure of images."""
        names, references = self._references()
        masks = [it for it in self.answer.candidates if it.runs]
        if matching == "label_map":
            masks = _exclusive(masks)
        overlaps = overlaps_of(masks, references)
        pairs = PAIRS[matching](overlaps, masks, references)
        return Assignment(
            masks={names[target]: masks[mask] for mask, target in pairs},
            unmatched=len(masks) - len({mask for mask, _ in pairs}),
        )

    def _references(self) -> tuple[list[str], list[MaskStack]]:
        """Names and references of the targets in the view, whose frames these are."""
        chosen = {
            it.object_id: it.references[self.annotator].select(self.answer.frame_indices)
            for it in self.targets
            if self.annotator in it.references
        }
        here = {name: stack for name, stack in chosen.items() if stack.runs}
        return list(here), list(here.values())


def overlaps_of(masks: Sequence[MaskStack], references: Sequence[MaskStack]) -> Overlaps:
    """Pixel counts over all frames, without decoding."""
    shared = np.zeros((len(masks), len(references)), dtype=np.int64)
    for frame in sorted({frame for it in references for frame in it.runs}):
        ours, theirs = _on_frame(masks, frame), _on_frame(references, frame)
        if ours and theirs:
            shared[np.ix_(list(ours), list(theirs))] += _shared_pixels(ours, theirs)
    return Overlaps(shared, _areas(masks), _areas(references))


Code = dict[str, object]
"""COCO run lengths."""
Codes = dict[int, Code]
"""By the index of the mask or target."""


def _on_frame(stacks: Sequence[MaskStack], frame: int) -> Codes:
    present = ((index, stack) for index, stack in enumerate(stacks) if frame in stack.runs)
    return {index: _code(stack, frame) for index, stack in present}


def _code(stack: MaskStack, frame: int) -> Code:
    return {"size": list(stack.shape[1:]), "counts": stack.runs[frame]}


def _shared_pixels(ours: Codes, theirs: Codes) -> NDArray[np.int64]:
    """`coco.iou` of a crowd is shared pixels over those of the mask, in double precision."""
    masks, references = list(ours.values()), list(theirs.values())
    shares = coco.iou(masks, references, [True] * len(references))
    counts: NDArray[np.int64] = np.rint(shares * _pixels(masks)[:, None]).astype(np.int64)
    return counts


def _pixels(codes: Iterable[Code]) -> NDArray[np.int64]:
    """One by one: pycocotools 2.0.11 under NumPy 2 counts no list of more than 255."""
    return np.array([int(coco.area(it)) for it in codes], dtype=np.int64)


def _areas(stacks: Sequence[MaskStack]) -> NDArray[np.int64]:
    codes = [[_code(stack, frame) for frame in stack.runs] for stack in stacks]
    return np.array([_pixels(frames).sum() for frames in codes], dtype=np.int64)


def _exclusive(masks: Sequence[MaskStack]) -> list[MaskStack]:
    """Without overlaps: a smaller mask lies on a larger one; one that is covered whole is gone."""
    found = exclusive([stack.array() for stack in masks])
    return [MaskStack.from_array(mask) for mask in found]


def _best(overlaps: Overlaps, masks: Masks, references: Masks) -> list[Pair]:
    """By IoU; Dice ranks masks in the same order, for it is 2 IoU / (1 + IoU)."""
    return _highest(overlaps.iou)


def _by_likeness(overlaps: Overlaps, masks: Masks, references: Masks) -> list[Pair]:
    """By S-measure, of all masks, also those beside the target: the rule of Zhou et al. 2023."""
    if not masks:
        return []
    likeness = [[_likeness(mask, reference) for mask in masks] for reference in references]
    return [(int(np.argmax(it)), target) for target, it in enumerate(likeness)]


def _likeness(mask: MaskStack, reference: MaskStack) -> float:
    if reference.shape[0] != 1:
        msg = f"the S-measure is one of images, got a stack of {reference.shape[0]} frames"
        raise ValueError(msg)
    return s_measure(mask.frame(0).astype(float), reference.frame(0))


def _highest(worth: NDArray[np.float64]) -> list[Pair]:
    """Each target with the mask of highest worth, the first of equals; none where all are 0."""
    targets = np.flatnonzero(worth.max(axis=0, initial=0) > 0)
    return [(int(worth[:, target].argmax()), int(target)) for target in targets]


def _one_to_one(overlaps: Overlaps, masks: Masks, references: Masks) -> list[Pair]:
    """Pairs of the greatest sum of IoU; those that share no pixel are none."""
    found = zip(*linear_sum_assignment(overlaps.iou, maximize=True), strict=True)
    return [(int(mask), int(target)) for mask, target in found if overlaps.shared[mask, target]]


PAIRS: Mapping[Matching, Callable[[Overlaps, Masks, Masks], list[Pair]]] = {
    "oracle_iou": _best,
    "oracle_dice": _best,
    "oracle_s_measure": _by_likeness,
    "oracle_one_to_one": _one_to_one,
    "label_map": _one_to_one,
}
