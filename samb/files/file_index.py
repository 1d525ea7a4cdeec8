"""All files under one root, found by a pattern without looking at every name."""

import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from samb.errors import RequestError
from samb.files.patterns import Glob, Match, composed

_LAST = "\U0010ffff"


@dataclass(frozen=True)
class FileIndex:
    """All files under a root.

    Every image of a data set asks for its masks, so a question must not cost a look at all names:
    the shortest of the lists that hold every match is searched.
    """

    root: Path
    names: tuple[str, ...]
    """Relative to the root, posix, composed letters, sorted."""
    paths: Mapping[str, Path]

    def match(self, glob: Glob) -> list[Match]:
        """Files that the pattern names, sorted."""
        return [
            Match(name, self.paths[name], hit.groupdict())
            for name in sorted(self._candidates(glob))
            if (hit := glob.regex.fullmatch(name))
        ]

    def _candidates(self, glob: Glob) -> Sequence[str]:
        spans = [_Sorted(self.names, self.names).beginning_with(glob.head)]
        spans += [self._by_folder.get(folder, _NOTHING) for folder in glob.folders]
        spans.append(self._by_base.beginning_with(glob.base_head))
        spans.append(self._by_tail.beginning_with(glob.base_tail[::-1].lower()))
        shortest = min(spans, key=lambda span: span.stop - span.start)
        return shortest.names[shortest.start : shortest.stop]

    @cached_property
    def _by_base(self) -> "_Sorted":
        return _Sorted.by(self.names, _base)

    @cached_property
    def _by_tail(self) -> "_Sorted":
        return _Sorted.by(self.names, lambda name: _base(name)[::-1].lower())

    @cached_property
    def _by_folder(self) -> dict[str, "_Span"]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.names:
            for folder in dict.fromkeys(name.split("/")[:-1]):
                found[folder].append(name)
        return {folder: _Span(names, 0, len(names)) for folder, names in found.items()}


@dataclass(frozen=True)
class _Span:
    names: Sequence[str]
    start: int
    stop: int


_NOTHING = _Span((), 0, 0)


@dataclass(frozen=True)
class _Sorted:
    """Names in the order of their keys."""

    keys: Sequence[str]
    names: Sequence[str]

    @classmethod
    def by(cls, names: Sequence[str], key: Callable[[str], str]) -> "_Sorted":
        ordered = sorted(names, key=key)
        return cls([key(name) for name in ordered], ordered)

    def beginning_with(self, head: str) -> _Span:
        """The names whose key begins so."""
        start, stop = bisect_left(self.keys, head), bisect_left(self.keys, head + _LAST)
        return _Span(self.names, start, stop)


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def index_files(root: Path) -> FileIndex:
    """Every file under a folder that is not hidden. Raises RequestError for an unusable folder."""
    if not root.is_dir():
        msg = (
            f"its root should be a folder, but {root.absolute()} is none. Correct `root`, or, for "
            f"the shipped data sets, let SAMB_DATA name the folder that holds them"
        )
        raise RequestError(msg)
    paths = {composed(path.relative_to(root).as_posix()): path for path in _walk(root, ())}
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
