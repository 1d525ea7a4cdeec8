"""Reads a checkpoint and says in one sentence what is wrong with it, before any data is read."""

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from samb.errors import RequestError
from samb.models.architectures import SIZES, Architecture
from samb.models.official import outline

NESTED_UNDER = ("model", "state_dict")
"""Where training checkpoints keep the weights."""
PARALLEL = "module."
"""Prefix of every name in weights saved from a (Distributed)DataParallel model."""
WIDTH = "image_encoder.patch_embed.proj.bias"
"""A tensor whose length tells the architectures apart."""


def read_weights(path: Path) -> Mapping[str, Tensor]:
    """Name -> tensor, mapped from the file where its format allows, so that reading is cheap.

    Reads `torch.save` files (plain state dicts, or under `model` or `state_dict`) and safetensors.
    Raises RequestError for a file that is truncated, of another kind, or that would run code.
    """
    loaded = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    for key in NESTED_UNDER:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(key), Mapping):
            loaded = loaded[key]
    if not isinstance(loaded, Mapping) or not loaded:
        msg = f"{path}: expected a state dict (name -> tensor), got {type(loaded).__name__}"
        raise RequestError(msg)
    return {str(name).removeprefix(PARALLEL): tensor for name, tensor in loaded.items()}


def check_weights(
    weights: Mapping[str, Tensor], architecture: Architecture, side: int, path: Path
) -> None:
    """Raise RequestError unless names and shapes are those of the architecture."""
    wanted = {
        name: tuple(own.shape) for name, own in outline(architecture, side).state_dict().items()
    }
    found = {name: tuple(getattr(own, "shape", ())) for name, own in weights.items()}
    if found == wanted:
        return
    msg = f"{path}: not the weights of {architecture} at {side} px: {_difference(found, wanted)}"
    raise RequestError(msg)


Shapes = Mapping[str, tuple[int, ...]]


def _difference(found: Shapes, wanted: Shapes) -> str:
    """The most telling difference between two sets of named shapes."""
    others = [name for name, size in SIZES.items() if found.get(WIDTH) == (size.encoder_width,)]
    if found.get(WIDTH) != wanted[WIDTH] and others:
        return f"it looks like {others[0]}; set architecture={others[0]}"
    missing = [name for name in wanted if name not in found]
    extra = [name for name in found if name not in wanted]
    if missing or extra:
        return (
            f"{len(missing)} of its {len(wanted)} tensors are missing{_example(missing)}, "
            f"{len(extra)} are unknown{_example(extra)}"
        )
    name = next(name for name in wanted if found[name] != wanted[name])
    return f"{name} has shape {found[name]}, wanted {wanted[name]}"


def _example(names: list[str]) -> str:
    return f" (such as {names[0]})" if names else ""


def _read_safetensors(path: Path) -> Mapping[str, Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        msg = f"{path}: not a whole safetensors file, perhaps truncated ({error}); fetch it again"
        raise RequestError(msg) from error


def _read_torch(path: Path) -> Any:
    """What torch.save wrote; tensors and plain containers only, for anything else is code."""
    whole = zipfile.is_zipfile(path)
    if not whole and _starts_as_zip(path):
        msg = f"{path}: truncated, the end of the file is missing; fetch it again"
        raise RequestError(msg)
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=whole)
    except pickle.UnpicklingError as error:
        raise RequestError(_refusal(path, error)) from error
    except (RuntimeError, EOFError, ValueError, KeyError, OSError) as error:
        msg = f"{path}: not a PyTorch checkpoint, or a damaged one ({_first_line(error)})"
        raise RequestError(msg) from error


def _refusal(path: Path, error: pickle.UnpicklingError) -> str:
    if "Unsupported global" in str(error) or "GLOBAL" in str(error):
        return (
            f"{path}: holds pickled objects beside tensors, and loading those can run any code; "
            f"save its state dict alone, or as safetensors"
        )
    return f"{path}: not a PyTorch checkpoint, or a damaged one ({_first_line(error)})"


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"
