"""Picture files, read with Pillow; files of arrays count as pictures too.

Pixels count as stored: an EXIF orientation is not applied, to images and masks alike. Images become
RGB so: grey is repeated, palettes are looked up, 1-bit is black and white, CMYK and the like are
converted, transparency is dropped (the colours stored under it count), and values deeper than 8
bits (16-bit, 32-bit, float) are scaled from two percentiles of the image.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from samb.files.arrays import ARRAYS, array_picture
from samb.files.reading import reading, silence
from samb.files.rendering import (
    Scaling,
    grey_rgb,
    maximum_bytes,
    percentile_bytes,
    require_finite,
)
from samb.types import ByteArray, FloatArray

_DEEP_MODES = ("I", "F")  # and I;16 in its byte orders


@dataclass(frozen=True)
class Picture:
    """An image file."""

    rgb: ByteArray
    """(H, W, 3)."""
    values: FloatArray
    """(H, W, K) as stored: one channel if deeper than 8 bits or grey, else RGB."""


def read_picture(
    path: Path, percentiles: tuple[float, float], scaling: Scaling = "range"
) -> Picture:
    """The image in a file. Raises CaseError."""
    picture = _as_stored(path, percentiles)
    if scaling == "range":
        return picture
    scaled = maximum_bytes(picture.values)
    return Picture(np.broadcast_to(scaled, picture.rgb.shape), picture.values)


def _as_stored(path: Path, percentiles: tuple[float, float]) -> Picture:
    picture = open_picture(path)
    with reading(path, "an image"):
        if _is_deep(picture):
            values = np.asarray(picture, dtype=np.float32)
            require_finite(values, None)
            return Picture(grey_rgb(percentile_bytes(values, percentiles)), values[..., None])
        if picture.mode in ("1", "L"):
            grey = np.asarray(picture.convert("L"))
            return Picture(grey_rgb(grey), grey[..., None].astype(np.float32))
        rgb = _rgb(picture)
        return Picture(rgb, rgb.astype(np.float32))


def read_mask_picture(
    path: Path,
    shape: tuple[int, int],
    resize: Literal["never", "nearest"],
    array: str | None = None,
) -> Image.Image:
    """The mask in a file, for an (H, W) image. Raises CaseError, also for another size."""
    picture = open_picture(path, array)
    height, width = shape
    if picture.size == (width, height):
        return picture
    with reading(path, "a mask of its image"):
        if resize == "never":
            msg = (
                f"it has {picture.width} x {picture.height} pixels but its image {width} x "
                f"{height}: correct the file, or say `resize_mask: nearest`"
            )
            raise ValueError(msg)
        return picture.resize((width, height), Image.Resampling.NEAREST)


def open_picture(path: Path, array: str | None = None) -> Image.Image:
    """One decoded picture, or the `array` of a file of arrays, as samb.files.arrays has it.

    Raises CaseError for damaged files and for several pages.
    """
    if path.suffix.lower() in ARRAYS:
        with reading(path, "an array"):
            return array_picture(path, array)
    with reading(path, "a picture"), silence(), path.open("rb") as file:
        picture = Image.open(file)
        pages = getattr(picture, "n_frames", 1)
        if pages > 1 and picture.format != "MPO":  # a camera's JPEG with a preview behind it
            msg = f"it holds {pages} pages, and one is wanted: split it into files"
            raise ValueError(msg)
        picture.load()
        return picture


def brightest_channel(picture: Image.Image) -> NDArray[Any]:
    """(H, W) values for a threshold: the brightest of R, G and B; transparency is dropped."""
    if picture.mode == "1":
        return np.asarray(picture)
    if picture.mode == "L" or _is_deep(picture):
        values = np.asarray(picture)
        return require_finite(values, None)
    brightest: NDArray[Any] = _rgb(picture).max(axis=2)
    return brightest


def label_values(picture: Image.Image) -> NDArray[Any]:
    """(H, W) label values: palette indices, or grey values, also of grey RGB."""
    if picture.mode in ("1", "L", "P") or _is_deep(picture):
        return np.asarray(picture)
    rgb = _rgb(picture)
    if (rgb != rgb[..., :1]).any():
        msg = "it is a colour picture, and `labels` need grey values: name `colours` instead"
        raise ValueError(msg)
    return rgb[..., 0]


def colours_of(picture: Image.Image) -> ByteArray:
    """(H, W, 3) RGB of a mask. Raises ValueError for one deeper than 8 bits."""
    if _is_deep(picture):
        msg = "it is deeper than 8 bits and has no colours: name `labels` instead"
        raise ValueError(msg)
    return _rgb(picture)


def is_coloured(picture: Image.Image) -> bool:
    """Whether it shows colours, not grey."""
    if picture.mode in ("1", "L") or _is_deep(picture):
        return False
    rgb = _rgb(picture).astype(int)
    # JPEG turns grey into colours that differ by a few levels.
    return bool((rgb.max(axis=2) - rgb.min(axis=2)).max() > 32)


def _rgb(picture: Image.Image) -> ByteArray:
    if picture.mode in ("P", "PA", "LA", "La", "RGBa"):  # RGB directly would warn, or blend
        picture = picture.convert("RGBA")
    if picture.mode == "RGBA":
        return np.asarray(picture)[..., :3]
    return np.asarray(picture.convert("RGB"))


def _is_deep(picture: Image.Image) -> bool:
    return picture.mode in _DEEP_MODES or picture.mode.startswith("I;16")
