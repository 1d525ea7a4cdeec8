"""A contact sheet of a data set: images with their masks drawn on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from PIL import Image
from skimage.segmentation import find_boundaries

from samb.reports.pictures import SHEET_DPI, panels, png
from samb.types import BoolArray, ByteArray

LONGER_SIDE = 480
"""Pixels of a picture on the sheet, so that it stays small however large the images are."""
COLUMNS = 4
WIDTH, CAPTION = 3.2, 0.35
"""Inches of a picture, and of the lines above it."""
CAPTION_LETTERS = 38
INKS = ("#00C8FF", "#FFB000", "#FF66CC", "#7CFC5A", "#F2EE3A", "#FF6A3D")
"""Bright ones, as most medical images are dark."""
FILLED = 0.22
"""Share of the ink inside a mask: enough to see the mask, little enough to see what it covers."""
MOST_NAMES = 24
"""Structures in the legend; more of them share colours anyway."""


@dataclass(frozen=True)
class SheetCase:
    """One picture of the sheet."""

    caption: str
    image: ByteArray
    """(H, W, 3), bounded."""
    objects: Mapping[str, NDArray[np.int32]]
    """Structure -> (H, W) numbers of its objects, 0 where there is none."""


def bounded(
    case_id: str, image: ByteArray, masks: Mapping[str, Sequence[BoolArray]], place: str
) -> SheetCase:
    """A picture of bounded size; objects of a structure are numbered, so that they part."""
    scale = LONGER_SIDE / max(image.shape[:2])
    size = tuple(max(1, round(side * scale)) for side in image.shape[1::-1])
    small = np.asarray(Image.fromarray(np.ascontiguousarray(image)).resize(size))
    objects = {name: _numbered(stack, size) for name, stack in masks.items()}
    return SheetCase(f"{case_id}\n{place}".strip(), small, objects)


def data_sheet(cases: Sequence[SheetCase], title: str) -> bytes:
    """The sheet as PNG."""
    colours = _colours(cases)
    tallest = max(case.image.shape[0] / case.image.shape[1] for case in cases)
    figure, every = panels(len(cases), COLUMNS, WIDTH, WIDTH * min(tallest, 1.0) + CAPTION)
    for axes, case in zip(every, cases, strict=True):
        _draw(axes, case, colours)
    figure.suptitle(title, fontweight="bold", fontsize=12)
    _legend(figure, colours)
    return png(figure, SHEET_DPI)


def _numbered(masks: Sequence[BoolArray], size: tuple[int, ...]) -> NDArray[np.int32]:
    numbers = np.zeros((size[1], size[0]), dtype=np.int32)
    for number, mask in enumerate(masks, start=1):
        picture = Image.fromarray(mask).resize((size[0], size[1]), Image.Resampling.NEAREST)
        numbers[np.asarray(picture, dtype=bool)] = number
    return numbers


def _colours(cases: Sequence[SheetCase]) -> dict[str, str]:
    names = sorted({name for case in cases for name in case.objects})
    return {name: INKS[index % len(INKS)] for index, name in enumerate(names)}


def _draw(axes: Axes, case: SheetCase, colours: Mapping[str, str]) -> None:
    axes.set_axis_off()
    axes.set_anchor("N")
    axes.imshow(_painted(case, colours), interpolation="nearest")
    caption = "\n".join(_shortened(line) for line in case.caption.split("\n"))
    axes.set_title(caption, fontsize=8, loc="left", linespacing=1.3)


def _shortened(line: str) -> str:
    """A long name without its middle: folders and file names differ at their ends."""
    if len(line) <= CAPTION_LETTERS:
        return line
    half = CAPTION_LETTERS // 2
    return f"{line[: half - 1]}…{line[-half:]}"


def _painted(case: SheetCase, colours: Mapping[str, str]) -> ByteArray:
    """The image, every object tinted and outlined in its structure's ink."""
    image = case.image.astype(np.float32)
    for name, numbers in case.objects.items():
        ink = _rgb(colours[name])
        inside = numbers > 0
        image[inside] = (1 - FILLED) * image[inside] + FILLED * ink
    for name, numbers in case.objects.items():
        ink = _rgb(colours[name])
        image[find_boundaries(numbers, mode="thick")] = ink  # type: ignore[no-untyped-call]
    return image.astype(np.uint8)


def _rgb(colour: str) -> NDArray[np.int64]:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])


def _legend(figure: Figure, colours: Mapping[str, str]) -> None:
    handles = [
        Line2D([], [], color=colour, linewidth=3, label=name)
        for name, colour in list(colours.items())[:MOST_NAMES]
    ]
    if handles:
        figure.legend(
            handles=handles, loc="outside lower center", ncols=6, frameon=False, fontsize=9
        )
