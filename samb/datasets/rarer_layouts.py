"""Guesses for layouts in which an image and its masks do not share a name pattern of two.

`instance_folders`  A/images/X.png with A/masks/*.png, one file per object (as DSB2018)
`observers`         X.jpg with X_1stHO.png and X_2ndHO.png (as CHASE_DB1)
`twin_suffixes`     X.bmp with X.png in one folder (as WBC)
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from fnmatch import fnmatchcase

from samb.datasets.layout import MASK_FOLDER, Layout, suffix_of
from samb.files.patterns import parent_of, stem_of

_OBSERVER = re.compile(
    r"(?P<image>.+?)(?P<ending>[_\-. ](?:(?:1st|2nd|3rd|first|second|third)\w*"
    r"|(?:observer|obs|rater|reader|grader|annotator|expert)[_-]?\w{1,2}))",
    re.IGNORECASE,
)


def guess_rarer_layout(names: Sequence[str]) -> Layout | None:
    """The one of them that fits most images; None: none does."""
    guesses = [guess(names) for guess in (instance_folders, observers, twin_suffixes)]
    return max((it for it in guesses if it), key=lambda it: it.pairs, default=None)


def instance_folders(names: Sequence[str]) -> Layout | None:
    """Folders of one image each, beside a folder of its masks."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        folders[parent_of(name)].append(name)
    votes: Counter[tuple[str, str, str, str]] = Counter()
    for mask_folder, masks in folders.items():
        above, _, base = mask_folder.rpartition("/")
        if not above or not MASK_FOLDER.fullmatch(base):
            continue
        for folder, images in folders.items():
            if parent_of(folder) == above and folder != mask_folder and len(images) == 1:
                depth = "*/" * (above.count("/") + 1) + folder.rpartition("/")[2]
                votes[depth, base, suffix_of(images[0]), suffix_of(masks[0])] += 1
    if not votes:
        return None
    (images_in, masks_in, image, mask), count = votes.most_common(1)[0]
    pattern = f"{{parent}}/../{masks_in}/*{mask}"
    return Layout(f"{images_in}/*{image}", pattern, None, count, objects="file")


def observers(names: Sequence[str]) -> Layout | None:
    """Masks of several people for each image, told apart by what their names end with."""
    images = {(parent_of(name), stem_of(name)): suffix_of(name) for name in names}
    votes: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    pictured: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        hit = _OBSERVER.fullmatch(stem_of(name))
        if hit and (image := images.get((parent_of(name), hit["image"]))):
            votes[image][hit["ending"], suffix_of(name)] += 1
            pictured[image].add(hit["image"])
    if not votes:
        return None
    suffix, found = max(votes.items(), key=lambda vote: vote[1].total())
    if len(found) < 2:
        return None
    patterns = {
        ending.strip("_-. "): f"{{parent}}/{{stem}}{ending}{mask}" for ending, mask in sorted(found)
    }
    exclude = _exclude(found, suffix)
    if exclude and any(fnmatchcase(f"{stem}{suffix}", exclude) for stem in pictured[suffix]):
        return None  # no pattern tells the masks of these people from images
    return Layout(f"**/*{suffix}", None, exclude, max(found.values()), annotators=patterns)


def _exclude(found: Counter[tuple[str, str]], suffix: str) -> str | None:
    """Pattern of the masks among what `**/*SUFFIX` matches."""
    endings = [ending for ending, mask in found if mask == suffix]
    if not endings:
        return None
    common = "".join(
        letters[0] if len(set(letters)) == 1 else "?" for letters in zip(*endings, strict=False)
    )
    return f"*{common.rstrip('?')}*{suffix}"


def twin_suffixes(names: Sequence[str]) -> Layout | None:
    """Pictures that differ in the suffix alone: PNG keeps mask values, so it is the mask."""
    stems: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        stems[parent_of(name), stem_of(name)].append(suffix_of(name))
    votes: Counter[tuple[str, int]] = Counter()
    for (folder, _), suffixes in stems.items():
        others = [it for it in suffixes if it.lower() != ".png"]
        if len(suffixes) == 2 and len(others) == 1:
            votes[others[0], folder.count("/") + bool(folder)] += 1
    if not votes:
        return None
    (suffix, depth), count = votes.most_common(1)[0]
    return Layout(f"{'*/' * depth}*{suffix}", "{parent}/{stem}.png", None, count)
