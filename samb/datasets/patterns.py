"""Which files a pattern names, under one root.

`*` and `?` stand for characters of one folder or file name, a component `**` for any number of
folders. Everything else, square brackets too, stands for itself. `{word}` is a placeholder: filled
with what is known of an image, or captured from the file name. Hidden files never match, and
composed and decomposed letters are the same letter, as file systems differ in them.
"""

import os
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from samb.errors import RequestError

_TOKEN = re.compile(r"(\*|\?|\{\w+\})")
_WILDCARDS = {"*": "[^/]*", "?": "[^/]"}
_ANY_FOLDERS = "(?:[^/]+/)*"


@dataclass(frozen=True)
class Glob:
    """A pattern whose known placeholders are filled."""

    regex: re.Pattern[str]
    head: str
    """What every match begins with."""


@dataclass(frozen=True)
class Match:
    """A file that a pattern names."""

    name: str
    """Path relative to the root, posix."""
    path: Path
    captured: Mapping[str, str]
    """Placeholder -> what it stood for in this name."""


@dataclass(frozen=True)
class FileIndex:
    """All files under a root."""

    root: Path
    names: tuple[str, ...]
    """Relative to the root, posix, composed letters, sorted."""
    paths: Mapping[str, Path]

    def match(self, glob: Glob) -> list[Match]:
        """Files that the pattern names, sorted."""
        return [
            Match(name, self.paths[name], hit.groupdict())
            for name in self._from(glob.head)
            if (hit := glob.regex.fullmatch(name))
        ]

    def _from(self, head: str) -> Iterator[str]:
        for position in range(bisect_left(self.names, head), len(self.names)):
            if not self.names[position].startswith(head):
                return
            yield self.names[position]


def index_files(root: Path) -> FileIndex:
    """Every file under a folder that is not hidden. Raises RequestError for an unusable folder."""
    if not root.is_dir():
        msg = (
            f"its root should be a folder, but {root.absolute()} is none. Correct `root`, or, for "
            f"the shipped data sets, let SAMB_DATA name the folder that holds them"
        )
        raise RequestError(msg)
    paths = {_composed(path.relative_to(root).as_posix()): path for path in _walk(root, ())}
    return FileIndex(root, tuple(sorted(paths)), paths)


def _walk(folder: Path, above: tuple[str, ...]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above:  # a link to a folder above would never end
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        msg = f"the folder {folder} cannot be listed ({error.strerror}): correct its permissions"
        raise RequestError(msg) from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, (*above, real))
        else:
            yield entry


def placeholders(pattern: str) -> set[str]:
    """Names in braces in a pattern."""
    return set(re.findall(r"\{(\w+)\}", pattern))


def check_pattern(field_name: str, pattern: str, known: Sequence[str]) -> None:
    """Raise ValueError for an absolute pattern or an unknown placeholder."""
    if pattern.startswith(("/", "~")):
        msg = f"{field_name} must be relative to root, got {pattern!r}"
        raise ValueError(msg)
    if unknown := placeholders(pattern) - set(known):
        msg = f"{field_name} knows {braced(known)}, but {pattern!r} uses {braced(sorted(unknown))}"
        raise ValueError(msg)


def braced(names: Sequence[str]) -> str:
    """The names as placeholders, for a message."""
    return ", ".join(f"{{{name}}}" for name in names)


def compile_glob(pattern: str, known: Mapping[str, str]) -> Glob:
    """The pattern with known placeholders filled; others are captured, `{parent}` is any folder."""
    parts: list[str] = []
    head, literal = "", True
    for component in _components(_composed(pattern), known):
        if literal:
            text, literal = _literal_head(component, known)
            head += text + ("/" if literal else "")
        parts.append(_translate(component, known, "".join(parts)))
    regex = "".join(parts).removesuffix("/")
    return Glob(re.compile(regex), head.removesuffix("/"))


def _components(pattern: str, known: Mapping[str, str]) -> list[str]:
    components: list[str] = []
    for component in pattern.split("/"):
        if component == "..":
            _go_up(components, pattern)
        elif component == "{parent}" and "parent" in known:
            components += [_quoted(folder) for folder in known["parent"].split("/") if folder]
        elif component == "{parent}":
            components.append("**")
        elif component not in ("", "."):
            components.append(component)
    return components


def _go_up(components: list[str], pattern: str) -> None:
    if not components:
        msg = f"the pattern {pattern!r} leads out of the root: choose a root above all files"
        raise RequestError(msg)
    if components[-1] != "**":
        components.pop()


def _quoted(text: str) -> str:
    """Marks text of a file name, in which wildcards and braces stand for themselves."""
    return f"\0{text}"


def _literal_head(component: str, known: Mapping[str, str]) -> tuple[str, bool]:
    if component.startswith("\0"):
        return component[1:], True
    head = ""
    for token in _TOKEN.split(component):
        if not _TOKEN.fullmatch(token):
            head += token
        elif token[1:-1] in known:
            head += _composed(known[token[1:-1]])
        else:
            return head, False
    return head, True


def _translate(component: str, known: Mapping[str, str], before: str) -> str:
    if component == "**":
        return _ANY_FOLDERS
    if component.startswith("\0"):
        return re.escape(component[1:]) + "/"
    regex = ""
    for token in _TOKEN.split(component):
        regex += _translate_token(token, known, before + regex)
    return regex + "/"


def _translate_token(token: str, known: Mapping[str, str], before: str) -> str:
    if token in _WILDCARDS:
        return _WILDCARDS[token]
    if not _TOKEN.fullmatch(token):
        return re.escape(token)
    word = token[1:-1]
    if word in known:
        return re.escape(_composed(known[word]))
    return f"(?P={word})" if f"(?P<{word}>" in before else f"(?P<{word}>[^/]+)"


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def stem_of(name: str) -> str:
    """File name without folder and suffix; `.nii.gz` is one suffix."""
    base = name.rsplit("/", 1)[-1]
    return Path(base.removesuffix(".gz")).stem if base.endswith(".nii.gz") else Path(base).stem


def parent_of(name: str) -> str:
    """Folder of a relative name; empty for the root."""
    return name.rpartition("/")[0]
