"""What the masks of a data set hold: looked up in a sample of them, to propose parameters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from samb.datasets.file_pair import FilePair
from samb.files.arrays import ARRAYS
from samb.files.labels import MOST_LABELS
from samb.files.pictures import colours_of, is_coloured, label_values, open_picture
from samb.files.reading import reading, silence
from samb.files.volume_files import read_volume

_MASKS_READ = 20
_MOST_LABELS = 100
_LEAST_SHARE = 0.01
_PARTS_PER_OBJECT = 1.5
_WHITE = 255


@dataclass(frozen=True)
class Survey:
    """Parameters that fit the masks, and what a person should check."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def survey_pictures(pairs: Sequence[FilePair]) -> Survey:
    """Of picture files. Raises CaseError where a sampled file cannot be read."""
    paths = _sample(mask.path for pair in pairs for files in pair.masks.values() for mask in files)
    pictures = [open_picture(path) for path in paths]
    if any(is_coloured(picture) for picture in pictures):
        return _named_colours(pictures)
    if any(path.suffix.lower() in (".jpg", ".jpeg") for path in paths):
        return Survey({"structure": "object"})
    if (numbered := _numbered_objects(pictures)) is not None:
        return numbered
    found = [_values_beside_0(picture) for picture in pictures]
    present = sorted(set[int]().union(*found))
    # A mask of one structure has one value, or one with edges blurred to hundreds of greys.
    if max(len(values) for values in found) <= 1 or len(present) > _MOST_LABELS:
        return Survey({"structure": "object"})
    return _named_labels(present)


def survey_volumes(pairs: Sequence[FilePair]) -> Survey:
    """Of volume files. Raises CaseError where a sampled file cannot be read."""
    present: set[int] = set()
    for path in _sample(mask.path for p in pairs for files in p.masks.values() for mask in files):
        values = read_volume(path).voxels
        with reading(path, "a mask"):
            present |= {int(value) for value in np.unique(values)}
    present -= {0}
    return _named_labels(sorted(present)) if len(present) > 1 else Survey({"structure": "object"})


def several_masks(pairs: Iterable[FilePair]) -> bool:
    """Whether an image has more than one mask file."""
    return any(len(files) > 1 for pair in pairs for files in pair.masks.values())


def other_sizes(pairs: Iterable[FilePair]) -> int:
    """How many mask pictures have another size than their image; unreadable ones do not count."""
    return sum(
        _size(mask.path) != _size(pair.image)
        for pair in pairs
        for files in pair.masks.values()
        for mask in files
    )


def _numbered_objects(pictures: Sequence[Image.Image]) -> Survey | None:
    """A survey of label maps of objects: many values, and nearly each is one connected part."""
    maps = [label_values(picture) for picture in pictures]
    values, parts = max((_values_and_parts(it) for it in maps), default=(0, 0))
    if values <= MOST_LABELS or parts > _PARTS_PER_OBJECT * values:
        return None
    doubt = (
        f"a mask holds {values} values, nearly each of them in one piece, so every value counts as "
        "one object: if they are structures, name them with `labels` and drop `objects`"
    )
    return Survey({"structure": "object", "objects": "label"}, (doubt,))


def _values_and_parts(values: NDArray[Any]) -> tuple[int, int]:
    """How many values beside 0 there are, and how many connected parts they make."""
    # 255 is white: greys below it are an edge that was blurred.
    if values.dtype.kind not in "iu" or values.max(initial=0) == _WHITE:
        return 0, 0
    boxes = ndimage.find_objects(values.astype(np.int64))
    parts = [
        ndimage.label(values[box] == value, structure=np.ones((3, 3)))[1]
        for value, box in enumerate(boxes, start=1)
        if box is not None
    ]
    return len(parts), sum(parts)


def _values_beside_0(picture: Image.Image) -> set[int]:
    return {int(value) for value in np.unique(label_values(picture))} - {0}


def _size(path: Path) -> tuple[int, int] | None:
    if path.suffix.lower() in ARRAYS:
        return open_picture(path).size
    try:
        with silence(), Image.open(path) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _sample(paths: Iterable[Path]) -> list[Path]:
    every = list(paths)
    return every[:: max(1, len(every) // _MASKS_READ)]


def _named_colours(pictures: Sequence[Image.Image]) -> Survey:
    counts: Counter[tuple[int, ...]] = Counter()
    for picture in pictures:
        if picture.mode not in ("1", "L"):
            pixels, times = np.unique(
                colours_of(picture).reshape(-1, 3), axis=0, return_counts=True
            )
            for pixel, count in zip(pixels.tolist(), times.tolist(), strict=True):
                counts[tuple(pixel)] += count
    del counts[(0, 0, 0)]
    found = [colour for colour, count in counts.items() if count > _LEAST_SHARE * counts.total()]
    names = {f"colour_{number}": list(colour) for number, colour in enumerate(sorted(found), 1)}
    doubt = "the masks are coloured: give the colours the names of the structures they stand for"
    return Survey({"colours": names}, (doubt,))


def _named_labels(present: Sequence[int]) -> Survey:
    doubt = (
        f"the masks hold the values {', '.join(str(value) for value in present[:10])}"
        f"{' ...' * (len(present) > 10)}: give them the names of the structures they stand for, "
        "and see that no further ones occur"
    )
    return Survey({"labels": {f"label_{value}": value for value in present}}, (doubt,))
