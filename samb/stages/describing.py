"""What the targets of a case are like, worked out while its images are at hand."""

from collections.abc import Iterator

from samb.metrics.attributes import attributes, volume
from samb.records import Described
from samb.types import Content, Target


def described(content: Content) -> list[Described]:
    """Every target on every frame of its prompting reference, and in 3-D as a whole (frame -1)."""
    return [found for target in content.targets for found in _described(content, target)]


def _described(content: Content, target: Target) -> Iterator[Described]:
    reference, spacing = target.prompting_reference, content.spacing_mm
    row, column = spacing[-2:] if spacing else (1.0, 1.0)
    for frame in reference.filled_frames:
        mask = reference.frame(frame)
        values = attributes(content.images[frame], mask, (row, column))
        yield Described(frame, target.object_id, target.structure, values)
    if content.dimensions == 3:
        between = spacing[0] if spacing else 1.0
        values = volume(reference.array(), (between, row, column))
        yield Described(-1, target.object_id, target.structure, values)
