"""Data sets of image files with mask files, and what each pair of them is as a case."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from numpy.typing import NDArray
from pydantic import Field

from samb.datasets.base import Dataset
from samb.datasets.file_pair import FilePair, MaskFile
from samb.datasets.membership import Membership
from samb.datasets.objects import Layer, ObjectRule, Objects, layers_of
from samb.datasets.pairing import MissingMask, Pairing, UnmatchedMasks
from samb.datasets.table import Table
from samb.errors import CaseError
from samb.files.labels import Label, values_named
from samb.files.patterns import check_pattern, compile_glob, composed
from samb.types import Case, Content

SOLE_ANNOTATOR = "expert"


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
    missing_mask: MissingMask = "error"
    """Whether an image without mask file is unreadable, shows nothing to segment, or is none of
    the data set, as one that nobody has labelled."""
    may_be_empty: str | None = None
    """Pattern of images whose masks may be empty; in others `samb data check` finds fault."""
    unmatched_masks: UnmatchedMasks = "error"
    """Whether files that look like masks and belong to no image stop the run."""

    def __post_init__(self) -> None:
        if bool(self.masks) == bool(self.annotators):
            msg = "give either masks or annotators: one of them says where the masks are"
            raise ValueError(msg)
        if self.annotators and self.prompted_by not in self.annotators:
            names = ", ".join(self.annotators)
            msg = f"prompted_by must name one of the annotators {names}, got {self.prompted_by!r}"
            raise ValueError(msg)
        check_pattern("may_be_empty", self.may_be_empty or "", ("id",))
        self._check_structures()
        self._membership()

    def cases(self) -> Iterator[Case]:
        membership = self._membership()
        found = [
            Case(
                case_id=it.case_id,
                group_id=membership.group_of(it),
                read=partial(self._read, it),
                split=membership.split_of(it),
                words=it.words,
            )
            for it in self.pairs()
        ]
        return iter(membership.chosen(found, self._root))

    def pairs(self) -> list[FilePair]:
        """Which files belong together, sorted by case_id. Raises RequestError, as `cases` does."""
        return self._pairing().pairs()

    def left_out(self, pairs: Sequence[FilePair]) -> dict[str, list[str]]:
        """`images` and `masks` that the patterns name and that are in none of the pairs."""
        return self._pairing().left_out(pairs)

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

    def _pairing(self) -> Pairing:
        return Pairing(
            self._root,
            self.images,
            self.exclude,
            self._patterns,
            self._prompting,
            self.table,
            self.missing_mask,
            self.unmatched_masks,
        )

    def _membership(self) -> Membership:
        return Membership(self.group, self.numbers_per_group, self.split, self.part, self.table)

    @property
    def _root(self) -> Path:
        return Path(self.root).expanduser()

    def _check_structures(self) -> None:
        named = [bool(self.structure), bool(self.labels), self._pairing().names_structures]
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
