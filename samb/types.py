"""The nouns of samb as frozen records. Imports nothing of samb but its errors.

One frame of reference everywhere outside `samb.models`: original image pixels, x right, y down,
(0, 0) the centre of the top-left pixel; boxes are `xyxy` with inclusive corners.

Letters for shapes: F frames of a view or case, H and W rows and columns of the original image,
N points, C candidate masks, K raw channels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco
from pydantic import Field

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
    mask: BoolArray = coco.decode({"size": list(shape), "counts": counts}).astype(bool)
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


@dataclass(frozen=True)
class Grid:
    """A regular grid of single points over a view, and which of their masks are kept.

    Names, meanings and defaults of `SamAutomaticMaskGenerator` (facebookresearch/segment-anything,
    segment_anything/automatic_mask_generator.py).
    """

    points_per_side: Annotated[int, Field(ge=1)] = 32
    pred_iou_thresh: Annotated[float, Field(ge=0, le=1)] = 0.88
    """Kept: masks whose IoU the model estimates above this."""
    stability_score_thresh: Annotated[float, Field(ge=0, le=1)] = 0.95
    """Kept: masks whose IoU between a strict and a lax threshold is at least this."""
    stability_score_offset: Annotated[float, Field(ge=0)] = 1.0
    """How much stricter and laxer, in logits."""
    box_nms_thresh: Annotated[float, Field(ge=0, le=1)] = 0.7
    """Of two masks whose boxes overlap by more than this IoU, the better estimated one is kept."""
    crop_n_layers: Annotated[int, Field(ge=0, le=4)] = 0
    """Layer i asks again on each of (2^i)^2 overlapping crops of the view."""
    crop_nms_thresh: Annotated[float, Field(ge=0, le=1)] = 0.7
    """The same between crops, where the mask from the smaller crop is kept."""
    crop_overlap_ratio: Annotated[float, Field(ge=0, lt=1)] = 512 / 1500
    crop_n_points_downscale_factor: Annotated[int, Field(ge=1)] = 1
    """Layer i has `points_per_side` divided by this to the i."""
    min_mask_region_area: Annotated[int, Field(ge=0)] = 0
    """Islands and holes of fewer pixels are removed from the masks."""


def _no_points() -> FloatArray:
    return np.zeros((0, 2), dtype=np.float32)


@dataclass(frozen=True)
class Prompt:
    """What the simulated user gives at one step. No field set: segment without a prompt."""

    frame_index: int = 0
    """The frame of the view that the prompt is drawn on."""
    points_xy: FloatArray = field(default_factory=_no_points)
    """(N, 2)."""
    point_labels: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    """(N,) 1 foreground, 0 background."""
    point_frames: NDArray[np.int64] | None = None
    """(N,) frame of each point, where they lie on several frames of the view."""
    box_xyxy: FloatArray | None = None
    """(4,) inclusive corners."""
    feedback: FloatArray | None = None
    """Low-resolution logits of an earlier answer, handed back unopened in the model's own frame."""
    grid: Grid | None = None
    """Everything mode: the view is asked by a grid of points, and answers with all it keeps."""
    parts: tuple["Prompt", ...] = ()
    """Parts that are decoded apart and united candidate by candidate."""

    def __post_init__(self) -> None:
        if self.points_xy.ndim != 2 or self.points_xy.shape[1] != 2:
            msg = f"points_xy must have shape (N, 2), got {self.points_xy.shape}"
            raise ValueError(msg)
        if len(self.point_labels) != len(self.points_xy):
            msg = f"{len(self.points_xy)} points but {len(self.point_labels)} labels"
            raise ValueError(msg)
        if self.box_xyxy is not None and self.box_xyxy.shape != (4,):
            msg = f"box_xyxy must have shape (4,), got {self.box_xyxy.shape}"
            raise ValueError(msg)

    @property
    def kinds(self) -> frozenset[str]:
        """What a model has to understand: of `points`, `box`, `feedback`, `everything`."""
        found = set[str]().union(*(part.kinds for part in self.parts))
        if len(self.points_xy):
            found.add("points")
        if self.box_xyxy is not None:
            found.add("box")
        if self.feedback is not None:
            found.add("feedback")
        if self.grid is not None:
            found.add("everything")
        return frozenset(found)

    def record(self) -> dict[str, Any]:
        """Plain values for storing; `feedback` is named, not kept."""
        record: dict[str, Any] = {"frame": self.frame_index}
        if len(self.points_xy):
            record["points_xy"] = [[float(x), float(y)] for x, y in self.points_xy]
            record["point_labels"] = [int(label) for label in self.point_labels]
        if self.point_frames is not None:
            record["point_frames"] = [int(frame) for frame in self.point_frames]
        if self.box_xyxy is not None:
            record["box_xyxy"] = [float(value) for value in self.box_xyxy]
        if self.feedback is not None:
            record["feedback"] = True
        if self.grid is not None:
            record["grid"] = asdict(self.grid)
        if self.parts:
            record["parts"] = [part.record() for part in self.parts]
        return record


@dataclass(frozen=True)
class Prediction:
    """What a model answered to one prompt."""

    masks: BoolArray
    """(C, F, H, W) candidates."""
    iou_estimates: FloatArray
    """(C,) the model's own estimate of each candidate's IoU; NaN where it gives none."""
    multimask: tuple[int, ...] = ()
    """Candidates that answer an ambiguous prompt (SAM's tokens 1 to 3); empty: no such mode."""
    class_names: tuple[str, ...] | None = None
    """(C,) for prompt-free models: the structure that each candidate claims to be."""
    maps: Mapping[str, FloatArray] = field(default_factory=dict)
    """Named maps over the view, (F, H, W), e.g. uncertainty."""
    low_res_logits: FloatArray | None = None
    """(C, h, w) in the model's own frame, for `Prompt.feedback`."""

    def __post_init__(self) -> None:
        if self.masks.ndim != 4 or self.masks.dtype != np.bool_:
            msg = f"masks must be (C, F, H, W) bool, got {self.masks.shape} {self.masks.dtype}"
            raise ValueError(msg)
        if self.iou_estimates.shape != (len(self.masks),):
            msg = f"{len(self.masks)} masks but iou_estimates {self.iou_estimates.shape}"
            raise ValueError(msg)
        if self.class_names is not None and len(self.class_names) != len(self.masks):
            msg = f"{len(self.masks)} masks but {len(self.class_names)} class names"
            raise ValueError(msg)
        for name, values in self.maps.items():
            if values.shape != self.masks.shape[1:]:
                msg = f"map {name} has shape {values.shape}, the view {self.masks.shape[1:]}"
                raise ValueError(msg)


@dataclass(frozen=True)
class Attempt:
    """One prompt given and one answer received."""

    index: int
    """1 for the first."""
    prompt: Prompt
    prediction: Prediction


@dataclass(frozen=True)
class Tile:
    """One target on a contact sheet."""

    image: ByteArray
    """(H, W, 3), possibly a bounded thumbnail."""
    reference: BoolArray
    """(H, W) at the image's size."""
    prediction: BoolArray
    """(H, W) at the image's size."""
    prompt: Prompt
    """In the tile's own pixels."""
    caption: str
