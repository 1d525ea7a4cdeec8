"""`samb models import`: an author's file becomes a model that runs like any other."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from samb.adapt.recipe import Recipe
from samb.building import build_parts
from samb.choices import ConfigFolders, one_of
from samb.config import load_model
from samb.errors import RequestError
from samb.models.base import Model
from samb.models.changes import Adapters, Changes, Lora
from samb.models.preprocessing import Preprocessing
from samb.models.store import cache_root

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
        for path in self.files:
            if not path.is_file():
                raise RequestError(f"there is no file {path}")


def import_model(wanted: Import) -> Path:
    """Write the tensors under our names and a model config; returns the config's path."""
    config = _free_config(wanted)
    base: Any = load_model(wanted.base).built
    tensors = _tensors(wanted)
    changes = _changes(wanted, tensors)
    path = cache_root() / "checkpoints" / f"{wanted.name}.safetensors"
    content = {
        "_target_": f"samb.models.adapted.{'SemanticSam' if changes.classes else 'AdaptedSam'}",
        "architecture": base.architecture,
        "checkpoint": base.checkpoint if wanted.author == "samed" else None,
        "learnt": path.name,
        "preprocessing": dataclasses.asdict(_preprocessing(wanted, base.preprocessing)),
        "changes": {**dataclasses.asdict(changes), "classes": list(changes.classes)},
        "card": _card(wanted),
    }
    from samb.adapt.writing import write_config, write_tensors

    write_tensors(path, tensors, half=False)
    write_config(config, wanted.name, content)
    _check(config, wanted.name)
    return config


def _free_config(wanted: Import) -> Path:
    path = wanted.configs / "model" / f"{wanted.name}.yaml"
    if path.exists() or wanted.name in ConfigFolders.find().choices("model"):
        msg = f"there is already a model {wanted.name!r}; give this one another --name"
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
    first = "image_encoder.blocks.0"
    if wanted.author == "samed":
        rank = tensors[f"{first}.attn.qkv.query_down.weight"].shape[0]
        return Changes(lora=Lora(rank), classes=wanted.classes)
    if wanted.author == "msa_2d":
        narrow, wide = tensors[f"{first}.attn.adapter.down.weight"].shape
        return Changes(adapters=Adapters(wide // narrow))
    return Changes()


def _preprocessing(wanted: Import, own: Preprocessing) -> Preprocessing:
    name = RECIPES[wanted.author]
    choice = ConfigFolders.find().read("recipe", name)
    recipe = build_parts({name: choice}, "recipe", Recipe)[0].built
    seen = recipe.preprocessing.of(own)
    return dataclasses.replace(seen, side=wanted.side or seen.side)


def _card(wanted: Import) -> dict[str, str]:
    names = ", ".join(path.name for path in wanted.files)
    return {
        "title": f"{wanted.name}, from files of {wanted.author}",
        "training_data": "not stated; see the authors",
        "licence": "not stated; see the authors",
        "source": f"imported by samb from {names}",
    }


def _check(config: Path, name: str) -> None:
    """Raise RequestError, and leave no config, where the tensors do not fit."""
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    try:
        build_parts(content, "model", Model)[0].built.check()
    except RequestError:
        config.unlink()
        raise


def listed(text: str | None) -> tuple[str, ...]:
    """`a,b` as names."""
    names: Sequence[str] = (text or "").replace(",", " ").split()
    return tuple(names)
