"""What is asked of a model and what it answers, as frozen records.

Frames, letters for shapes and the frame of reference are those of `samb.types`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from samb.types import BoolArray, ByteArray, FloatArray, decode_mask, encode_mask


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
    mask: BoolArray | None = None
    """(H, W) what the user drew on the prompted frame, in original pixels."""
    feedback: FloatArray | None = None
    """Low-resolution logits of an earlier answer, handed back unopened in the model's own frame."""
    grid: Grid | None = None
    """Everything mode: the view is asked by a grid of points, and answers with all it keeps."""
    feedback_candidate: int | None = None
    """Which candidate of the last answer `feedback` came from, so that it can be played again."""
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
        self._check_mask()

    def _check_mask(self) -> None:
        if self.mask is None:
            return
        if self.mask.ndim != 2 or self.mask.dtype != np.bool_:
            msg = f"mask must be (H, W) bool, got {self.mask.shape} {self.mask.dtype}"
            raise ValueError(msg)
        if self.feedback is not None:
            msg = "a prompt has a drawn mask or feedback, not both: models have one mask input"
            raise ValueError(msg)

    @property
    def kinds(self) -> frozenset[str]:
        """What a model must understand: of `points`, `box`, `mask`, `feedback`, `everything`."""
        found = set[str]().union(*(part.kinds for part in self.parts))
        if len(self.points_xy):
            found.add("points")
        if self.box_xyxy is not None:
            found.add("box")
        if self.mask is not None:
            found.add("mask")
        if self.feedback is not None:
            found.add("feedback")
        if self.grid is not None:
            found.add("everything")
        return frozenset(found)

    def record(self) -> dict[str, Any]:
        """Plain values for storing, masks as run lengths; `feedback` is named, not kept."""
        points, frames, box, grid = self.points_xy, self.point_frames, self.box_xyxy, self.grid
        given = {
            "points_xy": points.astype(float).tolist() if len(points) else None,
            "point_labels": self.point_labels.tolist() if len(points) else None,
            "point_frames": None if frames is None else frames.tolist(),
            "box_xyxy": None if box is None else box.astype(float).tolist(),
            "mask": None if self.mask is None else _drawing(self.mask),
            "feedback": None if self.feedback is None else True,
            "feedback_candidate": self.feedback_candidate,
            "grid": None if grid is None else asdict(grid),
            "parts": [part.record() for part in self.parts] or None,
        }
        filled = {name: value for name, value in given.items() if value is not None}
        return {"frame": self.frame_index, **filled}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Prompt":
        """The prompt behind a record, without its feedback, which no record keeps.

        Raises ValueError where the values make no prompt.
        """
        points = np.array(record.get("points_xy", []), dtype=np.float32).reshape(-1, 2)
        frames, box = record.get("point_frames"), record.get("box_xyxy")
        return cls(
            frame_index=int(record.get("frame", 0)),
            points_xy=points,
            point_labels=np.array(record.get("point_labels", [1] * len(points)), dtype=np.int8),
            point_frames=None if frames is None else np.array(frames, dtype=np.int64),
            box_xyxy=None if box is None else np.array(box, dtype=np.float64),
            mask=_drawn(record.get("mask")),
            feedback_candidate=record.get("feedback_candidate"),
            grid=None if record.get("grid") is None else Grid(**record["grid"]),
            parts=tuple(cls.from_record(part) for part in record.get("parts", [])),
        )


def _drawing(mask: BoolArray) -> dict[str, Any]:
    return {"size": list(mask.shape), "counts": encode_mask(mask).decode("ascii")}


def _drawn(record: Mapping[str, Any] | None) -> BoolArray | None:
    if record is None:
        return None
    height, width = record["size"]
    return decode_mask(record["counts"].encode("ascii"), (height, width))


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
    numbers: tuple[int, ...] = ()
    """The attempt that each point was set in, where the order is to be shown."""
