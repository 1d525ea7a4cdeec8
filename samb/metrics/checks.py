"""What a metric asks of its two masks."""

from math import inf

from samb.types import BoolArray


def check_pair(prediction: BoolArray, reference: BoolArray) -> None:
    """Raise ValueError unless both have one shape and the reference is not empty."""
    if prediction.shape != reference.shape:
        shapes = f"{prediction.shape} and {reference.shape}"
        msg = f"prediction and reference must have one shape, got {shapes}"
        raise ValueError(msg)
    if not reference.any():
        msg = f"the reference must not be empty, got a mask of {reference.shape} without a pixel"
        raise ValueError(msg)


def check_spacing(spacing: tuple[float, ...], dimensions: int) -> None:
    """Raise ValueError unless there is one positive, finite spacing per axis."""
    if len(spacing) != dimensions or not all(0 < step < inf for step in spacing):
        msg = f"spacing must be {dimensions} positive numbers, one per axis, got {spacing}"
        raise ValueError(msg)
