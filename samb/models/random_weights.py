"""Seeded random weights for SAM's classes, in the official checkpoint format."""

import math

import torch
from torch import Tensor

from samb.models.architectures import Architecture
from samb.models.official import outline


def random_weights(architecture: Architecture, side: int, seed: int) -> dict[str, Tensor]:
    """A state dict in which every value is drawn, the same for the same seed.

    Freshly built modules have zeros in every positional table and logits near 0, so that a swapped
    token or a lost position would go unseen; with these weights each one shows.
    """
    generator = torch.Generator().manual_seed(seed)
    outlined = outline(architecture, side).state_dict()
    return {name: _drawn(name, own.shape, generator) for name, own in outlined.items()}


def _drawn(name: str, shape: torch.Size, generator: torch.Generator) -> Tensor:
    noise = torch.randn(shape, generator=generator)
    if len(shape) == 1:
        return 1 + 0.2 * noise if name.endswith("weight") else 0.2 * noise
    return noise * _deviation(name, shape)


def _deviation(name: str, shape: torch.Size) -> float:
    """0.5 to 1 for tables; for matrices and kernels what keeps the spread of their inputs.

    Queries and keys are kept small: in sharper attention rounding grows to 5e-5 of the logits, and
    a comparison with the official code could no longer be held to 1e-5.
    """
    if any(part in name for part in ("pos", "_embeddings", "token.", "tokens.")):
        return 1.0 if "gaussian" in name else 0.5
    if "embed.weight" in name:
        return 1.0
    inputs = shape[0] if name.startswith("mask_decoder.output_upscaling") else math.prod(shape[1:])
    gain = 0.125 if name.endswith(("q_proj.weight", "k_proj.weight")) else 2
    return math.sqrt(gain / inputs)
