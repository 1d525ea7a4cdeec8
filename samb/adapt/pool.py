"""Training images in memory: read once through the data set adapters, kept as pixels and runs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from samb.errors import CaseError, RequestError
from samb.streams import stable_hash
from samb.types import BoolArray, ByteArray, Case, Content, Target, decode_mask

GREY_DIFFERENCE = 8
"""A picture whose channels differ by less than this on average counts as grey."""


@dataclass(frozen=True)
class Outline:
    """One target on one frame."""

    object_id: str
    structure: str
    counts: bytes
    """Compressed COCO runs of its mask, of the picture's size."""


@dataclass(frozen=True)
class Picture:
    """One frame and its targets; without any only where a prompt-free head is to see such too."""

    dataset: str
    case_id: str
    group_id: str
    frame: int
    image: ByteArray
    """(H, W, 3) RGB."""
    outlines: tuple[Outline, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.image.shape[0], self.image.shape[1]

    @property
    def name(self) -> str:
        """For streams and sentences."""
        return f"{self.dataset} {self.case_id} frame {self.frame}"

    @property
    def appearance(self) -> str:
        """Its data set, and whether it is coloured."""
        channels = self.image[::4, ::4].astype(np.int16)
        grey = np.ptp(channels, axis=2).mean() < GREY_DIFFERENCE
        return f"{self.dataset} {'grey' if grey else 'coloured'}"

    def mask(self, index: int) -> BoolArray:
        """(H, W) mask of one outline."""
        return decode_mask(self.outlines[index].counts, self.shape)


@dataclass(frozen=True)
class Pool:
    """All pictures, those that train and those that validate."""

    training: tuple[Picture, ...]
    validation: tuple[Picture, ...]
    unread: tuple[str, ...]
    """A sentence for each case that could not be read."""

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of all structures, sorted."""
        pictures = (*self.training, *self.validation)
        return tuple(sorted({it.structure for own in pictures for it in own.outlines}))


def pictures_of(
    dataset: str, case: Case, content: Content, *, every_frame: bool = False
) -> Iterator[Picture]:
    """The frames of a case that show a target, or all of them."""
    for frame, image in enumerate(content.images):
        outlines = tuple(_outlines(content.targets, frame))
        if outlines or every_frame:
            yield Picture(dataset, case.case_id, case.group_id, frame, image.copy(), outlines)


def _outlines(targets: Iterable[Target], frame: int) -> Iterator[Outline]:
    for target in targets:
        counts = target.prompting_reference.runs.get(frame)
        if counts is not None:
            yield Outline(target.object_id, target.structure, counts)


def split(pictures: Sequence[Picture], unread: Sequence[str], fraction: float, seed: int) -> Pool:
    """Keep `fraction` of each data set's groups, in hash order, for validation.

    Of groups with targets and of groups without any alike. Raises RequestError where a data set has
    less than two groups with targets.
    """
    kept = set[tuple[str, str]]()
    for dataset in sorted({it.dataset for it in pictures}):
        kept |= _kept_apart(dataset, pictures, fraction, seed)
    apart = [(it.dataset, it.group_id) in kept for it in pictures]
    pool = Pool(
        tuple(it for it, own in zip(pictures, apart, strict=True) if not own),
        tuple(it for it, own in zip(pictures, apart, strict=True) if own),
        tuple(unread),
    )
    check_apart(pool)
    return pool


def _kept_apart(
    dataset: str, pictures: Sequence[Picture], fraction: float, seed: int
) -> set[tuple[str, str]]:
    own = [it for it in pictures if it.dataset == dataset]
    groups = {(dataset, it.group_id) for it in own if it.outlines}
    if len(groups) < 2:
        msg = (
            f"dataset {dataset} has {len(groups)} group with targets, and at least two are needed: "
            f"one to train on and one to validate on, none in both; take more cases, or give the "
            f"set a `group`"
        )
        raise RequestError(msg)
    count = min(max(1, round(fraction * len(groups))), len(groups) - 1)
    bare = {(dataset, it.group_id) for it in own} - groups
    return _first(groups, count, seed) | _first(bare, round(fraction * len(bare)), seed)


def _first(groups: Iterable[tuple[str, str]], count: int, seed: int) -> set[tuple[str, str]]:
    ordered = sorted(groups, key=lambda it: stable_hash("validation", seed, *it))
    return set(ordered[:count])


def check_apart(pool: Pool) -> None:
    """Raise RequestError where a group both trains and validates."""
    both = {(it.dataset, it.group_id) for it in pool.training} & {
        (it.dataset, it.group_id) for it in pool.validation
    }
    if both:
        dataset, group = min(both)
        msg = (
            f"group {group} of {dataset} is in training and in validation: scores of the same "
            f"patient or slide say nothing about others; split by group"
        )
        raise RequestError(msg)


def read_case(dataset: str, case: Case, *, every_frame: bool = False) -> tuple[list[Picture], str]:
    """Pictures of one case, as `pictures_of`, and a sentence where it cannot be read."""
    try:
        content = case.read()
    except CaseError as error:
        return [], f"{dataset} {case.case_id}: {error}"
    return list(pictures_of(dataset, case, content, every_frame=every_frame)), ""
