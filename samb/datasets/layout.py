"""Guesses from file names alone how images and masks lie in a folder."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from samb.datasets.objects import Objects
from samb.files.patterns import parent_of, stem_of

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp")

_WORD = "mask|label|labelmap|segmentation|seg|gt|ground_?truth|annotation|lesion|manual|contour"
MASK_FOLDER = re.compile(rf"(?:\w*[_-])?(?:{_WORD}|target)s?(?:tr|ts)?", re.IGNORECASE)
_MASK_ENDING = re.compile(rf"[_\-. ](?:{_WORD})s?(?P<number>[_-]?\d+)?", re.IGNORECASE)
_IMAGE_ENDING = re.compile(r"_0000|[_-](?:image|img|frame|orig|original)", re.IGNORECASE)


@dataclass(frozen=True)
class _Name:
    """A file, as its name may pair it with another."""

    folder: str
    key: str
    """What an image and its masks have in common."""
    ending: str
    """What follows the key in the stem; `*` stands for a number."""
    suffix: str


@dataclass(frozen=True)
class _Pairing:
    """How an image name leads to a mask name, apart from the folders that they share."""

    image_folders: tuple[str, ...]
    image_ending: str
    image_suffix: str
    mask_folders: tuple[str, ...]
    mask_ending: str
    mask_suffix: str


@dataclass(frozen=True)
class Layout:
    """Patterns for samb.datasets.file_pairs."""

    images: str
    masks: str | None
    exclude: str | None
    pairs: int
    """How many pairs suggest it."""
    annotators: Mapping[str, str] = field(default_factory=dict)
    """Instead of masks: annotator -> pattern."""
    objects: Objects | None = None
    """What the layout alone says about objects."""


def guess_layout(names: Sequence[str]) -> Layout | None:
    """The pairing that most of the names (relative to the root, posix) follow; None: no pair."""
    shared: defaultdict[_Pairing, Counter[str]] = defaultdict(Counter)
    for image, mask in _pairs(names):
        pairing, folders = _pairing(image, mask)
        shared[pairing][folders] += 1
    if not shared:
        return None
    votes = _merge_numbered(shared)
    best = max(votes, key=lambda pairing: (votes[pairing].total(), str(pairing)))
    return _layout(best, votes[best])


def _pairs(names: Sequence[str]) -> Iterator[tuple[_Name, _Name]]:
    images: defaultdict[str, list[_Name]] = defaultdict(list)
    masks: list[_Name] = []
    for name in names:
        found = _as_mask(name)
        masks += found
        if not found:
            for image in _as_image(name):
                images[image.key].append(image)
    for mask in masks:
        for image in images.get(mask.key, ()):
            yield image, mask


def _as_mask(name: str) -> list[_Name]:
    folder, stem = parent_of(name), stem_of(name)
    suffix = suffix_of(name)
    found = []
    endings = [match for match in _MASK_ENDING.finditer(stem) if match.end() == len(stem)]
    if endings and endings[0].start():
        ending = endings[0].group()
        if number := endings[0].group("number"):
            ending = ending.removesuffix(number) + "*"
        found.append(_Name(folder, stem[: endings[0].start()], ending, suffix))
    if any(MASK_FOLDER.fullmatch(part) for part in folder.split("/")[-1:]):
        found.append(_Name(folder, stem, "", suffix))
    return found


def _as_image(name: str) -> Iterator[_Name]:
    folder, stem, suffix = parent_of(name), stem_of(name), suffix_of(name)
    yield _Name(folder, stem, "", suffix)
    endings = [match for match in _IMAGE_ENDING.finditer(stem) if match.end() == len(stem)]
    if endings and endings[0].start():
        key = stem[: endings[0].start()]
        yield _Name(folder, key, endings[0].group(), suffix)


def suffix_of(name: str) -> str:
    """What follows the stem of a file name; `.nii.gz` is one suffix."""
    base = name.rpartition("/")[2]
    return base[len(stem_of(name)) :]


def _pairing(image: _Name, mask: _Name) -> tuple[_Pairing, str]:
    """The pairing, and the folders that image and mask share."""
    ours = _templated(image.folder, image.key)
    theirs = _templated(mask.folder, mask.key)
    depth = 0
    while depth < min(len(ours), len(theirs)) and ours[depth] == theirs[depth]:
        depth += 1
    pairing = _Pairing(
        tuple(ours[depth:]),
        image.ending,
        image.suffix,
        tuple(theirs[depth:]),
        mask.ending,
        mask.suffix,
    )
    return pairing, "/".join(ours[:depth])


def _templated(folder: str, key: str) -> list[str]:
    # A short key such as `1` stands in a folder name by chance.
    named = folder.replace(key, "{id}") if len(key) > 2 else folder
    return [part for part in named.split("/") if part]


def _merge_numbered(
    votes: Mapping[_Pairing, Counter[str]],
) -> dict[_Pairing, Counter[str]]:
    """`_mask` and `_mask*` are one pairing, `_mask*`."""
    merged: defaultdict[_Pairing, Counter[str]] = defaultdict(Counter)
    numbered = {pairing.mask_ending for pairing in votes}
    for pairing, folders in votes.items():
        ending = pairing.mask_ending
        if ending and f"{ending}*" in numbered:
            ending = f"{ending}*"
        fields = {**vars(pairing), "mask_ending": ending}
        merged[_Pairing(**fields)] += folders
    return dict(merged)


def _layout(pairing: _Pairing, folders: Counter[str]) -> Layout:
    own = "/".join((*pairing.image_folders, ""))
    image = f"{own}{{id}}{pairing.image_ending}{pairing.image_suffix}"
    mask_folders = "/".join((*pairing.mask_folders, ""))
    mask = f"{mask_folders}{{id}}{pairing.mask_ending}{pairing.mask_suffix}"
    if len(folders) == 1:
        common = next(iter(folders))
        start = f"{common}/" if common else ""
        images, masks = start + image, start + mask
    else:
        images = _any_of(folders) + image
        masks = "{parent}/" + "../" * len(pairing.image_folders) + mask
    exclude = None
    if not pairing.mask_folders and pairing.mask_suffix == pairing.image_suffix:
        exclude = f"*{pairing.mask_ending}{pairing.mask_suffix}"
    return Layout(*_simplified(images, masks), exclude, folders.total())


def _any_of(folders: Counter[str]) -> str:
    """A pattern for folders: one `*` per level where they lie equally deep."""
    depths = {len(folder.split("/")) if folder else 0 for folder in folders}
    return "*/" * depths.pop() if len(depths) == 1 else "**/"


def _simplified(images: str, masks: str) -> tuple[str, str]:
    """`{id}` written as `*` and `{stem}` where it is the whole stem and occurs nowhere else."""
    folder, _, base = images.rpartition("/")
    if "{id}" in folder or not base.startswith("{id}."):
        return images, masks
    return images.replace("{id}", "*"), masks.replace("{id}", "{stem}")
