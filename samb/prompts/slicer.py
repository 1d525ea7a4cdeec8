"""Markups of 3D Slicer (.mrk.json): points and boxes in space, in mm.

Read by the published schema (Slicer/Slicer, Modules/Loadable/Markups/Resources/Schema, versions
1.0.0 to 1.0.4): positions are in the markup's `coordinateSystem`, LPS where it says none; a ROI's
`orientation` holds the directions of its sides as columns, row by row, its `size` whole sides. A
ROI without `center` has it in its only control point.

That a point is off the target where its label, its description or its list's name says "negative"
(or neg, background, bg), and on it otherwise, is samb's own rule: Slicer's points have no sign.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from samb.errors import RequestError
from samb.prompts.marks import NEGATIVE, POSITIVE
from samb.types import FloatArray

_TO_RAS = {"RAS": np.eye(3), "LPS": np.diag([-1.0, -1.0, 1.0])}
_DIRECTIONS = (1, 0, 0, 0, 1, 0, 0, 0, 1)


@dataclass(frozen=True)
class SpacePoint:
    """A control point of a list of points."""

    where: str
    words: tuple[str, ...]
    """Its label without number, its description, and the name of its list, as written."""
    ras_mm: FloatArray
    """(3,)."""
    positive: bool


@dataclass(frozen=True)
class SpaceBox:
    """A box in space, its sides along any directions."""

    where: str
    words: tuple[str, ...]
    corners_ras_mm: FloatArray
    """(8, 3)."""


@dataclass(frozen=True)
class Markups:
    """What of a file is a prompt, and sentences about what is not."""

    points: tuple[SpacePoint, ...]
    boxes: tuple[SpaceBox, ...]
    left_out: tuple[str, ...]


def read_markups(path: Path) -> Markups:
    """Raises RequestError for a file that holds no markups, or numbers that make none."""
    points: list[SpacePoint] = []
    boxes: list[SpaceBox] = []
    left_out: list[str] = []
    for number, markup in enumerate(_markups(path), start=1):
        where = f"{path.name}, markup {number}"
        try:
            if markup["type"] == "Fiducial":
                points += _points(where, markup, left_out)
            elif markup["type"] == "ROI":
                boxes.append(_box(where, markup))
            else:
                left_out.append(f"{where}: a {markup['type']} is no prompt")
        except (KeyError, TypeError, ValueError, IndexError) as error:
            msg = f"{where}: not as 3D Slicer writes it: {type(error).__name__} {error}"
            raise RequestError(msg) from error
    return Markups(tuple(points), tuple(boxes), tuple(left_out))


def _markups(path: Path) -> list[Mapping[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} cannot be read as JSON: {error}") from error
    found = content.get("markups") if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise RequestError(f'{path} is no markups file of 3D Slicer: it has no "markups"')
    return found


def _points(where: str, markup: Mapping[str, Any], left_out: list[str]) -> Iterator[SpacePoint]:
    turn = _to_ras(markup)
    for number, point in enumerate(markup["controlPoints"], start=1):
        place = f"{where}, point {number} {point.get('label', '')!r}"
        if point.get("positionStatus", "defined") != "defined":
            left_out.append(f"{place}: its position is {point['positionStatus']}")
            continue
        words = _words(point, markup)
        position = np.array(point["position"], dtype=np.float64).reshape(3)
        yield SpacePoint(place, words, turn @ position, _is_positive(place, words))


def _box(where: str, markup: Mapping[str, Any]) -> SpaceBox:
    if markup.get("roiType", "Box") not in ("Box", "BoundingBox") or markup.get("insideOut"):
        msg = "only a ROI that is a box, and not inside out, is a prompt"
        raise ValueError(msg)
    points = markup.get("controlPoints") or [{}]
    centre = np.array(markup.get("center") or points[0]["position"], dtype=np.float64).reshape(3)
    axes = np.array(markup.get("orientation", _DIRECTIONS), dtype=np.float64).reshape(3, 3)
    half = np.array(markup["size"], dtype=np.float64).reshape(3) / 2
    signs = np.array(list(np.ndindex(2, 2, 2))) * 2 - 1
    corners = centre + (signs * half) @ axes.T
    return SpaceBox(where, _words(points[0], markup), corners @ _to_ras(markup).T)


def _to_ras(markup: Mapping[str, Any]) -> FloatArray:
    system = str(markup.get("coordinateSystem", "LPS")).upper()
    units = markup.get("coordinateUnits", "mm")
    if system not in _TO_RAS or units not in ("mm", ["mm"] * 3):
        msg = f"coordinates should be LPS or RAS in mm, got {system} in {units}"
        raise ValueError(msg)
    return _TO_RAS[system]


def _words(point: Mapping[str, Any], markup: Mapping[str, Any]) -> tuple[str, ...]:
    label = re.sub(r"[-_ ]*\d+$", "", str(point.get("label", "")))
    said = (label, str(point.get("description", "")), str(markup.get("name", "")))
    return tuple(text for text in said if text)


def _is_positive(where: str, words: tuple[str, ...]) -> bool:
    said = {word.lower() for text in words for word in re.findall(r"[A-Za-z]+", text)}
    if said & NEGATIVE and said & POSITIVE:
        msg = f"{where} is called both positive and negative: {', '.join(words)}"
        raise ValueError(msg)
    return not said & NEGATIVE
