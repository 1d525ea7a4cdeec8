"""What one case of a data set is like, and what is wrong with it: for `samb data check`."""

import hashlib
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from samb.types import Case, Content, Target

Kind: TypeAlias = Literal[
    "left out",
    "unreadable",
    "another size",
    "empty",
    "blank image",
    "extreme shape",
    "duplicate",
    "group in two splits",
]

EXTREME_RATIO = 10
"""Longer to shorter side above which a frame is called extreme (assumption). SAM scales the longer
side to 1024 pixels, so at 10 the shorter one keeps 102 of them; above 2048 nothing is left."""
LEAST_SIDE = 16
"""Of a frame, in pixels: one patch of SAM's image encoder before it is scaled (assumption)."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or that a person should know."""

    kind: Kind
    case_id: str
    sentence: str
    expected: bool = False
    """Told, but foreseen by the data set's config: no reason to fail."""


@dataclass(frozen=True)
class TargetFacts:
    """One target of a case."""

    structure: str
    pixels: int
    """Of its prompting reference, over all frames."""
    annotators: tuple[str, ...]


@dataclass(frozen=True)
class CaseFacts:
    """One case that could be read."""

    case_id: str
    group_id: str
    split: str | None
    shape: tuple[int, int, int]
    """(F, H, W)."""
    spacing_mm: tuple[float, ...] | None
    channels: int
    low: float
    high: float
    """Least and greatest value as stored."""
    digest: str
    """Equal for cases of equal pixels."""
    targets: tuple[TargetFacts, ...]
    frames_with_targets: int
    problems: tuple[Problem, ...]


def case_facts(case: Case, content: Content, empty_files: int, *, may_be_empty: bool) -> CaseFacts:
    """Look at one case, `empty_files` of whose mask files hold nothing but 0."""
    values = content.images if content.raw is None else content.raw
    frames, height, width = content.images.shape[:3]
    filled = {index for it in content.targets for index in it.prompting_reference.runs}
    low, high = float(values.min()), float(values.max())
    problems = [
        *_empty(case, content, empty_files, expected=may_be_empty),
        *_blank(case, low, high),
        *_extreme(case, height, width),
    ]
    return CaseFacts(
        case_id=case.case_id,
        group_id=case.group_id,
        split=case.split,
        shape=(frames, height, width),
        spacing_mm=content.spacing_mm,
        channels=values.shape[3],
        low=low,
        high=high,
        digest=_digest(values),
        targets=tuple(_target_facts(target) for target in content.targets),
        frames_with_targets=len(filled),
        problems=tuple(problems),
    )


def _target_facts(target: Target) -> TargetFacts:
    pixels = int(target.prompting_reference.array().sum())
    return TargetFacts(target.structure, pixels, tuple(target.references))


def _digest(values: np.ndarray) -> str:
    digest = hashlib.sha256(repr((values.shape, values.dtype.str)).encode())
    digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def _empty(case: Case, content: Content, empty_files: int, *, expected: bool) -> list[Problem]:
    if not content.targets:
        said = "its masks show nothing to segment"
        return [Problem("empty", case.case_id, said, expected)]
    if empty_files:
        said = f"{empty_files} of its mask files {'is' if empty_files == 1 else 'are'} empty"
        return [Problem("empty", case.case_id, said, expected)]
    return []


def _blank(case: Case, low: float, high: float) -> list[Problem]:
    if low < high:
        return []
    said = f"every pixel of the image has the value {low:g}"
    return [Problem("blank image", case.case_id, said)]


def _extreme(case: Case, height: int, width: int) -> list[Problem]:
    shorter, longer = sorted((height, width))
    if longer <= EXTREME_RATIO * shorter and shorter >= LEAST_SIDE:
        return []
    said = (
        f"its frames have {width} x {height} pixels; models expect at least {LEAST_SIDE} on each "
        f"side and at most {EXTREME_RATIO} times as many on one as on the other"
    )
    return [Problem("extreme shape", case.case_id, said)]
