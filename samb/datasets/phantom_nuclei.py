"""Nuclei in stained tissue: many small, dark, partly touching instances.

Colours follow absorption in a stain (Beer-Lambert) with the haematoxylin and eosin vectors of
Ruifrok and Johnston 2001, Analytical and Quantitative Cytology and Histology 23:291, table 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samb.datasets.phantom_shapes import (
    Blob,
    blur,
    exact_target,
    largest_part,
    pixel_axis,
    random_blob,
    smooth_noise,
    texture,
    to_bytes,
)
from samb.types import Content, FloatArray

HAEMATOXYLIN_RGB = np.array([0.65, 0.70, 0.29])
EOSIN_RGB = np.array([0.07, 0.99, 0.11])
COUNT = (8, 25)
TOUCHING_GAP = 0.84
"""Distance between neighbours' centres relative to the sum of their radii."""


@dataclass(frozen=True)
class Nucleus:
    """One instance: an outline and the mean radius that keeps others away."""

    outline: Blob
    radius: float


def draw_nuclei(size: int, rng: np.random.Generator) -> Content:
    """One frame of 8 to 25 nuclei, one target each; the first two touch."""
    labels, levels = label_map(place_nuclei(rng), size)
    image = stained(labels, levels, rng)
    targets = tuple(
        exact_target(f"nucleus/{index}", "nucleus", (labels == index)[None])
        for index in range(1, int(labels.max()) + 1)
    )
    return Content(to_bytes(image)[None], targets)


def place_nuclei(rng: np.random.Generator) -> list[Nucleus]:
    """Outlines that may touch, never with their centres close; up to a drawn number."""
    wanted = int(rng.integers(COUNT[0], COUNT[1] + 1))
    mean_radius, clustered = rng.uniform(0.09, 0.15), rng.uniform(0.2, 0.6)
    placed = [nucleus_at(0.5 * rng.uniform(-1, 1, 2), mean_radius, rng)]
    while len(placed) < wanted:
        radius = mean_radius * rng.uniform(0.75, 1.3)
        if len(placed) == 1 or rng.random() < clustered:
            centre = beside(placed[int(rng.integers(len(placed)))], radius, rng)
        else:
            centre = rng.uniform(-0.95, 0.95, 2)
        if is_free(centre, radius, placed):
            placed.append(nucleus_at(centre, radius, rng))
        else:
            # A crowded frame ends up with smaller nuclei instead of never being full.
            mean_radius *= 0.99
    return placed


def nucleus_at(centre: FloatArray, radius: float, rng: np.random.Generator) -> Nucleus:
    """A nucleus of that mean radius with random elongation and outline."""
    elongation = rng.uniform(1, 1.3)
    outline = random_blob(
        rng,
        (float(centre[0]), float(centre[1])),
        (radius * elongation, radius / elongation),
        0.09,
    )
    return Nucleus(outline, radius)


def beside(neighbour: Nucleus, radius: float, rng: np.random.Generator) -> FloatArray:
    """A centre so close to a neighbour's that the outlines meet."""
    direction = rng.uniform(0, 2 * np.pi)
    distance = TOUCHING_GAP * (neighbour.radius + radius)
    step = distance * np.array([np.cos(direction), np.sin(direction)])
    centre: FloatArray = np.array(neighbour.outline.centre_xy) + step
    return centre


def is_free(centre: FloatArray, radius: float, placed: list[Nucleus]) -> bool:
    """Whether the centre lies in the image and keeps its distance from every other."""
    return bool(np.abs(centre).max() < 0.97) and all(
        np.hypot(*(centre - other.outline.centre_xy))
        > 0.99 * TOUCHING_GAP * (radius + other.radius)
        for other in placed
    )


def label_map(placed: list[Nucleus], size: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Instance of each pixel (0 none, else from 1) and its level in it, both (H, W).

    Where outlines overlap, a pixel belongs to the nucleus in which it lies deeper.
    """
    axis = pixel_axis(size)
    labels, levels = np.zeros((size, size), dtype=np.int64), np.ones((size, size))
    for index, nucleus in enumerate(placed, start=1):
        x, y = nucleus.outline.centre_xy
        columns = np.flatnonzero(np.abs(axis - x) < 2 * nucleus.radius)
        rows = np.flatnonzero(np.abs(axis - y) < 2 * nucleus.radius)
        window = np.ix_(rows, columns)
        level = nucleus.outline.level(axis[columns][None], axis[rows][:, None])
        deeper = level < levels[window]
        levels[window] = np.where(deeper, level, levels[window])
        labels[window] = np.where(deeper, index, labels[window])
    return whole_only(labels), levels


def whole_only(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each instance reduced to its largest part; splinters become background."""
    kept = np.zeros_like(labels)
    for index in range(1, int(labels.max()) + 1):
        kept[largest_part(labels == index)] = index
    return kept


def stained(labels: NDArray[np.int64], levels: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Transmitted light, (H, W, 3) in [0, 1]: stroma, gaps, and nuclei with chromatin and rim."""
    axes = (pixel_axis(len(labels)),) * 2
    inside = labels > 0
    fibres = texture(rng, axes, rng.permutation([4, 12]).tolist(), 4)
    gap = 1 / (1 + np.exp(-8 * (smooth_noise(rng, axes, (4, 4)) - rng.uniform(0.8, 1.8))))
    eosin = rng.uniform(0.3, 0.6) * (1 + 0.25 * fibres) * (1 - 0.85 * gap)
    strength = np.concatenate([[0], rng.uniform(0.75, 1.35, int(labels.max()))])[labels]
    chromatin = 1 + 0.22 * smooth_noise(rng, axes, (50, 50)) + 0.5 * np.clip(levels, 0, 1) ** 6
    haematoxylin = np.where(inside, rng.uniform(0.55, 0.9) * strength * chromatin, 0.1)
    haematoxylin = haematoxylin + 0.06 * fibres * ~inside
    eosin = np.where(inside, 0.6 * eosin, eosin)
    pixels = rng.uniform(0.5, 1.0) * len(labels) / 256
    return absorb(blur(haematoxylin, pixels), blur(eosin, pixels), rng)


def absorb(haematoxylin: FloatArray, eosin: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Colour of two stains whose hues vary from laboratory to laboratory, with camera noise."""
    stains = (HAEMATOXYLIN_RGB, EOSIN_RGB)
    hues = [hue + rng.uniform(-0.06, 0.1, 3) for hue in stains]
    density = np.maximum(haematoxylin, 0)[..., None] * hues[0]
    density = density + np.maximum(eosin, 0)[..., None] * hues[1]
    light = rng.uniform(0.92, 1.0) * np.exp(-density)
    noisy: FloatArray = light + rng.normal(0, 0.015, density.shape)
    return noisy
