"""Where a promptable decoder starts when it is trained from nothing.

As the classes draw them, decoders of our size leave prompts aside for hundreds of steps, and place
small targets badly long after. Here positions are encoded along the axes too, in frequencies from
slow to fast, and some attention heads begin by comparing places: whether a pixel is before or
behind a prompt along an axis, and whether it is near (our own measurements, results/builtin).
"""

import numpy as np
import torch
from torch import Tensor, nn

from samb.types import FloatArray

SHARPER = 2.0
"""Times the queries and keys that a fresh model's classes draw."""
SPREAD = 2.0
"""Standard deviation of the frequencies in all directions, in periods per half side."""
OCTAVES = (-2.5, 2.5)
"""Slowest and fastest frequency along an axis: powers of 2, in periods per half side."""
LARGEST_LOGIT = 8.0
"""Of a head that compares places."""
QUIET = 0.3
"""Times what is added to positions of amplitude 1: embeddings of tokens and of the image."""
COMPARES = (("x", "order"), ("y", "order")) * 2 + (("x", "nearness"), ("y", "nearness"))
"""What the first heads compare, by axis; the others stay as drawn."""


@torch.no_grad()
def place_prompts(sam: nn.Module, seed: int) -> None:
    """Let the prompt encoder and mask decoder of a fresh SAM know places from the first step."""
    frequencies = sam.get_buffer("prompt_encoder.pe_layer.positional_encoding_gaussian_matrix")
    frequencies.copy_(torch.from_numpy(_frequencies(frequencies.shape[1], seed)))
    for module in sam.modules():
        if isinstance(module, nn.Embedding):
            module.weight.mul_(QUIET)
    sam.get_parameter("image_encoder.neck.3.weight").mul_(QUIET)
    for name, module in sam.get_submodule("mask_decoder").named_modules():
        if hasattr(module, "q_proj"):
            _look_at_the_like(module)
        if name.endswith("cross_attn_image_to_token"):
            _compare_places(module, frequencies.shape[1])


def _frequencies(count: int, seed: int) -> FloatArray:
    """(2, count): half in all directions, a quarter along x, a quarter along y."""
    half, quarter = count // 2, count // 4
    found = np.zeros((2, count), dtype=np.float32)
    found[:, :half] = np.random.default_rng(seed).normal(0, SPREAD, (2, half))
    along = 2.0 ** np.linspace(*OCTAVES, quarter)
    found[0, half : half + quarter] = along
    found[1, half + quarter :] = along
    return found


def _look_at_the_like(attention: nn.Module) -> None:
    """Keys start equal to queries, so that like positions attend to each other."""
    query, key = attention.get_parameter("q_proj.weight"), attention.get_parameter("k_proj.weight")
    if query.shape == key.shape:
        query.mul_(SHARPER)
        key.copy_(query)


def _compare_places(attention: nn.Module, count: int) -> None:
    """The first heads' logits become odd or even functions of pixel minus prompt along an axis.

    sin a cos b - cos a sin b = sin(a - b), and cos a cos b + sin a sin b = cos(a - b), summed over
    frequencies: a step where the pixel passes the prompt, or a bump around it.
    """
    query, key = attention.get_parameter("q_proj.weight"), attention.get_parameter("k_proj.weight")
    width = len(query) // int(attention.num_heads)  # type: ignore[arg-type]  # segment_anything's
    scale = (LARGEST_LOGIT * width**0.5 / (width // 2)) ** 0.5
    for head, (axis, what) in enumerate(COMPARES):
        rows = slice(head * width, (head + 1) * width)
        sines = _along(axis, count, width // 2)
        query[rows], key[rows] = _head(query[rows], sines, count, scale, what)
    attention.get_parameter("q_proj.bias").zero_()
    attention.get_parameter("k_proj.bias").zero_()


def _along(axis: str, count: int, wanted: int) -> list[int]:
    """Channels of the sines of `wanted` frequencies along an axis; cosines lie `count` behind."""
    first = count // 2 + (0 if axis == "x" else count // 4)
    return [first + round(place) for place in np.linspace(0, count // 4 - 1, wanted)]


def _head(
    like: Tensor, sines: list[int], count: int, scale: float, what: str
) -> tuple[Tensor, Tensor]:
    query, key = torch.zeros_like(like), torch.zeros_like(like)
    for pair, sine in enumerate(sines):
        first, second = 2 * pair, 2 * pair + 1
        query[first, sine] = query[second, sine + count] = scale
        if what == "order":
            key[first, sine + count], key[second, sine] = scale, -scale
        else:
            key[first, sine] = key[second, sine + count] = scale
    return query, key
