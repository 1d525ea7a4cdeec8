"""From what a case holds to what a model sees, and what it is asked."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from samb.models.base import Model
from samb.records import CaseRecord, Thumbnail
from samb.types import ByteArray, Case, Content, FloatArray, Target, Task, View

THUMBNAIL_PX = 384
"""Longest side of a stored picture."""


def views(case: Case, content: Content, model: Model, *, every_frame: bool) -> Iterator[View]:
    """What the model sees, in order: single frames or the whole stack.

    Frames without targets are left out unless a mode asks about whole views.
    """
    frames = range(len(content.images))
    if model.view == "volume":
        yield _view(case, content, tuple(frames), model)
        return
    filled = {frame for it in content.targets for frame in it.prompting_reference.filled_frames}
    for frame in frames:
        if every_frame or frame in filled:
            yield _view(case, content, (frame,), model)


def _view(case: Case, content: Content, frames: tuple[int, ...], model: Model) -> View:
    chosen = slice(frames[0], frames[-1] + 1)
    raw = content.raw[chosen] if model.asks_raw and content.raw is not None else None
    return View(
        case_id=case.case_id,
        frame_indices=frames,
        images=content.images[chosen],
        raw=raw,
        spacing_mm=content.spacing_mm,
        affine=_from_frame(content.affine, frames[0]),
        words=case.placeholders,
    )


def _from_frame(affine: FloatArray | None, first: int) -> FloatArray | None:
    """The affine where frames are counted from another one."""
    if affine is None:
        return None
    moved = affine.copy()
    moved[:3, 3] += first * affine[:3, 0]
    return moved


def tasks(view: View, targets: Sequence[Target], asks: str) -> list[Task]:
    """One task per target with a prompting reference in the view, or the whole view once."""
    present = tuple(
        _in_view(target, view)
        for target in targets
        if any(frame in target.prompting_reference.runs for frame in view.frame_indices)
    )
    if asks == "view":
        return [Task(view, None, present)]
    return [Task(view, target.object_id, present) for target in present]


def _in_view(target: Target, view: View) -> Target:
    references = {
        name: stack.select(view.frame_indices) for name, stack in target.references.items()
    }
    return replace(target, references=references)


def case_record(dataset: str, case: Case, content: Content) -> CaseRecord:
    """What is stored of a case."""
    frames, height, width = content.images.shape[:3]
    return CaseRecord(
        dataset=dataset,
        case_id=case.case_id,
        group_id=case.group_id,
        dimensions=content.dimensions,
        shape=(frames, height, width),
        spacing_mm=content.spacing_mm,
        fingerprint=fingerprint(content),
        targets=content.targets,
    )


def fingerprint(content: Content) -> str:
    """SHA-256 over rendered pixels, references and spacing: what scores depend on."""
    digest = hashlib.sha256(repr((content.images.shape, content.spacing_mm)).encode())
    for image in content.images:
        digest.update(np.ascontiguousarray(image).data)
    for target in content.targets:
        digest.update(repr((target.object_id, target.structure, target.prompted_by)).encode())
        for annotator, stack in sorted(target.references.items()):
            digest.update(repr((annotator, sorted(stack.runs.items()))).encode())
    return digest.hexdigest()


def thumbnails(case: Case, content: Content, at_most: int) -> list[Thumbnail]:
    """Bounded pictures of the frames with targets."""
    filled = {frame for it in content.targets for frame in it.prompting_reference.filled_frames}
    chosen = sorted(filled)[:at_most]
    return [Thumbnail(case.case_id, frame, _jpeg(content.images[frame])) for frame in chosen]


def _jpeg(image: ByteArray) -> bytes:
    picture = Image.fromarray(np.ascontiguousarray(image))
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
