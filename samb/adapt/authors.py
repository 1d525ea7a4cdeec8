"""Key names of the files that authors of adaptations publish, to ours and back.

| authors | file |
|---|---|
| medsam | SAM's own names; training files nest them under `model`, behind `module.` |
| polyp_sam | three files, one a part, with SAM's names less the part's prefix |
| samed | `w_a_000`, `w_b_000` ...: down and up of queries, then of values, block by block; beside |
| | them the whole prompt encoder and mask decoder |
| msa_2d | the whole model; `Space_Adapter`, `MLP_Adapter` and an unused `Depth_Adapter` in each |
| | block, and relative positions named `rel_h`, `rel_w` |

Sources: bowang-lab/MedSAM d71e8a1 (utils/ckpt_convert.py), ricklisz/Polyp-SAM 81d59fd,
hitachinsk/SAMed e351840 (sam_lora_image_encoder.py), SuperMedIntel/Medical-SAM-Adapter 0add836.
"""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from torch import Tensor

from samb.errors import RequestError

Author: TypeAlias = Literal["medsam", "polyp_sam", "samed", "msa_2d"]
AUTHORS: tuple[Author, ...] = get_args(Author)
Tensors: TypeAlias = Mapping[str, Tensor]

PARTS = ("image_encoder", "prompt_encoder", "mask_decoder")
_QKV = "image_encoder.blocks.{block}.attn.qkv.{part}_{way}.weight"
_TO_MSA = (
    (r"\.attn\.attention\.rel_pos_([hw])$", r".attn.rel_\1"),
    (r"\.attn\.attention\.", ".attn."),
    (r"\.attn\.adapter\.down\.", ".Space_Adapter.D_fc1."),
    (r"\.attn\.adapter\.up\.", ".Space_Adapter.D_fc2."),
    (r"\.mlp\.adapter\.down\.", ".MLP_Adapter.D_fc1."),
    (r"\.mlp\.adapter\.up\.", ".MLP_Adapter.D_fc2."),
    (r"(blocks\.\d+)\.mlp\.mlp\.", r"\1.mlp."),
)
_FROM_MSA = (
    (r"(blocks\.\d+)\.attn\.rel_([hw])$", r"\1.attn.attention.rel_pos_\2"),
    (r"(blocks\.\d+)\.attn\.(qkv|proj)\.", r"\1.attn.attention.\2."),
    (r"\.Space_Adapter\.D_fc1\.", ".attn.adapter.down."),
    (r"\.Space_Adapter\.D_fc2\.", ".attn.adapter.up."),
    (r"(blocks\.\d+)\.mlp\.", r"\1.mlp.mlp."),
    (r"\.MLP_Adapter\.D_fc1\.", ".mlp.adapter.down."),
    (r"\.MLP_Adapter\.D_fc2\.", ".mlp.adapter.up."),
)


def imported(author: Author, files: Mapping[str, Tensors]) -> dict[str, Tensor]:
    """The tensors of an author's file, or files by part, under our names.

    Raises RequestError where a file is not what that author publishes.
    """
    for file, content in files.items():
        _check_tensors(content, file)
    if author == "polyp_sam":
        return _joined(files)
    ((name, tensors),) = files.items()
    if author == "samed":
        return _from_samed(tensors, name)
    return _from_msa(tensors, name) if author == "msa_2d" else dict(tensors)


def exported(author: Author, tensors: Tensors) -> dict[str, dict[str, Tensor]]:
    """The same backwards; the part's name (polyp_sam) or `model` -> tensors."""
    if author == "polyp_sam":
        return {part: _part(tensors, part) for part in PARTS}
    if author == "samed":
        return {"model": _to_samed(tensors)}
    return {"model": _renamed(tensors, _TO_MSA) if author == "msa_2d" else dict(tensors)}


def _check_tensors(content: Mapping[str, object], file: str) -> None:
    for key, own in content.items():
        if not isinstance(own, Tensor):
            msg = (
                f"{file}: wanted name -> tensor, and its {key!r} is of type {type(own).__name__}; "
                f"save the model's state dict alone"
            )
            raise RequestError(msg)


def _joined(files: Mapping[str, Tensors]) -> dict[str, Tensor]:
    if sorted(files) != sorted(PARTS):
        msg = (
            f"polyp_sam has a file for each of {', '.join(PARTS)}; give them in this order, got "
            f"{len(files)} of them"
        )
        raise RequestError(msg)
    return {
        f"{part}.{name}": own for part, tensors in files.items() for name, own in tensors.items()
    }


def _part(tensors: Tensors, part: str) -> dict[str, Tensor]:
    start = f"{part}."
    return {key.removeprefix(start): own for key, own in tensors.items() if key.startswith(start)}


def _from_samed(tensors: Tensors, name: str) -> dict[str, Tensor]:
    pattern = re.compile(r"w_([ab])_(\d{3})")
    found: dict[str, Tensor] = {}
    for key, own in tensors.items():
        match = pattern.fullmatch(key)
        found[_samed_place(match[1], int(match[2])) if match else key] = own
    if not any(pattern.fullmatch(key) for key in tensors):
        msg = f"{name}: SAMed's files hold w_a_000, w_b_000 and so on, and this one holds none"
        raise RequestError(msg)
    return found


def _from_msa(tensors: Tensors, name: str) -> dict[str, Tensor]:
    if not any(".Space_Adapter." in key for key in tensors):
        msg = (
            f"{name}: files of the Medical SAM Adapter hold a Space_Adapter in every block, and "
            f"this one holds none; plain SAM weights come in as medsam"
        )
        raise RequestError(msg)
    kept = {key: own for key, own in tensors.items() if ".Depth_Adapter." not in key}
    return _renamed(kept, _FROM_MSA)


def _samed_place(letter: str, number: int) -> str:
    block, part = number // 2, ("query", "value")[number % 2]
    return _QKV.format(block=block, part=part, way="down" if letter == "a" else "up")


def _to_samed(tensors: Tensors) -> dict[str, Tensor]:
    pattern = re.compile(r".*blocks\.(\d+)\.attn\.qkv\.(query|value)_(down|up)\.weight")
    found: dict[str, Tensor] = {}
    for key, own in tensors.items():
        match = pattern.fullmatch(key)
        if match:
            number = 2 * int(match[1]) + (match[2] == "value")
            found[f"w_{'a' if match[3] == 'down' else 'b'}_{number:03d}"] = own
        elif key.startswith(PARTS[1:]):
            found[key] = own
    return found


def _renamed(tensors: Tensors, rules: tuple[tuple[str, str], ...]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for key, own in tensors.items():
        for pattern, replacement in rules:
            key = re.sub(pattern, replacement, key)  # rules apply one after another
        found[key] = own
    return found
