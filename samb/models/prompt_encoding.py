"""Prompts in original pixels to the embeddings that SAM's decoder reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from samb.dialogue import Prompt
from samb.errors import RefusedError
from samb.models.base import Embedding
from samb.models.official import PromptEncoder
from samb.models.preprocessing import Preprocessing
from samb.types import FloatArray

Request: TypeAlias = tuple[Embedding, Prompt]


@dataclass(frozen=True)
class Layout:
    """What prompts must have in common to be encoded and decoded together."""

    point_count: int
    has_box: bool
    has_mask: bool
    """Drawn, or handed back from an earlier answer."""


def layout_of(prompt: Prompt) -> Layout:
    """Raises RefusedError for a prompt without points, box, mask and feedback."""
    if not prompt.kinds:
        msg = "SAM needs points, a box or feedback, or a drawn mask; this prompt has none"
        raise RefusedError(msg)
    has_mask = prompt.mask is not None or prompt.feedback is not None
    return Layout(len(prompt.points_xy), prompt.box_xyxy is not None, has_mask)


def batches(requests: Sequence[Request], size: int) -> Iterator[list[int]]:
    """Indices of requests of one layout, in order of appearance, at most `size` at a time."""
    groups: dict[Layout, list[int]] = {}
    for index, (_, prompt) in enumerate(requests):
        groups.setdefault(layout_of(prompt), []).append(index)
    for indices in groups.values():
        yield from (indices[start : start + size] for start in range(0, len(indices), size))


def encode(
    encoder: PromptEncoder, requests: Sequence[Request], preprocessing: Preprocessing
) -> tuple[Tensor, Tensor]:
    """Sparse (B, N, D) and dense (B, D, h, w) embeddings of requests of one layout."""
    layout = layout_of(requests[0][1])
    device = encoder.no_mask_embed.weight.device
    points = boxes = masks = None
    if layout.point_count:
        points = (_points(requests, preprocessing).to(device), _labels(requests).to(device))
    if layout.has_box:
        boxes = _boxes(requests, preprocessing).to(device)
    if layout.has_mask:
        masks = _mask_input(requests, preprocessing).to(device)
    sparse, dense = encoder(points=points, boxes=boxes, masks=masks)
    return sparse, dense


def _points(requests: Sequence[Request], preprocessing: Preprocessing) -> Tensor:
    rows = [_scaled(prompt.points_xy, own, preprocessing) for own, prompt in requests]
    return torch.stack(rows)  # (B, N, 2)


def _labels(requests: Sequence[Request]) -> Tensor:
    labels = np.stack([prompt.point_labels for _, prompt in requests])
    return torch.tensor(labels, dtype=torch.int32)  # (B, N)


def _boxes(requests: Sequence[Request], preprocessing: Preprocessing) -> Tensor:
    """Corners as they are: SAM's own code scales the same numbers that a user drew."""
    rows = [
        _scaled(prompt.box_xyxy.reshape(2, 2), own, preprocessing).flatten()
        for own, prompt in requests
        if prompt.box_xyxy is not None
    ]
    return torch.stack(rows)  # (B, 4)


def _mask_input(requests: Sequence[Request], preprocessing: Preprocessing) -> Tensor:
    rows = [_logits(own, prompt, preprocessing) for own, prompt in requests]
    return torch.stack(rows)  # (B, 1, 4h, 4w)


def _logits(embedding: Embedding, prompt: Prompt, preprocessing: Preprocessing) -> Tensor:
    """(1, 4h, 4w). Raises RefusedError for a drawing of another size than its image."""
    if prompt.feedback is not None:
        logits = torch.tensor(prompt.feedback, dtype=torch.float32)
    elif prompt.mask is not None and prompt.mask.shape == embedding.shape[1:]:
        logits = torch.from_numpy(preprocessing.drawn_logits(prompt.mask))
    else:
        drawn = None if prompt.mask is None else prompt.mask.shape
        msg = f"a drawn mask must have its image's size {embedding.shape[1:]}, got {drawn}"
        raise RefusedError(msg)
    return logits.reshape(1, *logits.shape[-2:])


def _scaled(xy: FloatArray, embedding: Embedding, preprocessing: Preprocessing) -> Tensor:
    _, height, width = embedding.shape
    return torch.from_numpy(preprocessing.coordinates(xy, (height, width)))
