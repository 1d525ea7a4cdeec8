"""LoRA, adapters and prompt-free heads, put in at named sites of the official SAM classes."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from samb.errors import RequestError
from samb.models.changes import Adapters, Changes, Lora
from samb.models.official import MaskDecoder, Sam, mask_decoder


class QueryValueLora(nn.Module):
    """In the place of `attn.qkv`: its output, with low-rank additions to queries and values."""

    def __init__(self, qkv: nn.Linear, rank: int) -> None:
        super().__init__()
        self.qkv = qkv
        width = qkv.in_features
        self.query_down = nn.Linear(width, rank, bias=False)
        self.query_up = nn.Linear(rank, width, bias=False)
        self.value_down = nn.Linear(width, rank, bias=False)
        self.value_up = nn.Linear(rank, width, bias=False)
        for down, up in ((self.query_down, self.query_up), (self.value_down, self.value_up)):
            nn.init.kaiming_uniform_(down.weight, a=math.sqrt(5))
            nn.init.zeros_(up.weight)

    def forward(self, tokens: Tensor) -> Tensor:
        """(..., width) to (..., 3 width): queries, keys, values."""
        query, key, value = self.qkv(tokens).chunk(3, dim=-1)
        query = query + self.query_up(self.query_down(tokens))
        value = value + self.value_up(self.value_down(tokens))
        return torch.cat([query, key, value], dim=-1)


class Bottleneck(nn.Module):
    """W2 GELU(W1 x)."""

    def __init__(self, width: int, reduction: int) -> None:
        super().__init__()
        self.down = nn.Linear(width, width // reduction)
        self.up = nn.Linear(width // reduction, width)

    def forward(self, tokens: Tensor) -> Tensor:
        up: Tensor = self.up(nn.functional.gelu(self.down(tokens)))
        return up


class AdaptedAttention(nn.Module):
    """In the place of `attn`: z + A(z) of its answer z."""

    def __init__(self, attention: nn.Module, adapter: Bottleneck) -> None:
        super().__init__()
        self.attention, self.adapter = attention, adapter

    def forward(self, tokens: Tensor) -> Tensor:
        answer = self.attention(tokens)
        adapted: Tensor = answer + self.adapter(answer)
        return adapted


class AdaptedMlp(nn.Module):
    """In the place of `mlp`: its answer, and the adapter's to the same tokens."""

    def __init__(self, mlp: nn.Module, adapter: Bottleneck, scale: float) -> None:
        super().__init__()
        self.mlp, self.adapter, self.scale = mlp, adapter, scale

    def forward(self, tokens: Tensor) -> Tensor:
        adapted: Tensor = self.mlp(tokens) + self.scale * self.adapter(tokens)
        return adapted


def substitute(sam: Sam, changes: Changes) -> frozenset[str]:
    """Put the changes into a model, in place; returns the names of the tensors that are new.

    Those are drawn from torch's state; all others are the model's own, some under a longer name.
    """
    own = list(sam.parameters())
    if changes.lora:
        _add_lora(sam, changes.lora)
    if changes.adapters:
        _add_adapters(sam, changes.adapters)
    if changes.classes:
        sam.mask_decoder = _semantic(sam.mask_decoder, len(changes.classes))
    kept = {id(it) for it in own}
    return frozenset(name for name, it in sam.named_parameters() if id(it) not in kept)


def _blocks(sam: Sam, what: str) -> list[Any]:
    blocks: nn.ModuleList | None = getattr(sam.image_encoder, "blocks", None)
    if not blocks:
        msg = f"{what} need an image encoder of transformer blocks, and this model's has none"
        raise RequestError(msg)
    return list(blocks)


def _add_lora(sam: Sam, lora: Lora) -> None:
    for block in _blocks(sam, "low-rank additions"):
        block.attn.qkv = QueryValueLora(block.attn.qkv, lora.rank)


def _add_adapters(sam: Sam, adapters: Adapters) -> None:
    for block in _blocks(sam, "adapters"):
        width = block.norm1.normalized_shape[0]
        block.attn = AdaptedAttention(block.attn, Bottleneck(width, adapters.reduction))
        block.mlp = AdaptedMlp(block.mlp, Bottleneck(width, adapters.reduction), adapters.scale)


def _semantic(decoder: MaskDecoder, classes: int) -> MaskDecoder:
    """A decoder with a mask token for the background and each class.

    Mask tokens, their networks and the whole IoU head are new, whatever their number; the rest is
    kept. SAMed drops the same three where SAM's file does not fit as it is (hitachinsk/SAMed,
    segment_anything/build_sam.py: load_from).
    """
    wider = mask_decoder(decoder.transformer, decoder.transformer_dim, classes)
    wider.iou_token = decoder.iou_token
    wider.output_upscaling = decoder.output_upscaling
    return wider


def let_learn(sam: Sam) -> None:
    """Let everything learn that `substitute` added to the image encoder."""
    for module in sam.modules():
        if isinstance(module, Bottleneck):
            module.requires_grad_(requires_grad=True)
        if isinstance(module, QueryValueLora):
            for own in (module.query_down, module.query_up, module.value_down, module.value_up):
                own.requires_grad_(requires_grad=True)
