"""Which image files and mask files belong together, by patterns (samb.files.patterns)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from samb.datasets.file_pair import FilePair, MaskFile
from samb.datasets.table import Row, Table
from samb.errors import RequestError
from samb.files.file_index import FileIndex, index_files
from samb.files.patterns import Match, braced, check_pattern, compile_glob, placeholders

MissingMask: TypeAlias = Literal["error", "empty", "leave_out"]
UnmatchedMasks: TypeAlias = Literal["error", "ignore"]
_OF_AN_IMAGE = ("stem", "name", "parent", "id")


@dataclass(frozen=True)
class Pairing:
    """Patterns under one root. Raises ValueError for a pattern that means nothing."""

    root: Path
    images: str
    exclude: str | None
    masks: Mapping[str, str]
    """Annotator -> pattern."""
    prompting: str
    """The annotator whose masks an image needs."""
    table: Table | None
    missing_mask: MissingMask
    unmatched_masks: UnmatchedMasks

    def __post_init__(self) -> None:
        for name in ("images", "exclude"):
            check_pattern(name, getattr(self, name) or "", ("id",))
        for pattern in self.masks.values():
            check_pattern("masks", pattern, (*_OF_AN_IMAGE, "structure"))
            if not placeholders(pattern) & set(_OF_AN_IMAGE):
                msg = (
                    f"masks must say to which image they belong, with one of "
                    f"{braced(_OF_AN_IMAGE)}, got {pattern!r}"
                )
                raise ValueError(msg)
            if "id" in placeholders(pattern) - placeholders(self.images):
                msg = f"masks use {{id}}, which images={self.images!r} does not capture"
                raise ValueError(msg)

    def pairs(self) -> list[FilePair]:
        """Which files belong together, sorted by case_id. Raises RequestError, as `cases` does."""
        index = index_files(self.root)
        images = self._images(index)
        rows = self.table.rows(self.root, [it.name for it in images]) if self.table else {}
        pairs = [self._pair(index, image, rows.get(image.name, {})) for image in images]
        if self.missing_mask == "leave_out":
            pairs = self._with_masks(pairs)
        _require_unique([(pair.case_id, pair.name) for pair in pairs], "the case id")
        self._check_masks(index, pairs)
        return sorted(pairs, key=lambda pair: pair.case_id)

    def left_out(self, pairs: Sequence[FilePair]) -> dict[str, list[str]]:
        """`images` and `masks` that the patterns name and that are in none of the pairs."""
        index = index_files(self.root)
        files = [it.path for pair in pairs for found in pair.masks.values() for it in found]
        used = {str(path) for path in (*files, *(pair.image for pair in pairs))}
        images = [it.name for it in self._images(index) if str(it.path) not in used]
        masks = [name for name in self._lonely(index, used) if name not in images]
        return {"images": images, "masks": masks}

    def _with_masks(self, pairs: Sequence[FilePair]) -> list[FilePair]:
        found = [pair for pair in pairs if pair.masks[self.prompting]]
        if not found:
            msg = (
                f"none of the {len(pairs)} images in {self.root.absolute()} has a mask: nothing "
                f"matches {self.masks[self.prompting]!r}"
            )
            raise RequestError(msg)
        return found

    def _images(self, index: FileIndex) -> list[Match]:
        found = index.match(compile_glob(self.images, {}))
        if self.exclude:
            pattern = self.exclude if "/" in self.exclude else f"**/{self.exclude}"
            out = {match.name for match in index.match(compile_glob(pattern, {}))}
            found = [match for match in found if match.name not in out]
        if not found:
            msg = (
                f"no file in {self.root.absolute()} matches images={self.images!r}"
                f"{f' without exclude={self.exclude!r}' if self.exclude else ''}; it holds "
                f"{len(index.names)} files{_examples(index.names)}"
            )
            raise RequestError(msg)
        return found

    def _pair(self, index: FileIndex, image: Match, row: Row) -> FilePair:
        pair = FilePair(image.path, image.name, {}, row, image.captured)
        masks = {
            annotator: tuple(
                MaskFile(match.path, match.captured.get("structure"))
                for match in index.match(compile_glob(pattern, pair.words))
            )
            for annotator, pattern in self.masks.items()
        }
        return replace(pair, masks=masks)

    def _check_masks(self, index: FileIndex, pairs: Sequence[FilePair]) -> None:
        used = [
            (str(file.path), pair.name)
            for pair in pairs
            for file in {
                file.path: file for files in pair.masks.values() for file in files
            }.values()
        ]
        _require_unique(used, "the mask")
        mask_paths = {path for path, _ in used}
        for pair in pairs:
            if str(pair.image) in mask_paths:
                msg = (
                    f"{pair.image} is an image by images={self.images!r} and also a mask: name the "
                    "masks in `exclude`, as in exclude='*_mask*'"
                )
                raise RequestError(msg)
        if self.unmatched_masks == "error":
            self._require_matched(index, mask_paths | {str(pair.image) for pair in pairs})

    def _require_matched(self, index: FileIndex, used: set[str]) -> None:
        if lonely := self._lonely(index, used):
            msg = (
                f"{len(lonely)} files in {self.root.absolute()} look like masks but belong to no "
                f"image{_examples(lonely)}: correct `images` or `masks`, or say "
                "`unmatched_masks: ignore`"
            )
            raise RequestError(msg)

    def _lonely(self, index: FileIndex, used: set[str]) -> list[str]:
        """What looks like a mask and is none of the used files."""
        return [
            match.name
            for pattern in self.masks.values()
            for match in index.match(compile_glob(pattern, {}))
            if str(match.path) not in used
        ]

    @property
    def names_structures(self) -> bool:
        """Whether names of mask files tell the structures."""
        return any("structure" in placeholders(pattern) for pattern in self.masks.values())


def _require_unique(owned: Sequence[tuple[str, str]], what: str) -> None:
    owners: dict[str, str] = {}
    for thing, owner in owned:
        if thing in owners:
            msg = (
                f"{what} {thing} belongs to both {owners[thing]!r} and {owner!r}: make the "
                "patterns more exact"
            )
            raise RequestError(msg)
        owners[thing] = owner


def _examples(names: Sequence[str]) -> str:
    return f", for example {', '.join(repr(name) for name in names[:3])}" if names else ""
