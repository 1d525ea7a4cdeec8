"""A polyp in an endoscope's view: a smooth bulge in folded, wet mucosa under a lamp."""

import numpy as np

from samb.datasets.phantom_shapes import (
    blur,
    exact_target,
    largest_part,
    pixel_axis,
    random_blob,
    smooth_noise,
    texture,
    to_bytes,
)
from samb.types import BoolArray, Content, FloatArray


def draw_polyp(size: int, rng: np.random.Generator) -> Content:
    """One frame with one polyp, between a tenth and half of the frame across."""
    axes = (pixel_axis(size),) * 2
    level = polyp_level(axes, rng)
    polyp = largest_part(level < 1)
    height = 0.12 * wall_height(axes, rng) + bulge(level, rng)
    colour = tissue_colour(axes, soft(polyp, rng), rng)
    lit = colour * lamp(axes, height, rng)[..., None] + gloss(axes, height, rng)[..., None]
    image = blur(np.moveaxis(lit, -1, 0), rng.uniform(0.4, 0.9) * size / 256)
    seen = np.moveaxis(image, 0, -1) + rng.normal(0, 0.012, lit.shape)
    seen = seen * field_of_view(axes, rng)[..., None]
    return Content(to_bytes(seen)[None], (exact_target("polyp", "polyp", polyp[None]),))


def polyp_level(axes: tuple[FloatArray, FloatArray], rng: np.random.Generator) -> FloatArray:
    """Below 1 inside the polyp, (H, W)."""
    radius = rng.uniform(0.13, 0.5)
    elongation = rng.uniform(1.0, 1.35)
    centre = rng.uniform(-0.45, 0.45, 2)
    semi_axes = (radius * elongation, radius / elongation)
    outline = random_blob(rng, (float(centre[0]), float(centre[1])), semi_axes, 0.13)
    warp = [0.12 * radius * smooth_noise(rng, axes, (7, 7)) for _ in range(2)]
    return outline.level(axes[1][None] + warp[0], axes[0][:, None] + warp[1])


def soft(mask: BoolArray, rng: np.random.Generator) -> FloatArray:
    """The mask with a blurred edge, 0 to 1: tissue changes gradually where the reference cuts."""
    return blur(mask.astype(np.float64), rng.uniform(0.8, 3) * len(mask) / 256)


def bulge(level: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Height of the polyp: a dome, flat or prominent, (H, W)."""
    dome = np.sqrt(np.clip(1 - level**2, 0, None) + 0.01)
    height: FloatArray = rng.uniform(0.1, 0.35) * dome
    return height


def wall_height(axes: tuple[FloatArray, FloatArray], rng: np.random.Generator) -> FloatArray:
    """Height of the wall, (H, W): curved folds of the bowel on a gently uneven ground."""
    centre, spacing = rng.uniform(-1.6, 1.6, 2), rng.uniform(6, 11)
    distance = np.hypot(axes[0][:, None] - centre[0], axes[1][None] - centre[1])
    phase = spacing * distance + 1.3 * smooth_noise(rng, axes, (3, 3))
    folds = rng.uniform(0.5, 1.2) * np.exp(3 * (np.cos(phase) - 1))
    height: FloatArray = folds + 0.5 * smooth_noise(rng, axes, (4, 4))
    return height


def tissue_colour(
    axes: tuple[FloatArray, FloatArray], share: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Reflectance, (H, W, 3): mucosa with vessels; the polyp redder or paler than it."""
    mucosa = np.array([0.85, 0.45, 0.36]) * rng.uniform(0.85, 1.12, 3)
    shift = rng.uniform(0.5, 1.4) * np.array([[0.02, -0.1, -0.07], [0.06, 0.1, 0.09]])
    polyp = mucosa + shift[int(rng.integers(2))]
    ridge = np.abs(texture(rng, axes, (5, 5), 2))
    vessels = np.exp(-((ridge / 0.06) ** 2)) * rng.uniform(0.2, 0.8)
    patches = 1 + 0.07 * texture(rng, axes, (4, 4), 4)
    pits = 1 + rng.uniform(0.02, 0.08) * smooth_noise(rng, axes, (48, 48)) * share
    ground = mucosa - (vessels * (1 - 0.8 * share))[..., None] * np.array([0.12, 0.16, 0.1])
    colour: FloatArray = ground + share[..., None] * (polyp - mucosa)
    return colour * (patches * pits)[..., None]


def slopes(height: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope of a height map along y and x, per unit of the coordinates."""
    step = 2 / len(height)
    return np.asarray(np.gradient(height, step, axis=0)), np.asarray(
        np.gradient(height, step, axis=1)
    )


def lamp(
    axes: tuple[FloatArray, FloatArray], height: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Light that the wall returns, (H, W): by its slope, and falling off around the lamp."""
    y, x = axes[0][:, None], axes[1][None]
    centre, down_across = rng.uniform(-0.35, 0.35, 2), slopes(height)
    toward = down_across[0] * (y - centre[0]) + down_across[1] * (x - centre[1])
    facing = (1 - 0.55 * toward) / np.sqrt(1 + 0.35 * (down_across[0] ** 2 + down_across[1] ** 2))
    distance = (y - centre[0]) ** 2 + (x - centre[1]) ** 2
    light: FloatArray = np.clip(facing, 0.12, 1.6) / (1 + rng.uniform(0.3, 0.9) * distance)
    return light


def gloss(
    axes: tuple[FloatArray, FloatArray], height: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Specular highlights, (H, W): wet tissue whose slope mirrors the lamp."""
    rough = height + 0.012 * smooth_noise(rng, axes, (22, 22))
    down, across = slopes(blur(rough, len(height) / 256))
    mirror = rng.uniform(-0.3, 0.3, 2)
    off = (down - mirror[0] + 0.5 * axes[0][:, None]) ** 2
    off = off + (across - mirror[1] + 0.5 * axes[1][None]) ** 2
    highlights: FloatArray = rng.uniform(0.4, 0.9) * np.exp(-off / 0.012)
    return highlights


def field_of_view(axes: tuple[FloatArray, FloatArray], rng: np.random.Generator) -> FloatArray:
    """1 where the endoscope sees, 0 in the dark corners, (H, W)."""
    y, x = np.abs(axes[0])[:, None], np.abs(axes[1])[None]
    corner = rng.uniform(1.45, 1.9)
    edge: FloatArray = np.clip((corner - x - y) * len(axes[0]) / 4, 0, 1)
    return edge
