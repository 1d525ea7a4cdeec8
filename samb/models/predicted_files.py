"""Which files of a folder hold a method's predictions, and for which cases."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from samb.errors import RefusedError, RequestError
from samb.files.file_index import FileIndex, index_files
from samb.files.patterns import Match, compile_glob, placeholders
from samb.models.store import compute_sha256
from samb.types import Case

SHOWN = 3
"""So many files are named; the others are counted."""


@dataclass(frozen=True)
class PredictedFiles:
    """The files below a folder that a pattern names, as `samb.files.patterns` explains them."""

    root: Path
    pattern: str
    """With placeholders of a case (`Case.placeholders`), and `{structure}` for one file each."""

    def check(self) -> None:
        """Raise RequestError unless there is a folder that holds a file of that pattern."""
        if not self.root.is_dir():
            msg = f"root should be a folder of predictions, but {self.root.absolute()} is none"
            raise RequestError(msg)
        if not self.every:
            held = len(self._index.names)
            msg = (
                f"no file in {self.root.absolute()} matches pattern={self.pattern!r}; it holds "
                f"{held} file{'s' * (held != 1)}{_examples(self._index.names)}"
            )
            raise RequestError(msg)

    def of(self, words: Mapping[str, str]) -> list[Match]:
        """The files of a case, sorted by name; of several structures `captured` says which.

        Raises RefusedError where the pattern asks for what the data set does not capture.
        """
        self._check_words(words)
        return self._index.match(compile_glob(self.pattern, words))

    def _check_words(self, words: Mapping[str, str]) -> None:
        unknown = placeholders(self.pattern) - words.keys() - {"structure"}
        if unknown:
            named = ", ".join(f"{{{it}}}" for it in sorted(unknown))
            msg = (
                f"its pattern {self.pattern!r} uses {named}, which the data set's `images` does "
                f"not capture: use {{stem}}, {{name}}, {{parent}} or {{group}}"
            )
            raise RefusedError(msg)
        for word in placeholders(self.pattern) - {"parent", "structure"}:
            if "/" in words[word]:
                msg = (
                    f"its pattern {self.pattern!r} uses {{{word}}}, which is {words[word]!r} here "
                    f"and no part of a file name: use {{parent}} and {{stem}}"
                )
                raise RefusedError(msg)

    def looked_for(self, words: Mapping[str, str]) -> str:
        """The path that a case's file should have."""
        filled = self.pattern
        for word, meaning in words.items():
            filled = filled.replace(f"{{{word}}}", meaning)
        return str(self.root / filled)

    def none_for(self, cases: Sequence[Case]) -> str | None:
        """Why no case has a file; None: some have. RequestError where cases share a file."""
        try:
            if self._used_by(cases):
                return None
        except RefusedError as error:
            return str(error)
        if not cases:
            return None
        example = self.looked_for(cases[0].placeholders)
        return (
            f"none of the {len(cases)} cases has a prediction: {example}, for example, is not "
            f"there. The folder holds {len(self.every)} files of pattern={self.pattern!r}"
            f"{_examples([match.name for match in self.every])}"
        )

    def left_over(self, cases: Sequence[Case]) -> str | None:
        """What the folder holds for none of the cases; None: nothing."""
        used = self._used_by(cases)
        rest = [match.name for match in self.every if match.name not in used]
        if not rest:
            return None
        return f"{len(rest)} of its {len(self.every)} files belong to no case{_examples(rest)}"

    @property
    def structures(self) -> tuple[str, ...]:
        """What `{structure}` stands for anywhere in the folder, sorted."""
        return tuple(sorted({it.captured["structure"] for it in self.every}))

    @cached_property
    def every(self) -> list[Match]:
        """All files that the pattern names for any case."""
        return self._index.match(compile_glob(self.pattern, {}))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over names and contents of all files that the pattern names."""
        lines = [
            f"{match.name}\x1f{_sha256(match.path, _state(match.path))}" for match in self.every
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @cached_property
    def _index(self) -> FileIndex:
        return index_files(self.root)

    def _used_by(self, cases: Sequence[Case]) -> Mapping[str, list[str]]:
        """File -> cases."""
        used: defaultdict[str, list[str]] = defaultdict(list)
        for case in cases:
            for match in self.of(case.placeholders):
                used[match.name].append(case.case_id)
        for name, owners in used.items():
            if len(owners) > 1:
                msg = (
                    f"the prediction {name} would belong to both {owners[0]!r} and {owners[1]!r}: "
                    f"make pattern={self.pattern!r} more exact"
                )
                raise RequestError(msg)
        return used


def _examples(names: Sequence[str]) -> str:
    return f", for example {', '.join(map(repr, names[:SHOWN]))}" if names else ""


State = tuple[int, ...]


def _state(path: Path) -> State:
    seen = path.stat()
    return seen.st_size, seen.st_ino, seen.st_mtime_ns, seen.st_ctime_ns


@cache
def _sha256(path: Path, state: State) -> str:
    """Remembered while nothing about the file changes."""
    return compute_sha256(path)
