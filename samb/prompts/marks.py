"""What a person marked on images, as tables and JSON hold it: clicks, boxes, drawn masks.

CSV, with a header line; one row is a click, a box, or both:

    case, frame, object, attempt, x, y, label, x0, y0, x1, y1

`case` and one of x, y or x0 ... y1 are needed. `frame` counts from 0 in the data set's own order;
`object` is an object id or a structure; `label` is 1 (on the target) where it is left out. JSON: a
list of such things, or {"prompts": [...]}, with the words of `samb.dialogue.Prompt.record()`:

    [{"case": "a", "object": "liver", "frame": 12, "points_xy": [[80, 61]], "point_labels": [1]}]

JSON Lines are the same, one a line: so a prompt file that was edited by hand can be read again.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samb.dialogue import Prompt
from samb.errors import RequestError

POSITIVE = frozenset({"1", "+", "positive", "pos", "foreground", "fg"})
NEGATIVE = frozenset({"0", "-", "negative", "neg", "background", "bg"})
CORNERS = ("x0", "y0", "x1", "y1")
COLUMNS = ("case", "frame", "object", "attempt", "x", "y", "label", *CORNERS)
BEYOND = ""
"""Where the CSV reader puts cells beyond the header."""
OF_A_PROMPT = ("points_xy", "point_labels", "box_xyxy", "mask", "parts")
OF_AN_ENTRY = ("dataset", "frames", "mode", "version", "repeat", "prompt")
"""Words of a prompt file that may stand in an entry too."""
OF_A_USER = ("dataset", "mode", "repeat")


@dataclass(frozen=True)
class Mark:
    """Something that a person marked, in original pixels of one frame."""

    where: str
    """In which file, line and so on, for sentences about it."""
    case: str | None
    """None: the file does not say."""
    object: str | None
    frame: int | None
    attempt: int
    prompt: Prompt
    complete: bool = False
    """Whether the prompt repeats what was marked in earlier attempts, as in a prompt file."""

    def __post_init__(self) -> None:
        if self.attempt < 1:
            msg = f"attempts count from 1, got {self.attempt}"
            raise ValueError(msg)


def read_table(path: Path) -> list[Mark]:
    """The marks of a CSV file. Raises RequestError with the line that makes none."""
    text = _text(path)
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(
        io.StringIO(text), delimiter=separator, skipinitialspace=True, restkey=BEYOND
    )
    columns = [name.strip() for name in reader.fieldnames or ()]
    _check_words(path, columns, COLUMNS)
    return [
        _made(
            f"{path.name}, line {reader.line_num}", _of_row, dict(zip(columns, row, strict=False))
        )
        for row in _rows(path, reader)
    ]


def _rows(path: Path, reader: "csv.DictReader[str]") -> Iterator[list[str]]:
    for row in reader:
        if any(text.strip() for text in row.get(BEYOND) or ()):
            msg = (
                f"{path.name}, line {reader.line_num}: it has more cells than the header. The "
                f"decimal mark is a point"
            )
            raise RequestError(msg)
        values = [row.get(name) or "" for name in reader.fieldnames or ()]
        if any(value.strip() for value in values):
            yield [value.strip() for value in values]


def _of_row(where: str, row: Mapping[str, str]) -> Mark:
    record: dict[str, Any] = {}
    if row.get("x") or row.get("y"):
        record["points_xy"] = [[_number("x", row), _number("y", row)]]
        record["point_labels"] = [_label(row.get("label", ""))]
    if any(row.get(name) for name in CORNERS):
        record["box_xyxy"] = [_number(name, row) for name in CORNERS]
    if not record:
        msg = "there should be x and y of a click, or x0, y0, x1 and y1 of a box"
        raise ValueError(msg)
    frame = _whole("frame", row) if row.get("frame") else None
    attempt = _whole("attempt", row) if row.get("attempt") else 1
    prompt = Prompt.from_record(record)
    return Mark(where, row.get("case") or None, row.get("object") or None, frame, attempt, prompt)


def _number(name: str, row: Mapping[str, str]) -> float:
    try:
        return float(row.get(name, ""))
    except ValueError as error:
        msg = f"{name} should be a number, got {row.get(name, '')!r}"
        raise ValueError(msg) from error


def _whole(name: str, row: Mapping[str, str]) -> int:
    number = _number(name, row)
    if not number.is_integer():
        msg = f"{name} should be a whole number, got {row[name]!r}"
        raise ValueError(msg)
    return int(number)


def _label(text: str) -> int:
    if text.lower() in NEGATIVE:
        return 0
    if not text or text.lower() in POSITIVE:
        return 1
    msg = f"label should be 1 (on the target) or 0 (off it), got {text!r}"
    raise ValueError(msg)


def read_json(path: Path) -> list[Mark]:
    """The marks of a JSON or JSON Lines file. RequestError names the entry that makes none."""
    entries = _entries(path)
    marks = [
        _made(f"{path.name}, prompt {number}", _of_entry, entry)
        for number, entry in enumerate(entries, start=1)
    ]
    _check_one_user(path, entries)
    return marks


def _check_one_user(path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Prompts of several users for one target are not one prompt."""
    users = {tuple(str(it.get(name, "")) for name in OF_A_USER) for it in entries}
    if len(users) > 1:
        named = "; ".join(" ".join(filter(None, user)) for user in sorted(users))
        msg = f"{path} should hold one data set, mode and repeat, it holds {named}: leave one in"
        raise RequestError(msg)


def _entries(path: Path) -> Sequence[Any]:
    try:
        if path.suffix == ".jsonl":
            lines = [json.loads(line) for line in io.StringIO(_text(path)) if line.strip()]
            return [line for line in lines if "samb_prompts" not in line]
        content = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise RequestError(f"{path} is not readable as JSON: {error}") from error
    entries = content.get("prompts") if isinstance(content, dict) else content
    if not isinstance(entries, list):
        msg = f'{path} should hold a list of prompts, or {{"prompts": [...]}}'
        raise RequestError(msg)
    return entries


def _of_entry(where: str, entry: Mapping[str, Any]) -> Mark:
    known = ("case", "object", "frame", "attempt", *OF_A_PROMPT, *OF_AN_ENTRY)
    wrong = [key for key in entry if key not in known]
    if wrong:
        msg = f"there is no word {wrong[0]!r}; known are {', '.join(known)}"
        raise ValueError(msg)
    record = entry.get("prompt") or {key: entry[key] for key in OF_A_PROMPT if key in entry}
    prompt = Prompt.from_record({**record, "frame": 0, "point_frames": None})
    if not prompt.kinds:
        msg = "it holds no points_xy, box_xyxy or mask"
        raise ValueError(msg)
    if len(set(record.get("point_frames") or ())) > 1 or prompt.feedback_candidate is not None:
        msg = "points on several frames, and logits handed back, cannot be read as marks"
        raise ValueError(msg)
    frame = entry.get("frame")
    if "frames" in entry:
        frame = entry["frames"][record.get("frame", 0)]
    return Mark(
        where=where,
        case=entry.get("case"),
        object=entry.get("object"),
        frame=frame,
        attempt=entry.get("attempt", 1),
        prompt=prompt,
        complete="prompt" in entry,
    )


def _made(where: str, make: Any, content: Any) -> Mark:
    try:
        mark: Mark = make(where, content)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise RequestError(f"{where}: {error}") from error
    return mark


def _check_words(path: Path, given: Sequence[str], known: Sequence[str]) -> None:
    wrong = [name for name in given if name not in known]
    if not wrong and len(set(given)) < len(given):
        raise RequestError(f"{path}: a column stands twice in the header {', '.join(given)}")
    if wrong or not given:
        msg = f"{path}: there is no column {wrong[0]!r}" if wrong else f"{path} is empty"
        raise RequestError(f"{msg}; the header names columns out of {', '.join(known)}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{path} is no text file, so it holds no marks") from error
