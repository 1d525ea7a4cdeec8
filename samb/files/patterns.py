"""Which files a pattern names, under one root.

`*` and `?` stand for characters of one folder or file name, a component `**` for any number of
folders. Everything else, square brackets too, stands for itself. `{word}` is a placeholder: filled
with what is known of an image, or captured from the file name. Hidden files never match, and
composed and decomposed letters are the same letter, as file systems differ in them. So are capital
and small ones in a suffix: `*.png` names `a.PNG` too, which some devices write.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from samb.errors import RequestError

_TOKEN = re.compile(r"(\*|\?|\{\w+\})")
_WILDCARDS = {"*": "[^/]*", "?": "[^/]"}
_SUFFIX = re.compile(r"\.\w+$")
_ESCAPED_SUFFIX = re.compile(r"\\\.[A-Za-z0-9]+$")
_ANY_FOLDERS = "(?:[^/]+/)*"


@dataclass(frozen=True)
class Glob:
    """A pattern whose known placeholders are filled."""

    regex: re.Pattern[str]
    head: str
    """What every match begins with."""
    folders: tuple[str, ...] = ()
    """Names of folders that every match lies in."""
    base_head: str = ""
    """What the file name of every match begins with."""
    base_tail: str = ""
    """What the file name of every match ends with, in whatever capitals."""


@dataclass(frozen=True)
class Match:
    """A file that a pattern names."""

    name: str
    """Path relative to the root, posix."""
    path: Path
    captured: Mapping[str, str]
    """Placeholder -> what it stood for in this name."""


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
    components = _components(composed(pattern), known)
    regex = ""
    for component in components:
        regex += _translate(component, known, regex)
    heads = [_literal_head(component, known) for component in components]
    if heads and heads[-1][1]:
        heads[-1] = _SUFFIX.sub("", heads[-1][0]), False
    return Glob(
        re.compile(_ESCAPED_SUFFIX.sub(r"(?i:\g<0>)", regex.removesuffix("/"))),
        _common_head(heads),
        tuple(text for text, whole in heads[:-1] if whole),
        *_ends(components, heads, known),
    )


def _common_head(heads: Sequence[tuple[str, bool]]) -> str:
    head = ""
    for text, whole in heads:
        head += text
        if not whole:
            return head
        head += "/"
    return head.removesuffix("/")


def _ends(
    components: Sequence[str], heads: Sequence[tuple[str, bool]], known: Mapping[str, str]
) -> tuple[str, str]:
    """The literal beginning and end of the file name."""
    if not components or components[-1] == "**":
        return "", ""
    return heads[-1][0], _literal_tail(components[-1], known)


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
            head += composed(known[token[1:-1]])
        else:
            return head, False
    return head, True


def _literal_tail(component: str, known: Mapping[str, str]) -> str:
    tail = ""
    for token in reversed(_TOKEN.split(component)):
        if not _TOKEN.fullmatch(token):
            tail = token + tail
        elif token[1:-1] in known:
            tail = composed(known[token[1:-1]]) + tail
        else:
            break
    return tail


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
        return re.escape(composed(known[word]))
    return f"(?P={word})" if f"(?P<{word}>" in before else f"(?P<{word}>[^/]+)"


def composed(text: str) -> str:
    """The text with composed letters, as names are compared."""
    return unicodedata.normalize("NFC", text)


def stem_of(name: str) -> str:
    """File name without folder and suffix; `.nii.gz` is one suffix."""
    base = name.rsplit("/", 1)[-1]
    return Path(base.removesuffix(".gz")).stem if base.endswith(".nii.gz") else Path(base).stem


def parent_of(name: str) -> str:
    """Folder of a relative name; empty for the root."""
    return name.rpartition("/")[0]
