"""The nouns of samb as frozen records; what is asked and answered stands in `samb.dialogue`.

One frame of reference everywhere outside `samb.models`: original image pixels, x right, y down,
(0, 0) the centre of the top-left pixel; boxes are `xyxy` with inclusive corners.

Letters for shapes: F frames of a view or case, H and W rows and columns of the original image,
N points, C candidate masks, K raw channels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.floating[Any]]
ByteArray: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True)
class MaskStack:
    """Binary masks of the frames of a case or view, run-length encoded (COCO, column-major).

    A frame without an entry is empty, so a small organ in a large volume costs a few hundred bytes.
    """

    shape: tuple[int, int, int]
    """(F, H, W)."""
    runs: Mapping[int, bytes]
    """Frame index -> compressed COCO counts; empty frames have no entry."""

    @classmethod
    def from_array(cls, masks: BoolArray) -> "MaskStack":
        """Encode (F, H, W) booleans."""
        if masks.ndim != 3:
            msg = f"a mask stack must have shape (F, H, W), got {masks.shape}"
            raise ValueError(msg)
        frames, height, width = masks.shape
        filled = np.flatnonzero(masks.any(axis=(1, 2)))
        runs = {int(index): encode_mask(masks[index]) for index in filled}
        return cls((frames, height, width), runs)

    @property
    def filled_frames(self) -> tuple[int, ...]:
        """Indices of the frames that are not empty, ascending."""
        return tuple(sorted(self.runs))

    def frame(self, index: int) -> BoolArray:
        """Mask of one frame, (H, W)."""
        if index in self.runs:
            return decode_mask(self.runs[index], self.shape[1:])
        return np.zeros(self.shape[1:], dtype=bool)

    def array(self) -> BoolArray:
        """All frames, (F, H, W)."""
        masks = np.zeros(self.shape, dtype=bool)
        for index, counts in self.runs.items():
            masks[index] = decode_mask(counts, self.shape[1:])
        return masks

    def select(self, frame_indices: Sequence[int]) -> "MaskStack":
        """The named frames as a stack of their own, numbered from 0."""
        runs = {new: self.runs[old] for new, old in enumerate(frame_indices) if old in self.runs}
        return MaskStack((len(frame_indices), *self.shape[1:]), runs)


def encode_mask(mask: BoolArray) -> bytes:
    """Compressed COCO run lengths of one (H, W) mask."""
    counts: bytes = coco.encode(np.asfortranarray(mask, dtype=np.uint8))["counts"]
    return counts


def decode_mask(counts: bytes, shape: tuple[int, int]) -> BoolArray:
    """The (H, W) mask behind compressed COCO run lengths."""
    mask: BoolArray = coco.decode({"size": list(shape), "counts": counts}).view(bool)
    return mask


@dataclass(frozen=True)
class Target:
    """One object to segment in a case, with one or more references by annotator."""

    object_id: str
    """Stable across slices and independent of filtering, e.g. `polyp` or `nucleus/17`."""
    structure: str
    references: Mapping[str, MaskStack]
    """Annotator -> reference, over all frames of the case."""
    prompted_by: str
    """The annotator whose reference simulates the user; never empty. Any may judge."""

    def __post_init__(self) -> None:
        if self.prompted_by not in self.references:
            msg = (
                f"target {self.object_id}: prompted_by is {self.prompted_by!r}, "
                f"but the annotators are {sorted(self.references)}"
            )
            raise ValueError(msg)
        if not self.prompting_reference.runs:
            msg = f"target {self.object_id}: its prompting reference is empty"
            raise ValueError(msg)

    @property
    def prompting_reference(self) -> MaskStack:
        """The reference that prompts are made from."""
        return self.references[self.prompted_by]


@dataclass(frozen=True)
class Content:
    """What reading a case gives."""

    images: ByteArray
    """(F, H, W, 3) RGB: the default rendering, by the data set's window and normalisation."""
    targets: tuple[Target, ...]
    """May be empty: frames without targets exist, and false positives on them count."""
    dimensions: Literal[2, 3] = 2
    spacing_mm: tuple[float, ...] | None = None
    """2-D: (row, column); 3-D: (between frames, row, column). None: unknown, distances in px."""
    raw: FloatArray | None = None
    """(F, H, W, K) values as stored, for models whose spec asks for them."""
    affine: FloatArray | None = None
    """(4, 4) (frame, row, column) to mm, x right, y front, z head (RAS), for marks that were made
    in space; None: the case lies nowhere."""

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or self.images.shape[3] != 3 or self.images.dtype != np.uint8:
            msg = f"images must be (F, H, W, 3) uint8, got {self.images.shape} {self.images.dtype}"
            raise ValueError(msg)
        if self.dimensions == 2 and len(self.images) != 1:
            msg = f"a 2-D case has one frame, got {len(self.images)}"
            raise ValueError(msg)
        if self.spacing_mm is not None and len(self.spacing_mm) != self.dimensions:
            msg = (
                f"a {self.dimensions}-D case has {self.dimensions} spacings, got {self.spacing_mm}"
            )
            raise ValueError(msg)
        for target in self.targets:
            for reference in target.references.values():
                if reference.shape != self.images.shape[:3]:
                    msg = (
                        f"{target.object_id}: {reference.shape} but images {self.images.shape[:3]}"
                    )
                    raise ValueError(msg)


@dataclass(frozen=True)
class Case:
    """A 2-D image or a 3-D volume with its references, not yet read."""

    case_id: str
    group_id: str
    """Patient, slide, video: the unit of statistics."""
    read: Callable[[], Content]
    """Raises CaseError where the files cannot be used."""
    split: str | None = None
    """Part of the data set that its authors put the case in, as `train`; None: not stated."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What its image file adds to `placeholders`: its name, and what the data set captured."""

    @property
    def placeholders(self) -> Mapping[str, str]:
        """What names the case in a file pattern: parent, stem, name, group, and what was captured.

        Without files of its own its id is the path of one that has no suffix.
        """
        parent, _, stem = self.case_id.rpartition("/")
        own = {"parent": parent, "stem": stem, "name": stem, "group": self.group_id}
        return {**own, **self.words}


@dataclass(frozen=True)
class View:
    """What a model sees at once: one frame, or a stack of frames of one case in order."""

    case_id: str
    frame_indices: tuple[int, ...]
    """Which frames of the case these are."""
    images: ByteArray
    """(F, H, W, 3) RGB."""
    raw: FloatArray | None = None
    """(F, H, W, K), for models that ask for it."""
    spacing_mm: tuple[float, ...] | None = None
    affine: FloatArray | None = None
    """(4, 4) (frame, row, column) of the view to mm, as in `Content`."""
    words: Mapping[str, str] = field(default_factory=dict)
    """`Case.placeholders`, for models that look their answer up in files."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(F, H, W)."""
        frames, height, width = self.images.shape[:3]
        return frames, height, width


@dataclass(frozen=True)
class Task:
    """What is asked of a view: one target, or (object_id None) the whole view once."""

    view: View
    object_id: str | None
    targets: tuple[Target, ...]
    """All targets with a reference in this view; their frames are numbered as the view's."""

    @cached_property
    def reference(self) -> BoolArray:
        """Prompting reference of the target in this view, (F, H, W)."""
        return self._target.prompting_reference.array()

    @cached_property
    def _target(self) -> Target:
        return next(target for target in self.targets if target.object_id == self.object_id)
