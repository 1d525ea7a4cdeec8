"""Prompts as a file: what was simulated once, or clicked by a person, given to every model alike.

JSON Lines, UTF-8. The first line is the header, every other line one prompt:

    {"samb_prompts": 1, "sha256": "...", "samb": "0.1.0", "seed": 0, "origin": "...",
     "modes": {"box": {"asks": "target", "kinds": ["box"], "curve": null, "card": {...}}},
     "not_written": {"clicks_ritm_5": "why"}}
    {"dataset": "busi", "case": "a", "object": "lesion", "frames": [0], "mode": "box",
     "version": 1, "repeat": 0, "attempt": 1, "prompt": {"frame": 0, "box_xyxy": [1, 2, 8, 9]}}

`object` null: the whole view was asked. `frames` are the frames of the case that the view held;
`frame` and `point_frames` in a prompt count from the first of these. Attempts count from 1. A
prompt is `samb.dialogue.Prompt.record()`: original pixels, masks as compressed COCO run lengths.
The SHA-256 is that of the file without its `sha256` entry, so it covers cards and prompts.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from samb.dialogue import Prompt
from samb.errors import RequestError

FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One prompt, and what it was given for."""

    dataset: str
    case: str
    object: str | None
    frames: tuple[int, ...]
    mode: str
    version: int
    repeat: int
    attempt: int
    prompt: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not self.frames or self.attempt < 1 or self.repeat < 0:
            msg = "a prompt needs frames, an attempt from 1 on and a repeat from 0 on"
            raise ValueError(msg)
        Prompt.from_record(self.prompt)


@dataclass(frozen=True)
class FileMode:
    """What a file states of one prompt mode."""

    asks: Literal["target", "view"]
    kinds: tuple[str, ...]
    curve: tuple[str, float] | None
    card: Mapping[str, Any]


@dataclass(frozen=True)
class PromptFile:
    """Header and prompts of a file."""

    samb: str
    """Version of samb that wrote it."""
    seed: int | None
    """None: nothing in it was drawn at random by samb."""
    origin: str
    """Where the prompts come from, as a person says it."""
    modes: Mapping[str, FileMode]
    entries: tuple[Entry, ...]
    not_written: Mapping[str, str] = field(default_factory=dict)
    """Mode, or data set and case -> why it has no prompts here."""

    @property
    def sha256(self) -> str:
        """Of the file without its `sha256` entry."""
        return hashlib.sha256("\n".join(self._lines({})).encode()).hexdigest()

    def text(self) -> str:
        """The whole file."""
        return "\n".join(self._lines({"sha256": self.sha256})) + "\n"

    def _lines(self, first: Mapping[str, str]) -> list[str]:
        stated = {name: asdict(mode) for name, mode in sorted(self.modes.items())}
        header = {
            "samb_prompts": FORMAT, **first, "samb": self.samb, "seed": self.seed,
            "origin": self.origin, "modes": stated, "not_written": dict(self.not_written),
        }  # fmt: skip
        return [_line(header), *(_line(asdict(entry)) for entry in self.entries)]

    def only(self, names: Sequence[str]) -> "PromptFile":
        """The prompts of these modes alone."""
        return replace(
            self,
            modes={name: self.modes[name] for name in names},
            entries=tuple(entry for entry in self.entries if entry.mode in names),
        )


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(", ", ": "))


def write_prompts(path: Path, file: PromptFile) -> None:
    """Write a prompt file, folders and all; it is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(file.text(), encoding="utf-8")
    partial.replace(path)


def read_prompts(path: Path) -> PromptFile:
    """Raises RequestError for a file that is no prompt file, or not what its SHA-256 says."""
    header, *lines = _json_lines(path)
    if not isinstance(header, dict) or header.get("samb_prompts") != FORMAT:
        msg = (
            f'{path} is no prompt file: its first line should hold "samb_prompts": {FORMAT}. '
            f"Clicks from elsewhere become one by `samb prompts import {path} ...`"
        )
        raise RequestError(msg)
    file = _parsed(path, header, lines)
    if file.sha256 != header.get("sha256"):
        msg = (
            f"{path} was changed after samb wrote it: its content has the SHA-256 {file.sha256}, "
            f"its first line says {header.get('sha256')}. Take the file as it was written, or make "
            f"a new one of the changed prompts with `samb prompts import`"
        )
        raise RequestError(msg)
    return file


def _json_lines(path: Path) -> list[Any]:
    try:
        with path.open(encoding="utf-8") as file:  # not splitlines, which cuts at U+2028 too
            lines = list(file)
    except OSError as error:
        msg = f"the prompt file {path} cannot be read: {error.strerror}"
        raise RequestError(msg) from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{path} is no text file, so it holds no prompts") from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise RequestError(f"{path}, line {number}: no JSON: {error.msg}") from error
    return found or [None]


def _parsed(path: Path, header: Mapping[str, Any], lines: Sequence[Any]) -> PromptFile:
    number = 1
    try:
        modes = {name: _mode(stated) for name, stated in header["modes"].items()}
        entries = []
        for number, line in enumerate(lines, start=2):  # noqa: B007 # told in the error
            entries.append(Entry(**{**line, "frames": tuple(line["frames"])}))
        named = {key: header[key] for key in ("samb", "seed", "origin", "not_written")}
        return PromptFile(modes=modes, entries=tuple(entries), **named)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"{path}, line {number}: not as samb writes it: {type(error).__name__} {error}"
        raise RequestError(msg) from error


def _mode(stated: Mapping[str, Any]) -> FileMode:
    curve = stated["curve"]
    return FileMode(
        asks=stated["asks"],
        kinds=tuple(stated["kinds"]),
        curve=None if curve is None else (str(curve[0]), float(curve[1])),
        card=stated["card"],
    )
