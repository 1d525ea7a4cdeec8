"""3-D images and masks as volume files (NIfTI, NRRD, MetaImage) in folders."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from samb.datasets.file_pair import FilePair, MaskFile
from samb.datasets.file_pairs import FilePairs
from samb.files.labels import by_label, distinct, instances, nonzero
from samb.files.reading import reading
from samb.files.rendering import (
    Scaling,
    check_percentiles,
    grey_rgb,
    maximum_bytes,
    percentile_bytes,
    require_finite,
    window_bytes,
)
from samb.files.volume_files import Axis, Volume, read_volume, same_grid, turn
from samb.types import BoolArray, ByteArray, Content, FloatArray

Finite = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True)
class Volumes(FilePairs):
    """Pairs of volume files; samb.files.volume_files says how they are turned.

    A mask is read by `labels`, or else as one structure: all that is not 0, if it is one value.
    """

    axis: Axis = "axial"
    """Which slices are the frames, and how rows and columns run in them."""
    window: tuple[Finite, Finite] | None = None
    """Values that become black and white, as in CT; None: by percentiles."""
    percentiles: tuple[float, float] = (0.5, 99.5)
    """Of all voxels of the volume: the values that become black and white."""
    scaling: Scaling = "range"
    """`range`: by window or percentiles; `maximum`: every frame from 0 to its greatest value
    (samb.files.rendering.maximum_bytes)."""
    channel: Annotated[int, Field(ge=0)] | None = None
    """Which of a fourth dimension of the image, from 0; None: there should be none."""
    replace_nonfinite: Finite | None = None
    """Stands in for NaN and infinite voxels of the image; None: they are an error."""
    geometry: Literal["match", "shape"] = "match"
    """Whether a mask's grid must lie in space where its image's does (within a tenth of a voxel),
    or only its shape must agree and the image's geometry holds for both."""
    objects: Literal["structure", "component", "label"] = "structure"
    """One target per structure, per component (26 neighbours), or (`label`) per value above 0 of a
    label map, whose objects are named by their values."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_percentiles(self.percentiles)
        if self.window is not None and self.window[0] >= self.window[1]:
            msg = f"window must rise from black to white, got {self.window[0]}, {self.window[1]}"
            raise ValueError(msg)
        if self.scaling == "maximum" and self.window is not None:
            msg = "with `scaling: maximum` every frame has its own window, so window means nothing"
            raise ValueError(msg)
        if self.objects == "label" and self.labels:
            msg = "with `objects: label` every value is an object, so labels means nothing"
            raise ValueError(msg)
        if self.table and self.table.spacing_mm:
            msg = "the spacing of a volume is that of its header, not of the table"
            raise ValueError(msg)
        if self.objects != "structure" and self.annotators:
            msg = (
                f"objects of several annotators have only structures in common, got {self.objects}"
            )
            raise ValueError(msg)

    def _read(self, pair: FilePair) -> Content:
        stored = read_volume(pair.image, self.channel)
        image = turn(stored, self.axis)
        with reading(pair.image, "an image"):
            voxels = require_finite(image.voxels, self.replace_nonfinite)
            raw: FloatArray = np.ascontiguousarray(voxels, dtype=np.float32)
        layers = self._layers(pair, lambda file: self._structures(file, stored))
        return Content(
            images=grey_rgb(self._grey(raw)),
            targets=self._rule.targets(layers, self._prompting),
            dimensions=3,
            spacing_mm=image.spacing_mm,
            raw=raw[..., None],
            affine=image.affine,
        )

    def values_in(self, mask: Path) -> set[float]:
        return set(distinct(read_volume(mask).voxels).tolist())

    def _grey(self, values: FloatArray) -> ByteArray:
        if self.scaling == "maximum":
            return np.stack([maximum_bytes(frame) for frame in values])
        if self.window is not None:
            return window_bytes(values, *self.window)
        return percentile_bytes(values, self.percentiles)

    def _structures(self, file: MaskFile, image: Volume) -> Iterator[tuple[str, NDArray[Any]]]:
        mask = read_volume(file.path)
        with reading(file.path, "a mask of the named structures"):
            values = self._on_grid(mask, image)
            if self.objects == "label":
                yield file.structure or self._structure, instances(values, self.ignore_labels)
            else:
                yield from self._named(values, file.structure)

    def _named(
        self, values: NDArray[Any], structure: str | None
    ) -> Iterator[tuple[str, BoolArray]]:
        if self.labels:
            return by_label(values, self.labels, self.ignore_labels)
        return nonzero(values, structure or self._structure)

    def _on_grid(self, mask: Volume, image: Volume) -> NDArray[Any]:
        """Mask values turned like the image, (F, H, W). Raises ValueError for another grid."""
        shape = image.voxels.shape
        if self.geometry == "shape" and mask.voxels.shape == shape:
            return turn(Volume(mask.voxels, image.affine), self.axis).voxels
        turned, wanted = turn(mask, self.axis), turn(image, self.axis)
        if same_grid(turned, wanted):
            return turned.voxels
        if turned.voxels.shape != wanted.voxels.shape:
            msg = f"it has {mask.voxels.shape} voxels but its image {shape}: correct the file"
        else:
            msg = (
                "its voxels lie elsewhere in space than its image's: correct its header, or say "
                "`geometry: shape` if only the header is wrong"
            )
        raise ValueError(msg)
