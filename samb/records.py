"""What a run folder keeps, as frozen records: the nouns of `samb.types` without their pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from samb.types import FloatArray, MaskStack, Target


@dataclass(frozen=True)
class Answer:
    """An attempt as it is stored: what scoring needs, without pixels of the image."""

    model: str
    prompt_mode: str
    prompt_version: int
    repeat: int
    object_id: str | None
    """None: the whole view was asked once, and all targets share the answer."""
    frame_indices: tuple[int, ...]
    """Frames of the case that the view held."""
    attempt: int
    final: bool
    """Whether it is the last attempt of its interaction."""
    candidates: tuple[MaskStack, ...]
    """(F, H, W) each, F as in `frame_indices`."""
    iou_estimates: tuple[float, ...]
    multimask: tuple[int, ...]
    class_names: tuple[str, ...] | None
    prompt: Mapping[str, Any]
    """`Prompt.record()`."""
    seconds: float
    """Share of the decoder's time."""
    maps: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseRecord:
    """A case as it is stored: its references and geometry."""

    dataset: str
    case_id: str
    group_id: str
    dimensions: int
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, ...] | None
    fingerprint: str
    """SHA-256 over the rendered pixels, the references and the spacing."""
    targets: tuple[Target, ...]


Status = Literal["done", "failed", "refused", "gap", "unprompted", "unused"]


@dataclass(frozen=True)
class Outcome:
    """How one case ended for one model and prompt mode."""

    dataset: str
    case_id: str
    group_id: str
    model: str
    prompt_mode: str
    repeat: int
    status: Status
    """`gap`: the model cannot take that mode; recorded once per data set, with empty ids.
    `unprompted`: the prompt file has nothing for the case, or names a case that is not there.
    `unused`: what the model holds for no case of the data set; once per data set, like a gap."""
    reason: str = ""


@dataclass(frozen=True)
class Thumbnail:
    """A bounded picture of a frame, for sheets."""

    case_id: str
    frame: int
    jpeg: bytes


@dataclass(frozen=True)
class Described:
    """What a target is like on a frame: the attributes of `samb.metrics.attributes`."""

    frame: int
    """-1: the whole volume."""
    object_id: str
    structure: str
    values: Mapping[str, float]
