"""Looks at a folder and proposes the data set YAML for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from samb.datasets.file_pair import FilePair
from samb.datasets.file_pairs import FilePairs
from samb.datasets.image_folder import ImageFolder
from samb.datasets.layout import PICTURES, Layout, guess_layout
from samb.datasets.mask_survey import other_sizes, several_masks, survey_pictures, survey_volumes
from samb.datasets.rarer_layouts import guess_rarer_layout
from samb.datasets.volumes import Volumes
from samb.errors import CaseError, RequestError
from samb.files.arrays import ARRAYS
from samb.files.file_index import FileIndex, index_files
from samb.files.volume_files import ITK, NIFTI

_PATIENT = r"((?:patient|subject|subj|sub|pat|case)[-_]?\d+)"
_UNDERSTOOD = (
    "images/X.png with masks/X.png, imagesTr/X.nii.gz with labelsTr/X.nii.gz, X.png with "
    "X_mask.png, X_image.nrrd with X_label.nrrd, A/images/X.png with A/masks/*.png, X.jpg with "
    "X_1stHO.png and X_2ndHO.png, X.bmp with X.png, and the like in deeper folders"
)


@dataclass(frozen=True)
class DatasetGuess:
    """A proposal for a folder."""

    cls: type[FilePairs]
    parameters: Mapping[str, Any]
    seen: tuple[str, ...]
    """What was counted, as sentences."""
    doubts: tuple[str, ...] = ()
    """What a person should look at, as sentences."""

    def build(self) -> FilePairs:
        """The data set that is proposed."""
        return TypeAdapter(self.cls).validate_python(dict(self.parameters))

    def adding(self, parameters: Mapping[str, Any], *doubts: str) -> "DatasetGuess":
        """The guess with more parameters and doubts."""
        return replace(
            self,
            parameters={**self.parameters, **parameters},
            doubts=(*self.doubts, *doubts),
        )


def describe_folder(folder: Path) -> DatasetGuess:
    """The data set that a folder seems to hold.

    Raises RequestError where nothing is recognised, saying what was found.
    """
    index = index_files(folder)
    volumes = [name for name in index.names if name.lower().endswith((*NIFTI, *ITK))]
    pictures = [name for name in index.names if name.lower().endswith((*PICTURES, *ARRAYS))]
    cls: type[FilePairs] = Volumes if len(volumes) >= len(pictures) else ImageFolder
    layout = guess_layout(volumes) if cls is Volumes else _picture_layout(pictures)
    if layout is None:
        raise RequestError(_unrecognised(index, len(volumes), len(pictures)))
    guess = _checked_pairing(_first_guess(cls, folder, layout))
    pairs = guess.build().pairs()
    guess = _with_group(guess, pairs)
    guess = _with_contents(replace(guess, seen=_seen(pairs, volumes, pictures)), pairs)
    return _with_trial(guess)


def yaml_text(guess: DatasetGuess, name: str) -> str:
    """The YAML file of the proposal; what was seen and the doubts are comments at its head."""
    notes = [*guess.seen, *(f"CHECK: {doubt}" for doubt in guess.doubts)]
    head = "".join(f"# {note}\n" for note in notes)
    body = {
        "_target_": f"{guess.cls.__module__}.{guess.cls.__qualname__}",
        **guess.parameters,
        "card": {"title": name},
    }
    return head + yaml.safe_dump({name: body}, sort_keys=False, allow_unicode=True, width=100)


def _first_guess(cls: type[FilePairs], folder: Path, layout: Layout) -> DatasetGuess:
    parameters: dict[str, Any] = {
        "root": str(folder.expanduser().resolve()),
        "images": layout.images,
    }
    if layout.masks:
        parameters["masks"] = layout.masks
    if layout.exclude:
        parameters["exclude"] = layout.exclude
    if layout.objects:
        parameters["objects"] = layout.objects
    guess = DatasetGuess(cls, parameters, ())
    return _with_annotators(guess, layout.annotators) if layout.annotators else guess


def _picture_layout(pictures: Sequence[str]) -> Layout | None:
    """Shared name patterns first: they are the surer sign."""
    return guess_layout(pictures) or guess_rarer_layout(pictures)


def _with_annotators(guess: DatasetGuess, annotators: Mapping[str, str]) -> DatasetGuess:
    first = next(iter(annotators))
    doubt = f"several people drew the masks: prompts are made from {first!r}, and all judge"
    return guess.adding({"annotators": dict(annotators), "prompted_by": first}, doubt)


def _checked_pairing(guess: DatasetGuess) -> DatasetGuess:
    try:
        guess.build().pairs()
    except RequestError as error:
        lenient = guess.adding({"unmatched_masks": "ignore"}, str(error))
        lenient.build().pairs()
        return lenient
    return guess


def _with_group(guess: DatasetGuess, pairs: Sequence[FilePair]) -> DatasetGuess:
    matches = [re.search(_PATIENT, pair.name) for pair in pairs]
    found = {match[1] for match in matches if match}
    if not all(matches) or len(found) == len(pairs):
        doubt = "every image counts as a patient of its own: set `group` if several belong together"
        return guess.adding({}, doubt)
    doubt = f"{len(found)} patients were read off the names with `group`: see that it is right"
    return guess.adding({"group": _PATIENT}, doubt)


def _with_contents(guess: DatasetGuess, pairs: Sequence[FilePair]) -> DatasetGuess:
    without = sum(not files for pair in pairs for files in pair.masks.values())
    if without:
        guess = guess.adding(
            {}, f"{without} images have no mask and will be reported as unreadable"
        )
    pictures = guess.cls is ImageFolder
    try:
        survey = survey_pictures(pairs) if pictures else survey_volumes(pairs)
    except CaseError as error:
        return guess.adding({}, f"the values in the masks are unknown, because {error}")
    guess = guess.adding(survey.parameters, *survey.doubts)
    if pictures and several_masks(pairs) and not guess.parameters.keys() & {"objects"}:
        guess = guess.adding({"objects": "file"}, "each of an image's masks counts as one object")
    if pictures and (count := other_sizes(pairs)):
        doubt = (
            f"{count} masks have another size than their image and will be stretched to it; where "
            f"one is not the same picture, take that line out, and its case will be unreadable"
        )
        guess = guess.adding({"resize_mask": "nearest"}, doubt)
    return guess


def _with_trial(guess: DatasetGuess) -> DatasetGuess:
    """The guess after reading its first case."""
    case = next(guess.build().cases())
    try:
        case.read()
    except CaseError as error:
        return guess.adding({}, f"the first image cannot be read yet: {error}")
    return guess


def _seen(
    pairs: Sequence[FilePair], volumes: Sequence[str], pictures: Sequence[str]
) -> tuple[str, ...]:
    masks = sum(len(files) for pair in pairs for files in pair.masks.values())
    return (
        f"{len(volumes)} volume files and {len(pictures)} picture files were found",
        f"{len(pairs)} images with {masks} mask files were paired",
    )


def _unrecognised(index: FileIndex, volumes: int, pictures: int) -> str:
    examples = ", ".join(repr(name) for name in index.names[:3])
    return (
        f"no images with masks were recognised in {index.root.absolute()}: it holds "
        f"{len(index.names)} files, of which {volumes} are volumes and {pictures} pictures"
        f"{f', for example {examples}' if examples else ''}; recognised are {_UNDERSTOOD}; else "
        "write the patterns yourself with dataset=image_folder or dataset=volumes"
    )
