"""2-D images and masks as picture files (PNG, JPEG, BMP, TIFF ...) in folders."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from numpy.typing import NDArray
from PIL.Image import Image
from pydantic import Field

from samb.datasets.file_pair import FilePair, MaskFile
from samb.datasets.file_pairs import FilePairs
from samb.datasets.objects import Objects
from samb.datasets.outlines import filled_outlines
from samb.files.labels import Colour, by_colour, by_label, distinct, foreground, instances
from samb.files.pictures import (
    brightest_channel,
    colours_of,
    is_coloured,
    label_values,
    open_picture,
    read_mask_picture,
    read_picture,
)
from samb.files.reading import reading
from samb.files.rendering import Scaling, check_percentiles
from samb.types import BoolArray, Content

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True)
class ImageFolder(FilePairs):
    """Pairs of picture files; samb.files.pictures says how each kind becomes RGB.

    A mask is read by `labels`, by `colours`, or else as one structure by `threshold`.
    """

    colours: dict[str, Colour] = field(default_factory=dict)
    """Structure -> (red, green, blue); a pixel belongs to the nearest one, black is background."""
    ignore_colours: tuple[Colour, ...] = ()
    """Colours that count as background."""
    threshold: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """Foreground is above it, in the brightest channel; None: see samb.files.labels."""
    objects: Objects = "structure"
    """One target per structure, per 8-connected component, per mask file, or (`label`) per value
    above 0 of a label map, whose objects are named by their values."""
    fill: Literal["never", "outlines"] = "never"
    """Whether masks show outlines, whose inside belongs to them: see samb.datasets.outlines."""
    array: str | None = None
    """Name of the array in .mat and .npz files that hold several."""
    resize_mask: Literal["never", "nearest"] = "never"
    """What happens to a mask of another size than its image."""
    percentiles: tuple[float, float] = (0.0, 100.0)
    """Of an image deeper than 8 bits: the values that become black and white."""
    scaling: Scaling = "range"
    """`range`: 8 bits as they are, deeper ones between the percentiles; `maximum`: every image from
    0 to its greatest value (samb.files.rendering.maximum_bytes)."""
    spacing_mm: tuple[Positive, Positive] | None = None
    """(row, column) of every image; None: unknown, or in a column of the table."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_percentiles(self.percentiles)
        if self.objects != "structure" and self.annotators:
            msg = (
                f"objects of several annotators have only structures in common, got {self.objects}"
            )
            raise ValueError(msg)
        self._check_label_maps()
        if self.spacing_mm and self.table and self.table.spacing_mm:
            msg = "spacing_mm is given for all images or by the table, not by both"
            raise ValueError(msg)
        if self.ignore_colours and not self.colours:
            msg = "ignore_colours belongs to colours, which is empty"
            raise ValueError(msg)
        if self.colours and (self.structure or self.labels or self._pairing().names_structures):
            msg = "structures are named by one of: structure, labels, colours, {structure} in masks"
            raise ValueError(msg)
        if len(set(self.colours.values())) < len(self.colours):
            msg = f"two structures share one colour in colours {self.colours}"
            raise ValueError(msg)

    def _check_label_maps(self) -> None:
        if self.objects != "label":
            return
        named = {"labels": self.labels, "colours": self.colours, "threshold": self.threshold,
                 "fill": self.fill == "outlines"}  # fmt: skip
        for name, given in named.items():
            if given:
                msg = f"with `objects: label` every value is an object, so {name} means nothing"
                raise ValueError(msg)

    def _read(self, pair: FilePair) -> Content:
        picture = read_picture(pair.image, self.percentiles, self.scaling)
        height, width = picture.rgb.shape[:2]
        layers = self._layers(pair, lambda file: self._structures(file, (height, width)))
        return Content(
            images=picture.rgb[None],
            targets=self._rule.targets(layers, self._prompting),
            dimensions=2,
            spacing_mm=self.table.spacing_of(pair.row) if self.table else self.spacing_mm,
            raw=picture.values[None],
        )

    def values_in(self, mask: Path) -> set[float]:
        picture = open_picture(mask, self.array)
        with reading(mask, "a mask"):
            if is_coloured(picture):
                return set()
            grey = label_values if picture.mode == "P" else brightest_channel
            return set(distinct(grey(picture)).tolist())

    def _structures(
        self, file: MaskFile, shape: tuple[int, int]
    ) -> Iterator[tuple[str, NDArray[Any]]]:
        picture = read_mask_picture(file.path, shape, self.resize_mask, self.array)
        if self.objects == "label":
            with reading(file.path, "a label map"):
                values = instances(label_values(picture), self.ignore_labels)
                yield file.structure or self._structure, values[None]
            return
        with reading(file.path, "a mask of the named structures"):
            for structure, mask in self._named(picture, file.structure):
                yield structure, self._filled(mask)[None]

    def _filled(self, mask: BoolArray) -> BoolArray:
        return filled_outlines(mask) if self.fill == "outlines" else mask

    def _named(self, picture: Image, structure: str | None) -> Iterator[tuple[str, BoolArray]]:
        if self.colours:
            return by_colour(colours_of(picture), self.colours, self.ignore_colours)
        if self.labels:
            return by_label(label_values(picture), self.labels, self.ignore_labels)
        mask = foreground(brightest_channel(picture), self.threshold)
        return iter([(structure or self._structure, mask)])
