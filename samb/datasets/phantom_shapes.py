"""What the phantoms are drawn with: smooth random fields and irregular outlines.

Coordinates run from -1 to 1 across the image along every axis, y down, so that a scene is the same
at every size. Fields are computed in double precision element by element: no step depends on the
number of threads or on a matrix library.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from samb.types import BoolArray, ByteArray, FloatArray, MaskStack, Target

ANNOTATOR = "exact"
SPLINE_SPREAD = (151 / 315) ** 0.5
"""Root mean square of a cubic B-spline's four weights over a cell."""


def pixel_axis(count: int) -> FloatArray:
    """Pixel centres along one axis, (count,), from -1 to 1."""
    axis: FloatArray = (np.arange(count) + 0.5) * (2 / count) - 1
    return axis


def smooth_noise(
    rng: np.random.Generator, axes: Sequence[FloatArray], cells: Sequence[int]
) -> FloatArray:
    """Random field of mean 0 and variance 1 with so many cells across the image along each axis.

    A cubic spline over random knots: where `axes` are few positions, it is that part of the field.
    """
    field: FloatArray = rng.standard_normal(tuple(count + 3 for count in cells))
    for axis, (positions, count) in enumerate(zip(axes, cells, strict=True)):
        field = interpolate(field, positions, count, axis)
    return field / SPLINE_SPREAD ** len(axes)


def interpolate(knots: FloatArray, positions: FloatArray, count: int, axis: int) -> FloatArray:
    """Cubic B-spline values at positions in [-1, 1] along one axis of count + 3 knots."""
    scaled = (positions + 1) / 2 * count
    cell = np.clip(np.floor(scaled).astype(int), 0, count - 1)
    t = np.clip(scaled - cell, 0, 1)
    weights = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    along = [-1 if other == axis else 1 for other in range(knots.ndim)]
    parts = (
        np.take(knots, cell + shift, axis) * (weight / 6).reshape(along)
        for shift, weight in enumerate(weights)
    )
    return np.asarray(sum(parts))


def texture(
    rng: np.random.Generator, axes: Sequence[FloatArray], cells: Sequence[int], octaves: int
) -> FloatArray:
    """Smooth noise with finer, weaker noise on it: each octave doubles the cells."""
    total = smooth_noise(rng, axes, cells)
    for octave in range(1, octaves):
        finer = [count * 2**octave for count in cells]
        total = total + smooth_noise(rng, axes, finer) / 2**octave
    return total


@dataclass(frozen=True)
class Blob:
    """A star-shaped irregular outline in the plane."""

    centre_xy: tuple[float, float]
    semi_axes: tuple[float, float]
    angle: float
    """Radians from the x axis to the first semi-axis."""
    amplitudes: tuple[float, ...]
    """Of the waves along the outline, from two periods on, relative to the radius."""
    phases: tuple[float, ...]

    def level(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """0 at the centre, below 1 inside, 1 on the outline."""
        dx, dy = x - self.centre_xy[0], y - self.centre_xy[1]
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        across = (cosine * dx + sine * dy) / self.semi_axes[0]
        down = (cosine * dy - sine * dx) / self.semi_axes[1]
        direction = np.arctan2(down, across)
        radius = np.ones_like(direction)
        waves = zip(self.amplitudes, self.phases, strict=True)
        for periods, (amplitude, phase) in enumerate(waves, start=2):
            radius += amplitude * np.cos(periods * direction + phase)
        level: FloatArray = np.hypot(across, down) / np.maximum(radius, 0.3)
        return level


def random_blob(
    rng: np.random.Generator,
    centre_xy: tuple[float, float],
    semi_axes: tuple[float, float],
    roughness: float,
) -> Blob:
    """A blob turned at random, whose outline waves by about `roughness` of its radius."""
    strength = roughness * rng.uniform(0.5, 1, 5) / np.array([1, 1, 1.3, 1.7, 2.2])
    return Blob(
        centre_xy,
        semi_axes,
        float(rng.uniform(0, np.pi)),
        tuple(float(value) for value in strength),
        tuple(float(value) for value in rng.uniform(0, 2 * np.pi, 5)),
    )


def largest_part(mask: BoolArray) -> BoolArray:
    """The largest connected component (across faces) of a non-empty mask."""
    labels, count = ndimage.label(mask)
    if count < 2:
        return mask
    part: BoolArray = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    return part


def blur(values: FloatArray, pixels: float) -> FloatArray:
    """Gaussian blur of the last two axes (rows and columns)."""
    sigma = (0,) * (values.ndim - 2) + (pixels, pixels)
    blurred: FloatArray = ndimage.gaussian_filter(values, sigma, truncate=3)
    return blurred


def to_bytes(values: FloatArray) -> ByteArray:
    """Values in [0, 1], clipped, as uint8."""
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), dtype=np.uint8)


def grey_frames(values: FloatArray) -> ByteArray:
    """(F, H, W) values in [0, 1] as RGB frames (F, H, W, 3)."""
    return np.repeat(to_bytes(values)[..., None], 3, axis=-1)


def exact_target(object_id: str, structure: str, masks: BoolArray) -> Target:
    """A target whose one reference, (F, H, W), is what was drawn."""
    return Target(object_id, structure, {ANNOTATOR: MaskStack.from_array(masks)}, ANNOTATOR)
