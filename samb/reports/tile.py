"""One target drawn: image, reference and prediction contours, prompt."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from matplotlib.patheffects import AbstractPathEffect, withStroke

from samb.dialogue import Prompt, Tile
from samb.geometry import box_extent, tight_box
from samb.types import BoolArray, FloatArray

REFERENCE = "#00C8FF"
PREDICTION = "#FFB000"
PROMPT = "#FF66CC"
FOREGROUND = "#00B050"
BACKGROUND = "#E00000"
MARKERS = {FOREGROUND: "P", BACKGROUND: "X"}
"""An upright cross on the target, a diagonal one off it: told apart without colours."""
SMALL = 0.4
"""A subject whose longer side is below this fraction of the image's longer side is cropped to."""
MARGIN = 0.5
"""Room left on each side of a cropped subject, as a fraction of its longer side."""
LEAST_CROP = 32
EDGE = 0.1
"""Room round what made a window grow, as a fraction of its longer side."""


def draw_tile(
    axes: Axes, tile: Tile, window: FloatArray | None = None, *, scale: float = 1.0
) -> None:
    """Draw a tile, its `window` (xyxy) or what `crop` says; `scale` is that of lines and points.

    The prediction is a thin line on the wide one of the reference, so that both show where they
    agree. A point at the image's edge is drawn whole.
    """
    axes.imshow(tile.image, interpolation="nearest")
    _contour(axes, tile.reference, REFERENCE, 3.2 * scale)
    _contour(axes, tile.prediction, PREDICTION, 1.4 * scale)
    _prompt(axes, tile, scale)
    x0, y0, x1, y1 = crop(tile) if window is None else window
    axes.set_xlim(x0 - 0.5, x1 + 0.5)
    axes.set_ylim(y1 + 0.5, y0 - 0.5)
    for point, number in zip(tile.prompt.points_xy, tile.numbers, strict=False):
        _number(axes, point, number, below=point[1] < (y0 + y1) / 2)


def steady_window(tile: Tile) -> FloatArray:
    """A square window that depends on the reference alone, wherever all that is drawn lies in it.

    So the tiles of one target compare. Elsewhere it grows round everything, as the image allows.
    """
    limits = np.array(tile.reference.shape[::-1], dtype=np.float64)  # width, height
    if not tile.reference.any():
        return np.array([0, 0, *(limits - 1)])
    subject = tight_box(tile.reference)
    window = _square(subject, (1 + 2 * MARGIN) * _longer_side(subject), limits)
    boxes = [window, *_boxes(tile)]
    low, high = np.min(boxes, axis=0)[:2], np.max(boxes, axis=0)[2:]
    around = np.concatenate([np.maximum(low, 0), np.minimum(high, limits - 1)])
    grown = _longer_side(around) > _longer_side(window)
    return _square(around, (1 + EDGE) * _longer_side(around), limits) if grown else window


def _longer_side(box_xyxy: FloatArray) -> float:
    return float(np.max(box_extent(box_xyxy)))


def _square(box_xyxy: FloatArray, side: float, limits: FloatArray) -> FloatArray:
    """A square round the middle of a box, moved and cut to fit the image."""
    sides = np.minimum(max(LEAST_CROP, side), limits)
    start = np.clip((box_xyxy[:2] + box_xyxy[2:] + 1 - sides) / 2, 0, limits - sides)
    window: FloatArray = np.concatenate([start, start + sides - 1])
    return window


def crop(tile: Tile) -> FloatArray:
    """The part of the image to show, xyxy with inclusive corners: all of it, or a small square.

    The subject is everything drawn: both masks and the prompt.
    """
    height, width = tile.reference.shape
    whole = np.array([0, 0, width - 1, height - 1], dtype=np.float64)
    boxes = list(_boxes(tile))
    if not boxes:
        return whole
    low, high = np.min(boxes, axis=0)[:2], np.max(boxes, axis=0)[2:]
    extent = float(np.max(high - low + 1))
    if extent >= SMALL * max(height, width):
        return whole
    subject = np.concatenate([low, high])
    return _square(subject, (1 + 2 * MARGIN) * extent, np.array([width, height], dtype=np.float64))


def _boxes(tile: Tile) -> Iterator[FloatArray]:
    for mask in (tile.reference, tile.prediction):
        if mask.any():
            yield tight_box(mask)
    for part in parts_of(tile.prompt):
        if part.box_xyxy is not None:
            yield part.box_xyxy
        if part.mask is not None and part.mask.any():
            yield tight_box(part.mask)
        for point in part.points_xy:
            yield np.concatenate([point, point])


def parts_of(prompt: Prompt) -> Iterator[Prompt]:
    """A prompt and all of its parts."""
    yield prompt
    for part in prompt.parts:
        yield from parts_of(part)


def _contour(axes: Axes, mask: BoolArray, colour: str, width: float) -> None:
    if not mask.any():
        return
    closed = np.pad(mask, 1).astype(float)
    xs, ys = np.arange(-1, mask.shape[1] + 1), np.arange(-1, mask.shape[0] + 1)
    lines = axes.contour(xs, ys, closed, levels=[0.5], colors=[colour], linewidths=width)
    lines.set_path_effects(_outline(width + 1))


def _prompt(axes: Axes, tile: Tile, scale: float) -> None:
    for part in parts_of(tile.prompt):
        if part.grid is not None:
            _grid(axes, part.grid.points_per_side, tile.reference.shape, scale)
        if part.mask is not None:
            _drawing(axes, part.mask)
        if part.box_xyxy is not None:
            _box(axes, part.box_xyxy, scale)
        for point, label in zip(part.points_xy, part.point_labels, strict=True):
            colour = FOREGROUND if label == 1 else BACKGROUND
            (marker,) = axes.plot(*point, marker=MARKERS[colour], color=colour, clip_on=False)
            marker.set(markersize=9 * scale, markeredgecolor="white", zorder=5)
            marker.set_markeredgewidth(scale)


def _grid(axes: Axes, side: int, shape: tuple[int, ...], scale: float) -> None:
    """A dot at the centre of each cell, as small as many need to be."""
    centres = (np.arange(side) + 0.5) / side
    xs, ys = np.meshgrid(centres * shape[1] - 0.5, centres * shape[0] - 0.5)
    axes.scatter(xs, ys, s=3 * scale, color=FOREGROUND, linewidths=0)


def _drawing(axes: Axes, mask: BoolArray) -> None:
    """Filled and half transparent, above the contours, which a thin line may coincide with."""
    layer = np.zeros((*mask.shape, 4))
    layer[mask] = to_rgba(PROMPT, 0.6)
    axes.imshow(layer, interpolation="nearest", zorder=3)


def _number(axes: Axes, point: FloatArray, number: int, *, below: bool) -> None:
    """Beside a point, on the side where the tile goes on."""
    offset = (4, -9) if below else (4, 3)
    text = axes.annotate(
        str(number), (point[0], point[1]), offset, textcoords="offset points", fontsize=7,
        color="white", fontweight="bold", zorder=6, annotation_clip=False,
    )  # fmt: skip
    text.set_path_effects([withStroke(linewidth=2, foreground="black")])


def _box(axes: Axes, box_xyxy: FloatArray, scale: float) -> None:
    x0, y0, x1, y1 = box_xyxy
    corner, width, height = (x0 - 0.5, y0 - 0.5), x1 - x0 + 1, y1 - y0 + 1
    rectangle = Rectangle(corner, width, height, fill=False, edgecolor=PROMPT, linestyle="--")
    rectangle.set(linewidth=1.6 * scale, zorder=4, path_effects=_outline(2.6 * scale))
    axes.add_patch(rectangle)


def _outline(width: float) -> list[AbstractPathEffect]:
    return [withStroke(linewidth=width, foreground="#00000099")]
