"""Random shapes in random colours and textures: images of nothing, to train on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import ndimage

from samb.datasets.base import Dataset
from samb.datasets.phantoms import case_stream
from samb.types import BoolArray, Case, Content, FloatArray, MaskStack, Target

ANNOTATOR = "exact"


@dataclass(frozen=True)
class RandomShapes(Dataset):
    """Blobs and ellipses on each other, each with a colour and a texture of its own.

    Labels first, then an image drawn at random for them: a model that learns from such pairs cannot
    rely on any one contrast (Billot et al. 2023, SynthSeg; Hoffmann et al. 2022, SynthMorph, whose
    shapes are thresholded noise too). Every case is a group of its own.
    """

    count: Annotated[int, Field(ge=2, le=100_000)] = 100
    size: Annotated[int, Field(ge=64, le=2048)] = 256
    """Rows and columns."""
    seed: Annotated[int, Field(ge=0)] = 0

    def cases(self) -> Iterator[Case]:
        """Every case, e.g. `shapes/00007`; drawn when read."""
        for index in range(self.count):
            name = f"shapes/{index:05d}"
            yield Case(name, name, partial(self.draw, index))

    def draw(self, index: int) -> Content:
        """One case."""
        rng = case_stream(self.seed, "shapes", index)
        labels = _labels(self.size, rng)
        image = _painted(labels, rng)
        return Content(images=image[None], targets=tuple(_targets(labels)), dimensions=2)


def _labels(size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(H, W) number of the topmost shape, 0 where there is none."""
    labels = np.zeros((size, size), dtype=np.int64)
    typical = size * np.exp(rng.uniform(np.log(0.03), np.log(0.3)))
    most = int(np.clip(0.25 * (size / typical) ** 2, 1, 60))
    warp = _warp(size, rng)
    for number in range(1, 1 + int(rng.integers(1, most + 1))):
        radius = typical * np.exp(rng.normal(0, 0.3))
        labels[_shape(size, radius, warp, rng)] = number
    return labels


def _warp(size: int, rng: np.random.Generator) -> FloatArray:
    """(2, H, W) slow displacements in px."""
    reach = rng.uniform(0, 0.06) * size
    return np.stack([reach * noise(size, size * rng.uniform(0.05, 0.2), rng) for _ in range(2)])


def _shape(size: int, radius: float, warp: FloatArray, rng: np.random.Generator) -> BoolArray:
    """(H, W) one warped ellipse, as a ring now and then."""
    centre = rng.uniform(0, size, 2)
    angle, flat = rng.uniform(0, np.pi), rng.uniform(0.4, 1.0)
    hole = rng.uniform(0.4, 0.8) if rng.random() < 0.1 else 0.0
    reach = radius + np.abs(warp).max()
    first = np.clip(centre - reach, 0, size).astype(int)
    last = np.clip(centre + reach + 1, 0, size).astype(int)
    box = np.s_[first[0] : last[0], first[1] : last[1]]
    rows = np.arange(first[0], last[0])[:, None] + warp[0][box] - centre[0]
    columns = np.arange(first[1], last[1])[None] + warp[1][box] - centre[1]
    along = rows * np.cos(angle) + columns * np.sin(angle)
    across = columns * np.cos(angle) - rows * np.sin(angle)
    distance = np.hypot(along / radius, across / (radius * flat))
    shape = np.zeros((size, size), dtype=bool)
    shape[box] = (distance <= 1) & (distance >= hole)
    return shape


def _painted(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """(H, W, 3): a colour and a texture for the ground and for every kind of shape."""
    size = len(labels)
    kinds = int(rng.integers(1, 4))
    kind = np.concatenate([[0], rng.integers(1, kinds + 1, labels.max())])[labels]
    colours = rng.uniform(0.1, 0.9, (kinds + 1, 3))
    if rng.random() < 0.4:
        colours[:] = colours.mean(axis=1, keepdims=True)
    image = colours[kind] + rng.normal(0, 0.06, (labels.max() + 1, 1))[labels]
    for number in range(kinds + 1):
        texture = noise(size, size * np.exp(rng.uniform(np.log(0.005), np.log(0.15))), rng)
        image += np.where(kind == number, rng.uniform(0, 0.15) * texture, 0.0)[..., None]
    image += rng.uniform(0, 0.15) * noise(size, 0.3 * size, rng)[..., None]
    blur = rng.uniform(0, 1.5)
    image = ndimage.gaussian_filter(image, (blur, blur, 0))
    return np.asarray((image.clip(0, 1) * 255).round().astype(np.uint8))


def noise(size: int, grain: float, rng: np.random.Generator) -> FloatArray:
    """(size, size) smooth periodic noise of standard deviation 1; `grain` is its length in px."""
    across, down = np.fft.rfftfreq(size), np.fft.fftfreq(size)[:, None]
    gaussian = np.exp(-2 * (np.pi * grain) ** 2 * (across**2 + down**2))
    white = np.fft.rfft2(rng.standard_normal((size, size)))
    field = np.fft.irfft2(white * gaussian, s=(size, size))
    return np.asarray(field / max(float(field.std()), 1e-9))


def _targets(labels: NDArray[np.int64]) -> Iterator[Target]:
    for number in np.unique(labels[labels > 0]).tolist():
        stack = MaskStack.from_array((labels == number)[None])
        yield Target(f"shape/{number}", "shape", {ANNOTATOR: stack}, ANNOTATOR)
