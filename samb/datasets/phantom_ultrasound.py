"""A hypoechoic lesion in layered soft tissue under speckle.

Speckle is the magnitude of a complex Gaussian field after the beam's blur (fully developed:
Rayleigh), shown on a logarithmic scale as scanners do.
"""

import numpy as np
from scipy import ndimage

from samb.datasets.phantom_shapes import (
    blur,
    exact_target,
    grey_frames,
    largest_part,
    pixel_axis,
    random_blob,
    smooth_noise,
    texture,
)
from samb.types import BoolArray, Content, FloatArray


def draw_ultrasound(size: int, rng: np.random.Generator) -> Content:
    """One frame with one lesion, smooth or irregular, with shadow or enhancement below it."""
    axes = (pixel_axis(size),) * 2
    lesion = draw_lesion(axes, rng)
    echo_db = layers_db(axes, rng)
    inner_db = -rng.uniform(11, 20) + 1.5 * texture(rng, axes, (8, 8), 2)
    edge = blur(lesion.astype(np.float64), rng.uniform(0.7, 2.5) * size / 256)
    echo_db = echo_db * (1 - edge) + inner_db * edge + behind_db(lesion, rng)
    echo_db = echo_db - rng.uniform(2, 6) * (axes[0][:, None] + 1)
    image = displayed(echo_db + speckle_db(size, rng), rng)
    return Content(grey_frames(image[None]), (exact_target("lesion", "lesion", lesion[None]),))


def draw_lesion(axes: tuple[FloatArray, FloatArray], rng: np.random.Generator) -> BoolArray:
    """A lesion wider than tall, from smooth to irregular, (H, W)."""
    radius, flatness, wild = rng.uniform(0.15, 0.38), rng.uniform(1.0, 1.4), rng.uniform(0.4, 1)
    centre = (float(rng.uniform(-0.4, 0.4)), float(rng.uniform(-0.2, 0.3)))
    outline = random_blob(rng, centre, (radius, radius), 0.16 * wild)
    warp = [0.22 * wild * radius * texture(rng, axes, (8, 8), 2) for _ in range(2)]
    x = centre[0] + (axes[1][None] - centre[0]) / flatness
    y = centre[1] + (axes[0][:, None] - centre[1]) * flatness
    return largest_part(outline.level(x + warp[0], y + warp[1]) < 1)


def layers_db(axes: tuple[FloatArray, FloatArray], rng: np.random.Generator) -> FloatArray:
    """Echo strength of skin, fat, gland and muscle in dB, (H, W)."""
    depth = axes[0][:, None] + 0.07 * smooth_noise(rng, axes, (2, 3))
    skin, fat, gland = -0.9, rng.uniform(-0.65, -0.4), rng.uniform(0.5, 0.75)
    streaks = texture(rng, axes, (26, 5), 2)
    lobules = texture(rng, axes, (6, 6), 2)
    ligaments = 9 * np.exp(-((smooth_noise(rng, axes, (9, 6)) / 0.12) ** 2))
    layers = [
        (skin, 7.0 + streaks),
        (fat, -9.0 + 2.5 * streaks + 0.8 * ligaments),
        (gland, 1.0 + rng.uniform(2, 4) * lobules + streaks),
    ]
    echo: FloatArray = -7.0 + 4.5 * streaks
    for lower_edge, values in reversed(layers):
        echo = np.where(depth < lower_edge, values, echo)
    return blur(echo, len(echo) / 200)


def behind_db(lesion: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Change of echo below the lesion in dB, (H, W): brighter or darker."""
    crossed = np.cumsum(lesion, axis=0) / len(lesion)
    below = np.where(lesion, 0.0, crossed)
    strength = rng.uniform(10, 40) * rng.choice([-1.0, 0.5])
    return blur(strength * below, len(lesion) / 60)


def speckle_db(size: int, rng: np.random.Generator) -> FloatArray:
    """Fully developed speckle in dB, (H, W): coarser across the beam than along it."""
    along, across = rng.uniform(0.7, 1.1) * size / 256, rng.uniform(1.3, 2.4) * size / 256
    field = rng.standard_normal((2, size, size))
    field = ndimage.gaussian_filter(field, (0, along, across), truncate=3)
    power = (field**2).sum(axis=0)
    speckle: FloatArray = 10 * np.log10(power / power.mean() + 1e-4)
    return speckle


def displayed(echo_db: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Grey values in [0, 1] over the scanner's dynamic range, slightly smoothed."""
    range_db, top_db = rng.uniform(42, 56), rng.uniform(13, 20)
    grey = np.clip(1 + (echo_db - top_db) / range_db, 0, 1)
    return blur(grey, 0.5 * len(grey) / 256)
