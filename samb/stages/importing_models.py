"""`samb models import`: an author's file becomes a model that runs like any other."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samb.adapt.recipe import Recipe
from samb.building import build_parts, validated
from samb.choices import ConfigFolders, one_of
from samb.errors import RequestError
from samb.models.base import Model
from samb.models.changes import Adapters, Changes, Lora
from samb.models.preprocessing import Preprocessing
from samb.models.store import cache_root
from samb.stages.import_base import ImportBase

RECIPES = {
    "medsam": "medsam_v2",
    "polyp_sam": "polyp_sam",
    "samed": "samed",
    "msa_2d": "msa_2d",
}
"""Authors, and the recipe whose input convention theirs is."""


@dataclass(frozen=True)
class Import:
    """What is asked for."""

    author: str
    files: tuple[Path, ...]
    name: str
    base: str
    """A model of SAM: its architecture, and for samed its weights too."""
    classes: tuple[str, ...]
    """Structures that a prompt-free head knows, in the order of its masks."""
    side: int | None
    """Of the model's input in px; None: the base's."""
    configs: Path

    def __post_init__(self) -> None:
        if self.author not in RECIPES:
            msg = f"there are no files of {self.author!r}{one_of(self.author, RECIPES)}"
            raise RequestError(msg)
        if (self.author == "samed") != bool(self.classes):
            msg = "--classes names the structures of a SAMed file, in its order, and of no other"
            raise RequestError(msg)
        if not re.fullmatch(r"\w[\w-]*", self.name):
            msg = f"--name takes letters, digits, _ and - alone, got {self.name!r}"
            raise RequestError(msg)
        for path in self.files:
            if not path.is_file():
                raise RequestError(f"there is no file {path}")

    @property
    def tensors(self) -> str:
        """Name of the file that is written, in SAMB_CACHE/checkpoints."""
        return f"{self.name}.safetensors"


def import_model(wanted: Import) -> Path:
    """Write the tensors under our names and a model config; returns the config's path.

    Raises RequestError, and leaves nothing behind, where the files are not what is stated.
    """
    config, path = _free_config(wanted), _free_tensors(wanted)
    base = ImportBase.of(wanted.base, whole=wanted.author == "samed")
    tensors = _tensors(wanted)
    content = _content(wanted, base, _changes(wanted, tensors))
    from samb.adapt.writing import write_config, write_tensors

    with _nothing_left(config, path):
        write_tensors(path, tensors, half=False)
        build_parts({wanted.name: content}, "model", Model)[0].built.check()
        write_config(config, wanted.name, content)
    return config


def _content(wanted: Import, base: ImportBase, changes: Changes) -> dict[str, Any]:
    """The model as a config names it."""
    return {
        "_target_": f"samb.models.adapted.{'SemanticSam' if changes.classes else 'AdaptedSam'}",
        "architecture": base.architecture,
        **base.pin,
        "learnt": wanted.tensors,
        "preprocessing": dataclasses.asdict(_preprocessing(wanted, base.preprocessing)),
        "changes": {**dataclasses.asdict(changes), "classes": list(changes.classes)},
        "card": {**_card(wanted), **base.card},
    }


@contextmanager
def _nothing_left(*paths: Path) -> Iterator[None]:
    """Removes these files where what makes them fails."""
    try:
        yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def _free_config(wanted: Import) -> Path:
    path = wanted.configs / "model" / f"{wanted.name}.yaml"
    if path.exists() or wanted.name in ConfigFolders.find().choices("model"):
        msg = f"there is already a model {wanted.name!r}; give this one another --name"
        raise RequestError(msg)
    return path


def _free_tensors(wanted: Import) -> Path:
    path = cache_root() / "checkpoints" / wanted.tensors
    if path.exists():
        msg = (
            f"{path} is there already, and a model of another config folder may need it; give this "
            f"one another --name, or remove that file"
        )
        raise RequestError(msg)
    return path


def _tensors(wanted: Import) -> dict[str, Any]:
    from samb.adapt.authors import PARTS, imported
    from samb.models.checkpoints import read_weights

    read = [read_weights(path) for path in wanted.files]
    if wanted.author == "polyp_sam":
        if len(read) != len(PARTS):
            names = ", ".join(PARTS)
            msg = f"polyp_sam has a file for each of {names}, in this order; got {len(read)}"
            raise RequestError(msg)
        return imported("polyp_sam", dict(zip(PARTS, read, strict=True)))
    if len(read) != 1:
        raise RequestError(f"{wanted.author} has one file, got {len(read)}")
    author: Any = wanted.author
    return imported(author, {str(wanted.files[0]): read[0]})


def _changes(wanted: Import, tensors: Mapping[str, Any]) -> Changes:
    """Rank and width of the bottleneck are read off the tensors."""
    if wanted.author == "samed":
        rank, _ = _shape(wanted, tensors, "attn.qkv.query_down.weight")
        return Changes(lora=Lora(rank), classes=wanted.classes)
    if wanted.author == "msa_2d":
        narrow, wide = _shape(wanted, tensors, "attn.adapter.down.weight")
        return Changes(adapters=Adapters(wide // narrow))
    return Changes()


def _shape(wanted: Import, tensors: Mapping[str, Any], part: str) -> tuple[int, int]:
    """Rows and columns of a matrix in the first block."""
    shape = tuple(getattr(tensors.get(f"image_encoder.blocks.0.{part}"), "shape", ()))
    if len(shape) != 2 or 0 in shape:
        msg = (
            f"{wanted.files[0]}: wanted the matrix that is {part} of the first block under samb's "
            f"names, to read its size, got {f'shape {shape}' if shape else 'none'}; is it whole, "
            f"and of {wanted.author}?"
        )
        raise RequestError(msg)
    return shape


def _preprocessing(wanted: Import, own: Preprocessing) -> Preprocessing:
    name = RECIPES[wanted.author]
    choice = ConfigFolders.find().read("recipe", name)
    recipe = build_parts({name: choice}, "recipe", Recipe)[0].built
    seen = recipe.preprocessing.of(own)
    side = seen.side if wanted.side is None else wanted.side
    return validated(Preprocessing, {**dataclasses.asdict(seen), "side": side}, "--side")


def _card(wanted: Import) -> dict[str, str]:
    names = ", ".join(path.name for path in wanted.files)
    return {
        "title": f"{wanted.name}, from files of {wanted.author}",
        "training_data": "not stated; see the authors",
        "licence": "not stated; see the authors",
        "source": f"imported by samb from {names}",
    }


def listed(text: str | None) -> tuple[str, ...]:
    """`a,b` as names."""
    names: Sequence[str] = (text or "").replace(",", " ").split()
    return tuple(names)
