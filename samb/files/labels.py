"""What the values of a mask file mean: structures by threshold, label value or colour.

What does not fit is a ValueError, which the reader of the file turns into its CaseError.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from samb.types import BoolArray, ByteArray

Byte: TypeAlias = Annotated[int, Field(ge=0, le=255)]
Colour: TypeAlias = tuple[Byte, Byte, Byte]
Values: TypeAlias = NDArray[Any]
Label: TypeAlias = int | tuple[int, ...]
"""The value of a structure in a mask, or several that are one structure together."""

_BLACK: Colour = (0, 0, 0)

MOST_LABELS = 8


def foreground(values: Values, threshold: float | None) -> BoolArray:
    """Pixels above the threshold; None: by the largest value, as files of three kinds exist.

    At most 1: above 0 (1-bit and 0/1 masks). 128 to 255: above 127 (0/255 masks, whose edges
    JPEG or blurring made grey). 32768 to 65535: above 32767. Between them it could be label
    values as well as a dark mask, which is a ValueError.
    """
    if threshold is None:
        threshold = _threshold_for(float(values.max(initial=0)))
        _refuse_labels(values)
    above: BoolArray = values > threshold
    return above


def _refuse_labels(values: Values) -> None:
    """Three to eight values are labels, not the grey edges of one mask; those have many more."""
    found = distinct(values)
    if 3 <= len(found) <= MOST_LABELS:
        msg = (
            f"it holds the values {', '.join(f'{it:g}' for it in found)}, which look like labels: "
            "name them with `labels`, or set `threshold`"
        )
        raise ValueError(msg)


def _threshold_for(largest: float) -> float:
    if largest <= 1:
        return 0.0
    if 127 < largest <= 255:
        return 127.0
    if 32767 < largest <= 65535:
        return 32767.0
    msg = (
        f"its largest value {largest:g} fits neither a 0/1 nor a 0/255 mask: name its label values "
        "with `labels`, or set `threshold`"
    )
    raise ValueError(msg)


def whole_numbers(values: Values) -> Values:
    """Label values as integers. Raises ValueError for fractions, NaN and infinities."""
    if values.dtype.kind in "iub":
        return values
    wrong = ~np.isfinite(values)
    wrong |= values != np.rint(values)
    if wrong.any():
        first = values[wrong][0]
        msg = (
            f"labels must be whole numbers, but {int(wrong.sum())} values are not, the first is "
            f"{first:g}: it may be an image or a probability map"
        )
        raise ValueError(msg)
    return values.astype(np.int64)


def distinct(values: Values) -> Values:
    """Values that occur, ascending; runs of equal ones count once, as masks consist of them."""
    flat = values.ravel()
    last_of_run = np.flatnonzero(flat[1:] != flat[:-1])
    return np.unique(np.concatenate([flat[last_of_run], flat[-1:]]))


def by_label(
    values: Values, labels: Mapping[str, Label], ignored: Iterable[int]
) -> Iterator[tuple[str, BoolArray]]:
    """Each structure with the pixels of its values; 0 is background unless it is named."""
    values = whole_numbers(values)
    unknown = sorted(_present(values) - {0, *values_named(labels), *ignored})
    if unknown:
        named = ", ".join(f"{name} {value}" for name, value in labels.items())
        msg = (
            f"it holds the label{'s' * (len(unknown) > 1)} {_listed(unknown)}, but only {named} "
            "are named: name every value in `labels`, or list it in `ignore_labels`"
        )
        raise ValueError(msg)
    for structure, label in labels.items():
        yield structure, np.isin(values, label)


def values_named(labels: Mapping[str, Label]) -> list[int]:
    """Every value that a structure is given by."""
    return [
        value
        for label in labels.values()
        for value in (label if isinstance(label, tuple) else (label,))
    ]


def instances(values: Values, ignored: Iterable[int]) -> Values:
    """A label map of objects, ignored values being 0. Raises ValueError for negative ones."""
    values = whole_numbers(values)
    values = np.where(np.isin(values, list(ignored)), 0, values).astype(np.int64)
    if (lowest := int(values.min(initial=0))) < 0:
        msg = f"objects are numbered from 1, but it holds {lowest}: list it in `ignore_labels`"
        raise ValueError(msg)
    return values


def nonzero(values: Values, structure: str) -> Iterator[tuple[str, BoolArray]]:
    """The structure of a file with one value beside 0, whatever that is."""
    values = whole_numbers(values)
    present = sorted(_present(values) - {0})
    if len(present) > 1:
        msg = (
            f"a mask of one structure ({structure}) has one value beside 0, but it holds "
            f"{_listed(present)}: name its values with `labels`"
        )
        raise ValueError(msg)
    yield structure, values != 0


def by_colour(
    rgb: ByteArray, colours: Mapping[str, Colour], ignored: Iterable[Colour]
) -> Iterator[tuple[str, BoolArray]]:
    """Each structure with the pixels of (H, W, 3) nearest to its colour, black being background.

    Ignored colours count as background. A blend of two known colours lies at most half their
    distance from the nearer one; a pixel farther than that (and a JPEG's error of 16) from every
    known colour is one that nobody named, which is a ValueError.
    """
    background = [colour for colour in (_BLACK, *ignored) if colour not in colours.values()]
    known = np.array([*background, *colours.values()], dtype=np.int64)
    nearest = _nearest_known(rgb, known)
    for number, structure in enumerate(colours, start=len(background)):
        yield structure, nearest == number


def _nearest_known(rgb: ByteArray, known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index of the known colour (N, 3) nearest to each pixel, the first among equals, (H, W)."""
    packed = rgb.astype(np.int64) @ np.array([65536, 256, 1])
    packed_found, where = np.unique(packed, return_inverse=True)
    found = np.stack([packed_found >> 16, (packed_found >> 8) & 255, packed_found & 255], axis=1)
    distances = _distances(found, known)
    strange = distances.min(axis=1) > _distances(known, known).max() / 2 + 16
    if strange.any():
        red, green, blue = (int(value) for value in found[strange][0])
        msg = (
            f"it holds the colour ({red}, {green}, {blue}), which is far from every named one: "
            "name it in `colours`, or list it in `ignore_colours`"
        )
        raise ValueError(msg)
    nearest: NDArray[np.int64] = distances.argmin(axis=1)[where.reshape(packed.shape)]
    return nearest


def _distances(colours: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float64]:
    """Euclidean distances in RGB, (N, 3) and (M, 3) -> (N, M)."""
    difference = colours[:, None, :] - others[None, :, :]
    distances: NDArray[np.float64] = np.sqrt((difference**2).sum(axis=2))
    return distances


def _present(values: Values) -> set[int]:
    return {int(value) for value in distinct(values)}


def _listed(values: list[int]) -> str:
    shown = ", ".join(str(value) for value in values[:5])
    return shown + (f" and {len(values) - 5} more" if len(values) > 5 else "")
