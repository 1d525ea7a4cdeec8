"""What any other method predicted, read from files and answered like a model. Knows no torch.

`Precomputed` holds masks by structure (a U-Net's, nnU-Net's), `PrecomputedInstances` masks of
objects that have no names (Cellpose's, StarDist's). A case is answered as a whole, and with the
files that its own name finds: `samb.models.predicted_files`.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from samb.dialogue import Prediction, Prompt
from samb.errors import CaseError, RefusedError
from samb.files.labels import Colour, Label, by_colour, by_label, foreground, instances, nonzero
from samb.files.patterns import Match, check_pattern, placeholders
from samb.files.pictures import brightest_channel, colours_of, label_values
from samb.files.reading import reading
from samb.models.base import Embedding, Model, Runtime, Segmenter
from samb.models.predicted_files import PredictedFiles
from samb.models.predicted_masks import (
    Geometry,
    Resize,
    Values,
    is_volume_file,
    picture_on,
    voxels_on,
)
from samb.types import BoolArray, Case, View

Named = tuple[str, BoolArray]
"""(structure, (F, H, W) mask)."""


@dataclass(frozen=True, kw_only=True)
class FileModel(Model):
    """A folder of predictions, found by a pattern."""

    view: ClassVar[Literal["frame", "volume"]] = "volume"

    root: str
    """Folder; relative to the working directory, `~` is the home folder."""
    pattern: str
    """Files of a case, relative to root, with {stem}, {name} or {parent} (its folder) of the image,
    the {id} that the data set captures, or its {group}; `*`, `?` and `**` as in data sets."""
    name: str | None = None
    """What tables call the method, given on the command line; else the name of its YAML file."""
    ignore_labels: tuple[int, ...] = ()
    """Values that count as background."""
    missing: Literal["refuse", "empty"] = "refuse"
    """Whether a case without a file is refused, or means that the method found nothing."""
    geometry: Geometry = "match"
    """Of volume files: see samb.models.predicted_masks."""
    resize_mask: Resize = "never"
    """What happens to a picture of another size than its image."""
    array: str | None = None
    """Name of the array in .mat and .npz files that hold several."""

    _of_a_case: ClassVar[tuple[str, ...]] = ("stem", "name", "parent", "id", "group")

    def __post_init__(self) -> None:
        check_pattern("pattern", self.pattern, (*self._of_a_case, "structure"))
        if not placeholders(self.pattern) & set(self._of_a_case):
            named = ", ".join(f"{{{it}}}" for it in self._of_a_case)
            msg = f"pattern must say which case a file is of, with one of {named}"
            raise ValueError(msg)

    def check(self) -> None:
        self.files.check()

    def identity(self) -> Mapping[str, str]:
        return {"files": self.files.digest}

    def load(self, runtime: Runtime) -> Segmenter:
        return FileSegmenter(self)

    def unable(self, cases: Sequence[Case]) -> str | None:
        return None if self.missing == "empty" else self.files.none_for(cases)

    def unused(self, cases: Sequence[Case]) -> str | None:
        return self.files.left_over(cases)

    @cached_property
    def files(self) -> PredictedFiles:
        """The folder as it is now."""
        return PredictedFiles(Path(self.root).expanduser(), self.pattern)

    @abstractmethod
    def predicted(self, view: View) -> Prediction:
        """All masks of a case. Raises CaseError or RefusedError."""

    def _found(self, view: View) -> list[Match]:
        """Its files; none where that means that nothing was found. Raises RefusedError."""
        found = self.files.of(view.words)
        if not found and self.missing == "refuse":
            msg = (
                f"there is no prediction {self.files.looked_for(view.words)}; add it, or say "
                f"`missing: empty` if that means that nothing was found"
            )
            raise RefusedError(msg)
        return found

    def _labels(self, view: View, path: Path) -> Values:
        """(F, H, W) label values as stored. Raises CaseError."""
        if is_volume_file(path):
            return voxels_on(view, path, self.geometry)
        picture = picture_on(view, path, self.resize_mask, self.array)
        with reading(path, "a label map"):
            return label_values(picture)[None]


@dataclass(frozen=True, kw_only=True)
class Precomputed(FileModel):
    """Masks by structure: read by `labels`, by `colours`, or else as one structure a file."""

    prompt_free: ClassVar[bool] = True
    understands: ClassVar[frozenset[str]] = frozenset()

    structure: str | None = None
    """What masks of one structure show; `object` where nothing names any."""
    labels: dict[str, Label] = field(default_factory=dict)
    """Structure -> its value in the files, or several that are one structure together."""
    colours: dict[str, Colour] = field(default_factory=dict)
    """Structure -> (red, green, blue); a pixel belongs to the nearest one, black is background."""
    ignore_colours: tuple[Colour, ...] = ()
    """Colours that count as background."""
    threshold: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """Of masks of one structure: foreground is above it. None: of pictures as samb.files.labels has
    it, of volumes all that is not 0."""

    def __post_init__(self) -> None:
        super().__post_init__()
        given = {"structure": self.structure, "labels": self.labels, "colours": self.colours,
                 "{structure} in the pattern": self._one_file_each}  # fmt: skip
        named = [what for what, value in given.items() if value]
        if len(named) > 1:
            msg = f"structures are named by one of {', '.join(given)}; got {' and '.join(named)}"
            raise ValueError(msg)
        if self.threshold is not None and (self.labels or self.colours):
            msg = "threshold belongs to masks of one structure, not to labels or colours"
            raise ValueError(msg)

    @property
    def _one_file_each(self) -> bool:
        return "structure" in placeholders(self.pattern)

    @cached_property
    def structures(self) -> tuple[str, ...]:
        """All that the method can find, in any case."""
        if self._one_file_each:
            return self.files.structures
        return tuple(self.labels or self.colours) or (self.structure or "object",)

    def predicted(self, view: View) -> Prediction:
        masks = {name: np.zeros(view.shape, dtype=bool) for name in self.structures}
        found = self._found(view)
        self._require_each(view, found)
        for match in found:
            structure = match.captured.get("structure") or self.structure or "object"
            for name, mask in self._named(view, match.path, structure):
                masks[name] |= mask
        return Prediction(
            masks=np.stack(list(masks.values())),
            iou_estimates=np.full(len(masks), np.nan),
            class_names=tuple(masks),
        )

    def _require_each(self, view: View, found: Sequence[Match]) -> None:
        """With one file a structure: a missing one is refused, as a missing case is."""
        if not self._one_file_each or self.missing == "empty":
            return
        there = {match.captured["structure"] for match in found}
        for structure in self.structures:
            if structure not in there:
                wanted = self.files.looked_for({**view.words, "structure": structure})
                msg = (
                    f"there is no prediction {wanted}, and other cases have one of {structure}; "
                    f"add it, or say `missing: empty` if that means that none was found"
                )
                raise RefusedError(msg)

    def _named(self, view: View, path: Path, structure: str) -> Iterator[Named]:
        if self.labels:
            labels = self._labels(view, path)
            with reading(path, "a prediction of the named structures"):
                yield from by_label(labels, self.labels, self.ignore_labels)
        elif self.colours:
            picture = picture_on(view, path, self.resize_mask, self.array)
            with reading(path, "a prediction of the named structures"):
                rgb = colours_of(picture)
                for name, mask in by_colour(rgb, self.colours, self.ignore_colours):
                    yield name, mask[None]
        else:
            yield from self._one(view, path, structure)

    def _one(self, view: View, path: Path, structure: str) -> Iterator[Named]:
        """A mask of one structure."""
        if not is_volume_file(path):
            picture = picture_on(view, path, self.resize_mask, self.array)
            with reading(path, f"a mask of one structure ({structure})"):
                yield structure, foreground(brightest_channel(picture), self.threshold)[None]
            return
        voxels = voxels_on(view, path, self.geometry)
        with reading(path, f"a mask of one structure ({structure})"):
            if self.threshold is not None:
                yield structure, foreground(voxels, self.threshold)
            else:
                yield from nonzero(voxels, structure)


@dataclass(frozen=True, kw_only=True)
class PrecomputedInstances(FileModel):
    """Masks of objects without names, held against targets as those of everything mode are."""

    understands: ClassVar[frozenset[str]] = frozenset({"everything"})

    objects: Literal["label", "file"] = "label"
    """An object per value above 0 of a label map, or per mask file."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if "structure" in placeholders(self.pattern):
            msg = "objects have no names here, so {structure} in the pattern means nothing"
            raise ValueError(msg)

    def predicted(self, view: View) -> Prediction:
        masks = [mask for match in self._found(view) for mask in self._objects(view, match.path)]
        stacked = np.stack(masks) if masks else np.zeros((0, *view.shape), dtype=bool)
        return Prediction(stacked, np.full(len(masks), np.nan))

    def _objects(self, view: View, path: Path) -> Iterator[BoolArray]:
        values = self._labels(view, path)
        with reading(path, "a label map" if self.objects == "label" else "a mask of one object"):
            labels = instances(values, self.ignore_labels)
            if self.objects == "file":
                yield labels > 0
            else:
                yield from (labels == value for value in np.unique(labels[labels > 0]))


@dataclass(frozen=True)
class FileSegmenter(Segmenter):
    """Reads what was predicted when it sees a view, and says it when asked."""

    model: FileModel

    def embed(self, views: Sequence[View]) -> list[Embedding]:
        return [Embedding(view.shape, self._read(view)) for view in views]

    def _read(self, view: View) -> Prediction:
        try:
            return self.model.predicted(view)
        except CaseError as error:
            raise RefusedError(str(error)) from error

    def segment(self, requests: Sequence[tuple[Embedding, Prompt]]) -> list[Prediction]:
        """Raises RefusedError for a prompt that asks for anything else than the whole view."""
        return [self._answer(embedding, prompt) for embedding, prompt in requests]

    def _answer(self, embedding: Embedding, prompt: Prompt) -> Prediction:
        if prompt.kinds != self.model.understands:
            asked = ", ".join(sorted(prompt.kinds)) or "nothing"
            msg = f"files answer whole cases and take no prompt, and were given {asked}"
            raise RefusedError(msg)
        answer: Prediction = embedding.payload
        return answer
