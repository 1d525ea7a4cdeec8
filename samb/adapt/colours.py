"""How the pixels of a training image are changed, and nothing of its geometry."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from samb.adapt.recipe import Augmentation
from samb.types import ByteArray

Values = NDArray[np.float32]
"""(H, W, 3) in [0, 1]."""


def recoloured(image: ByteArray, rule: Augmentation, rng: np.random.Generator) -> ByteArray:
    """(H, W, 3), each change with its own probability, in this order."""
    steps: tuple[tuple[float, Callable[[Values, np.random.Generator], Values]], ...] = (
        (rule.grey, _grey),
        (rule.shading, _shaded),
        (rule.tint, _tinted),
        (rule.swap_channels, _swapped),
        (rule.invert, _inverted),
        (rule.contrast, _contrasted),
        (rule.blur, _blurred),
        (rule.noise, _noisy),
    )
    # Every step draws from a stream of its own, whether the others take place or not.
    streams = rng.spawn(len(steps))
    values: Values = image.astype(np.float32) / np.float32(255)
    for (chance, step), own in zip(steps, streams, strict=True):
        if own.random() < chance:
            values = step(values, own)
    changed: ByteArray = (values.clip(0, 1) * 255).round().astype(np.uint8)
    return changed


def _grey(values: Values, rng: np.random.Generator) -> Values:
    weights = rng.dirichlet(np.ones(3)).astype(np.float32)
    return np.asarray(np.repeat((values @ weights)[..., None], 3, axis=2))


def _shaded(values: Values, rng: np.random.Generator) -> Values:
    """A field that varies by up to 50 % over the image."""
    coarse = rng.uniform(0.5, 1.5, (4, 4)).astype(np.float32)
    zoom = [size / 4 for size in values.shape[:2]]
    return np.asarray(values * ndimage.zoom(coarse, zoom, order=1)[..., None])


def _tinted(values: Values, rng: np.random.Generator) -> Values:
    brightness = values.mean(axis=2, keepdims=True)
    dark, bright = rng.random((2, 3)).astype(np.float32)
    return np.asarray(dark + brightness * (bright - dark))


def _swapped(values: Values, rng: np.random.Generator) -> Values:
    return values[..., rng.permutation(3)]


def _inverted(values: Values, rng: np.random.Generator) -> Values:
    return 1 - values


def _contrasted(values: Values, rng: np.random.Generator) -> Values:
    shared = rng.normal(0, 1, 3).astype(np.float32)[:, None]
    each = rng.normal(0, 0.4, (3, 3)).astype(np.float32)
    gain, offset, gamma = shared + each  # (3,) by channel
    powered = values.clip(0, 1) ** np.exp(0.35 * gamma)
    return np.asarray((powered - 0.5) * np.exp(0.3 * gain) + 0.5 + 0.12 * offset)


def _blurred(values: Values, rng: np.random.Generator) -> Values:
    width = rng.uniform(0.5, 2.0)
    return np.asarray(ndimage.gaussian_filter(values, (width, width, 0)))


def _noisy(values: Values, rng: np.random.Generator) -> Values:
    noise = rng.standard_normal(values.shape, dtype=np.float32)
    return values + noise * np.float32(rng.uniform(0.01, 0.12))
