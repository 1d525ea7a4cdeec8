"""Data sets of image files with mask files: which files belong together."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from numpy.typing import NDArray
from pydantic import Field

from samb.datasets.base import Dataset
from samb.datasets.file_pair import FilePair, MaskFile
from samb.datasets.grouping import GroupRule
from samb.datasets.objects import Layer, ObjectRule, Objects, layers_of
from samb.datasets.table import Row, Table
from samb.errors import CaseError, RequestError
from samb.files.file_index import FileIndex, index_files
from samb.files.labels import Label, values_named
from samb.files.patterns import (
    Match,
    braced,
    check_pattern,
    compile_glob,
    composed,
    placeholders,
)
from samb.types import Case, Content

SOLE_ANNOTATOR = "expert"
_OF_AN_IMAGE = ("stem", "name", "parent", "id")


@dataclass(frozen=True, kw_only=True)
class FilePairs(Dataset):
    """Pairs images and masks by patterns (samb.files.patterns explains them)."""

    root: str
    """Folder; relative to the working directory, `~` is the home folder."""
    images: str
    """Pattern of the images, relative to root; `{id}` in it captures a part of a name."""
    masks: str | None = None
    """Pattern of an image's masks, relative to root, with `{stem}`, `{name}` or `{parent}` (its
    folder) of the image or the `{id}` captured; `{structure}` reads a structure off the name."""
    annotators: dict[str, str] = field(default_factory=dict)
    """Instead of masks: annotator -> pattern of this annotator's masks."""
    prompted_by: str | None = None
    """The annotator whose masks prompts are made from; all of them judge."""
    exclude: str | None = None
    """Pattern of files that `images` matches and that are none; without `/`: of their names."""
    structure: str | None = None
    """Name of the structure where masks show one; `object` if nothing names any."""
    labels: dict[str, Label] = field(default_factory=dict)
    """Structure -> its value in the masks, or a list of values that are one structure together."""
    ignore_labels: tuple[int, ...] = ()
    """Values in the masks that count as background."""
    objects: Objects = "structure"
    """What counts as one target."""
    min_size: Annotated[int, Field(ge=1)] = 1
    """With `objects: component`: components of fewer pixels or voxels are no objects."""
    min_frame_size: Annotated[int, Field(ge=1)] = 1
    """Pixels that a target has at least on a frame; with fewer it counts as not drawn there."""
    group: str | None = None
    """Regular expression found in the path relative to root; its first group that took part is
    the group_id. None: every case is its own group."""
    numbers_per_group: Annotated[int, Field(ge=1)] = 1
    """Where `group` captures a number: how many consecutive ones, from 1 on, are one group."""
    split: str | None = None
    """Regular expression found in the path; its first group is the part of the data set that the
    authors put the image in, as `train`. None: not stated."""
    part: str | None = None
    """Only the cases whose split is this one, as `test`; None: all."""
    table: Table | None = None
    """A CSV file that says more about each image."""
    missing_mask: Literal["error", "empty", "leave_out"] = "error"
    """Whether an image without mask file is unreadable, shows nothing to segment, or is none of
    the data set, as one that nobody has labelled."""
    may_be_empty: str | None = None
    """Pattern of images whose masks may be empty; in others `samb data check` finds fault."""
    unmatched_masks: Literal["error", "ignore"] = "error"
    """Whether files that look like masks and belong to no image stop the run."""

    def __post_init__(self) -> None:
        if bool(self.masks) == bool(self.annotators):
            msg = "give either masks or annotators: one of them says where the masks are"
            raise ValueError(msg)
        if self.annotators and self.prompted_by not in self.annotators:
            names = ", ".join(self.annotators)
            msg = f"prompted_by must name one of the annotators {names}, got {self.prompted_by!r}"
            raise ValueError(msg)
        self._check_patterns()
        self._check_structures()
        self._check_group()

    def cases(self) -> Iterator[Case]:
        found = [
            Case(
                case_id=it.case_id,
                group_id=self._group_of(it),
                read=partial(self._read, it),
                split=self._split_of(it),
                words=it.words,
            )
            for it in self.pairs()
        ]
        return iter(found if self.part is None else self._of_the_part(found))

    def _of_the_part(self, cases: list[Case]) -> list[Case]:
        chosen = [it for it in cases if it.split == self.part]
        if not chosen:
            parts = sorted({it.split for it in cases if it.split is not None})
            msg = (
                f"no case of {self._root} is in part {self.part!r}; "
                f"there are: {', '.join(parts) or 'no cases'}"
            )
            raise RequestError(msg)
        return chosen

    @abstractmethod
    def _read(self, pair: FilePair) -> Content:
        """Images and targets of one pair. Raises CaseError."""

    @abstractmethod
    def values_in(self, mask: Path) -> set[float]:
        """Values that a mask file holds, as stored; none of a coloured one. Raises CaseError."""

    def may_show_nothing(self, pair: FilePair) -> bool:
        """Whether `may_be_empty`, or `missing_mask: empty`, foresees that nothing is drawn."""
        if self.may_be_empty is None or not any(pair.masks.values()):
            return self.missing_mask == "empty" and not any(pair.masks.values())
        allowed = compile_glob(self.may_be_empty, {})
        return allowed.regex.fullmatch(composed(pair.name)) is not None

    def left_out(self, pairs: Sequence[FilePair]) -> dict[str, list[str]]:
        """`images` and `masks` that the patterns name and that are in none of the pairs."""
        index = index_files(self._root)
        files = [it.path for pair in pairs for found in pair.masks.values() for it in found]
        used = {str(path) for path in (*files, *(pair.image for pair in pairs))}
        images = [it.name for it in self._images(index) if str(it.path) not in used]
        masks = [name for name in self._lonely(index, used) if name not in images]
        return {"images": images, "masks": masks}

    @property
    def _patterns(self) -> Mapping[str, str]:
        """Annotator -> mask pattern."""
        return self.annotators or {SOLE_ANNOTATOR: self.masks or ""}

    @property
    def _prompting(self) -> str:
        return self.prompted_by or SOLE_ANNOTATOR

    @property
    def _structure(self) -> str:
        return self.structure or "object"

    @property
    def _rule(self) -> ObjectRule:
        return ObjectRule(self.objects, self.min_size, self.min_frame_size)

    def _layers(
        self,
        pair: FilePair,
        read_mask: Callable[[MaskFile], Iterator[tuple[str, NDArray[Any]]]],
    ) -> dict[str, list[Layer]]:
        """What each annotator drew; `read_mask` gives (F, H, W) masks or label maps."""
        self._require_masks(pair)
        return {
            annotator: [
                layer
                for number, file in enumerate(files, start=1)
                for structure, masks in read_mask(file)
                for layer in layers_of(structure, number, masks)
            ]
            for annotator, files in pair.masks.items()
        }

    def _require_masks(self, pair: FilePair) -> None:
        for annotator, files in pair.masks.items():
            if not files and self.missing_mask == "error":
                msg = (
                    f"{pair.image} has no mask: nothing in {self._root} matches "
                    f"{self._patterns[annotator]!r} for it; add the file, correct the pattern, or "
                    "say `missing_mask: empty` if it means that nothing is to be seen"
                )
                raise CaseError(msg)

    @property
    def _root(self) -> Path:
        return Path(self.root).expanduser()

    def pairs(self) -> list[FilePair]:
        """Which files belong together, sorted by case_id. Raises RequestError, as `cases` does."""
        index = index_files(self._root)
        images = self._images(index)
        rows = self.table.rows(self._root, [it.name for it in images]) if self.table else {}
        pairs = [self._pair(index, image, rows.get(image.name, {})) for image in images]
        if self.missing_mask == "leave_out":
            pairs = self._with_masks(pairs)
        _require_unique([(pair.case_id, pair.name) for pair in pairs], "the case id")
        self._check_masks(index, pairs)
        return sorted(pairs, key=lambda pair: pair.case_id)

    def _with_masks(self, pairs: Sequence[FilePair]) -> list[FilePair]:
        found = [pair for pair in pairs if pair.masks[self._prompting]]
        if not found:
            msg = (
                f"none of the {len(pairs)} images in {self._root.absolute()} has a mask: nothing "
                f"matches {self._patterns[self._prompting]!r}"
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
                f"no file in {self._root.absolute()} matches images={self.images!r}"
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
            for annotator, pattern in self._patterns.items()
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
                f"{len(lonely)} files in {self._root.absolute()} look like masks but belong to no "
                f"image{_examples(lonely)}: correct `images` or `masks`, or say "
                "`unmatched_masks: ignore`"
            )
            raise RequestError(msg)

    def _lonely(self, index: FileIndex, used: set[str]) -> list[str]:
        """What looks like a mask and is none of the used files."""
        return [
            match.name
            for pattern in self._patterns.values()
            for match in index.match(compile_glob(pattern, {}))
            if str(match.path) not in used
        ]

    def _group_of(self, pair: FilePair) -> str:
        if self.table and self.table.group:
            return pair.row[self.table.group]
        if self.group is None:
            return pair.case_id
        return GroupRule(self.group, self.numbers_per_group).group_of(pair.name)

    def _split_of(self, pair: FilePair) -> str | None:
        if self.table and self.table.split:
            return pair.row[self.table.split]
        return GroupRule(self.split).group_of(pair.name) if self.split else None

    def _check_patterns(self) -> None:
        for name in ("images", "exclude", "may_be_empty"):
            check_pattern(name, getattr(self, name) or "", ("id",))
        for pattern in self._patterns.values():
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

    def _check_structures(self) -> None:
        named = [bool(self.structure), bool(self.labels), self._names_structures]
        if sum(named) > 1:
            msg = "structures are named by one of: structure, labels, {structure} in masks"
            raise ValueError(msg)
        if self.ignore_labels and not self.labels and self.objects != "label":
            msg = "ignore_labels belongs to labels, which is empty"
            raise ValueError(msg)
        named_values = values_named(self.labels)
        if len(set(named_values)) < len(named_values):
            msg = f"two structures share one value in labels {self.labels}"
            raise ValueError(msg)

    @property
    def _names_structures(self) -> bool:
        return any("structure" in placeholders(pattern) for pattern in self._patterns.values())

    def _check_group(self) -> None:
        if self.split is not None:
            GroupRule(self.split)
        if self.part is not None and not (self.split or (self.table and self.table.split)):
            msg = "part names a split, so `split` or a column of the table must say which there are"
            raise ValueError(msg)
        if self.table and ((self.group and self.table.group) or (self.split and self.table.split)):
            msg = "groups and splits are read off the path or off the table, not off both"
            raise ValueError(msg)
        if self.group is not None:
            GroupRule(self.group, self.numbers_per_group)
        elif self.numbers_per_group > 1:
            msg = "numbers_per_group needs `group` to say where the number stands"
            raise ValueError(msg)


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
