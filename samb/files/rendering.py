"""From stored values to the RGB pictures that models see."""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from samb.types import ByteArray, FloatArray

Scaling: TypeAlias = Literal["range", "maximum"]
"""How stored values become 8 bits: between two values, or from 0 to the greatest."""


def window_bytes(values: FloatArray, low: float, high: float) -> ByteArray:
    """Linear from [low, high] to [0, 255], clipped and rounded; all 0 where low == high."""
    if high <= low:
        return np.zeros(values.shape, dtype=np.uint8)
    scaled = (np.clip(values, low, high) - np.float32(low)) * np.float32(255 / (high - low))
    rounded: ByteArray = np.rint(scaled).astype(np.uint8)
    return rounded


def percentile_bytes(values: FloatArray, percentiles: tuple[float, float]) -> ByteArray:
    """The same, from the two percentiles over all values; (0, 100) is from minimum to maximum."""
    low, high = np.percentile(values, percentiles)
    return window_bytes(values, float(low), float(high))


def maximum_bytes(values: NDArray[Any]) -> ByteArray:
    """255 x value / greatest value, cut off to a whole number; all 0 where none is above 0.

    As Mazurowski et al. 2023 (arXiv 2304.10517) scale every 2-D image, all channels together:
    without window and without subtracting the least value
    (mazurowski-lab/segment-anything-medical-evaluation, prompt_gen_and_exec_v2_allmode.py; rule
    read, code not used). Negative values become 0: an assumption, as the source reads pictures,
    which have none.
    """
    greatest = np.float64(values.max(initial=0))
    if greatest <= 0:
        return np.zeros(values.shape, dtype=np.uint8)
    scaled: ByteArray = (np.maximum(values, 0) / greatest * 255).astype(np.uint8)
    return scaled


def grey_rgb(grey: ByteArray) -> ByteArray:
    """A grey array with a last axis of three equal channels: a read-only view, not a copy."""
    return np.broadcast_to(grey[..., None], (*grey.shape, 3))


def require_finite(values: NDArray[np.generic], replacement: float | None) -> NDArray[np.generic]:
    """The values, NaN and infinite ones replaced. Raises ValueError without a replacement."""
    if values.dtype.kind != "f" or (finite := np.isfinite(values)).all():
        return values
    if replacement is not None:
        return np.where(finite, values, np.asarray(replacement, dtype=values.dtype))
    nan = int(np.isnan(values).sum())
    msg = (
        f"{nan} NaN and {int((~finite).sum()) - nan} infinite values among {values.size} were "
        "found where finite ones are needed: repair the file, or set replace_nonfinite"
    )
    raise ValueError(msg)


def check_percentiles(percentiles: tuple[float, float]) -> None:
    """Raise ValueError unless 0 <= low < high <= 100."""
    low, high = percentiles
    if not 0 <= low < high <= 100:
        msg = f"percentiles must rise within 0 to 100, got {low}, {high}"
        raise ValueError(msg)
