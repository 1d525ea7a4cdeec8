"""A checkpoint's positional tables, fitted to an input of another size."""

from collections.abc import Mapping

from torch import Tensor
from torch.nn import functional

from samb.models.architectures import SIZES, Architecture

POSITIONS = "image_encoder.pos_embed"


def fitted(
    weights: Mapping[str, Tensor], architecture: Architecture, side: int
) -> Mapping[str, Tensor]:
    """The weights for inputs of `side` px: bilinear positions, linear relative ones.

    As hitachinsk/SAMed (segment_anything/build_sam.py: load_from), which loads SAM's file of 1024
    px at 512. Windowed blocks keep theirs. Weights that fit already stay as they are.
    """
    tokens = side // SIZES[architecture].patch
    found = weights.get(POSITIONS)
    if found is None or found.shape[1] == tokens:
        return weights
    changed = {POSITIONS: _grid(found, tokens)}
    for block in SIZES[architecture].global_blocks:
        for axis in ("h", "w"):
            name = f"image_encoder.blocks.{block}.attn.rel_pos_{axis}"
            changed[name] = _line(weights[name], 2 * tokens - 1)
    return {**weights, **changed}


def _grid(positions: Tensor, tokens: int) -> Tensor:
    """(1, h, w, D) to (1, tokens, tokens, D)."""
    maps = positions.float().permute(0, 3, 1, 2)
    size = (tokens, tokens)
    resized = functional.interpolate(maps, size, mode="bilinear", align_corners=False)
    return resized.permute(0, 2, 3, 1)


def _line(positions: Tensor, length: int) -> Tensor:
    """(n, d) to (length, d)."""
    rows = positions.float().T[None]
    return functional.interpolate(rows, length, mode="linear", align_corners=False)[0].T
