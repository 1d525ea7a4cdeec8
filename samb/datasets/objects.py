"""From masks per structure to the targets of a case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from samb.errors import CaseError
from samb.files.instances import stacks_by_value
from samb.types import BoolArray, MaskStack, Target

Objects: TypeAlias = Literal["structure", "component", "file", "label"]


@dataclass(frozen=True)
class Layer:
    """One structure as one mask file shows it; may be empty."""

    structure: str
    number: int
    """1 for the first mask file of the case, in the order of their names; of a label map the value.
    """
    masks: MaskStack


def layers_of(structure: str, file_number: int, values: NDArray[Any]) -> Iterator[Layer]:
    """The layers of an (F, H, W) array: one of a boolean mask, one per value of a label map."""
    if values.dtype == np.bool_:
        yield Layer(structure, file_number, MaskStack.from_array(values))
    else:
        for value, masks in stacks_by_value(values).items():
            yield Layer(structure, value, masks)


@dataclass(frozen=True)
class ObjectRule:
    """What counts as one object."""

    objects: Objects
    min_size: int
    """Components of fewer pixels (voxels) are no objects."""
    min_frame_size: int = 1
    """On a frame where an object has fewer pixels, it counts as not drawn."""

    def targets(
        self, layers: Mapping[str, Sequence[Layer]], prompted_by: str
    ) -> tuple[Target, ...]:
        """One target per object that the prompting annotator drew; others may have left it empty.

        `layers` holds those of each annotator.
        """
        drawn = {name: dict(self._drawn(found)) for name, found in layers.items()}
        return tuple(
            Target(object_id, part.structure, _references(object_id, part, drawn), prompted_by)
            for object_id, part in drawn[prompted_by].items()
            if part.masks.runs
        )

    def _drawn(self, layers: Sequence[Layer]) -> Iterator[tuple[str, Layer]]:
        """Objects by object_id, each on the frames where it is large enough."""
        for object_id, part in self._split(layers):
            yield object_id, replace(part, masks=_on_frames_of(part.masks, self.min_frame_size))

    def _split(self, layers: Sequence[Layer]) -> Iterator[tuple[str, Layer]]:
        """Objects by object_id."""
        if self.objects in ("file", "label"):
            yield from _numbered(layers)
            return
        for structure in dict.fromkeys(layer.structure for layer in layers):
            masks = _union(layer.masks for layer in layers if layer.structure == structure)
            if self.objects == "structure":
                yield structure, Layer(structure, 1, masks)
            else:
                yield from self._components(structure, masks)

    def _components(self, structure: str, masks: MaskStack) -> Iterator[tuple[str, Layer]]:
        """Parts that touch by side, edge or corner, numbered from 1 in raster order."""
        numbered, _ = ndimage.label(masks.array(), structure=np.ones((3, 3, 3)))
        sizes = np.bincount(numbered.ravel())
        for number, part in stacks_by_value(numbered).items():
            if sizes[number] >= self.min_size:
                yield f"{structure}/{number}", Layer(structure, number, part)


def _numbered(layers: Sequence[Layer]) -> Iterator[tuple[str, Layer]]:
    """Raises CaseError where two mask files draw an object of one number."""
    seen: set[str] = set()
    for layer in layers:
        object_id = f"{layer.structure}/{layer.number}"
        if object_id in seen:
            msg = (
                f"two mask files of the image draw the object {object_id}: a label map should hold "
                "all objects of a structure; make the pattern of the masks more exact"
            )
            raise CaseError(msg)
        seen.add(object_id)
        yield object_id, layer


def _references(
    object_id: str, part: Layer, drawn: Mapping[str, Mapping[str, Layer]]
) -> dict[str, MaskStack]:
    nothing = Layer(part.structure, 1, MaskStack(part.masks.shape, {}))
    return {name: objects.get(object_id, nothing).masks for name, objects in drawn.items()}


def _on_frames_of(masks: MaskStack, least: int) -> MaskStack:
    """Without the frames that hold fewer pixels than that."""
    if least == 1:
        return masks
    runs = {index: run for index, run in masks.runs.items() if masks.frame(index).sum() >= least}
    return MaskStack(masks.shape, runs)


def _union(stacks: Iterable[MaskStack]) -> MaskStack:
    first, *others = stacks
    if not others:
        return first
    masks: BoolArray = first.array()
    for other in others:
        masks |= other.array()
    return MaskStack.from_array(masks)
