"""What several simulated users do: draw pixels at random, move what they drew."""

from typing import Annotated, TypeAlias

import numpy as np
from pydantic import Field

from samb.geometry import pixels_xy
from samb.types import BoolArray, FloatArray

Pixels: TypeAlias = Annotated[float, Field(ge=0)]


def some_pixels(mask: BoolArray, count: int, rng: np.random.Generator) -> FloatArray:
    """At most `count` pixels of an (H, W) mask, (N, 2), uniform and without replacement."""
    pixels = pixels_xy(mask)
    return pixels[rng.permutation(len(pixels))[:count]]


def one_deepest(depth: FloatArray, rng: np.random.Generator) -> FloatArray:
    """One place of greatest depth, uniform among equals, (1, 2) for an (H, W) depth."""
    return some_pixels(depth == depth.max(), 1, rng)


def one_voxel(area: BoolArray, rng: np.random.Generator) -> tuple[int, int, int]:
    """(frame, y, x) of one place of a non-empty (F, H, W) area, uniform."""
    frame, y, x = rng.choice(np.argwhere(area))
    return int(frame), int(y), int(x)


def random_move(least_px: float, most_px: float, rng: np.random.Generator) -> FloatArray:
    """(dx, dy), each uniform from `least_px` to `most_px` and to either side, independently."""
    move: FloatArray = rng.uniform(least_px, most_px, size=2) * rng.choice([-1.0, 1.0], size=2)
    return move


def check_range(least_px: float, most_px: float) -> None:
    """Raise ValueError unless the smallest move is at most the largest."""
    if least_px > most_px:
        msg = f"least_px should be at most most_px, got {least_px} and {most_px}"
        raise ValueError(msg)
