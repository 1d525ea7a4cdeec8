"""Builds the official SAM classes; the one file that imports segment_anything."""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor, nn

from samb.errors import RequestError
from samb.models.architectures import SIZES, Architecture, Size
from samb.models.first_weights import place_prompts
from samb.models.preprocessing import PIXEL_MEAN, PIXEL_STD
from samb.models.stem import ConvStem
from samb.models.torchvision_ops import make_importable

make_importable()
from segment_anything.modeling import (  # noqa: E402 - it imports torchvision, repaired above
    ImageEncoderViT,
    MaskDecoder,
    PromptEncoder,
    Sam,
    TwoWayTransformer,
)
from segment_anything.utils import amg  # noqa: E402 - as above

__all__ = [
    "MaskDecoder",
    "PromptEncoder",
    "Sam",
    "amg",
    "assemble",
    "fresh",
    "mask_decoder",
    "outline",
]


def outline(architecture: Architecture, side: int) -> Sam:
    """The model for inputs of `side` px on torch's meta device: names and shapes, no values."""
    with torch.device("meta"):
        return _sam(architecture, side).eval()


def fresh(architecture: Architecture, side: int, seed: int) -> Sam:
    """Where training from nothing starts (samb.models.first_weights)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        sam = _sam(architecture, side)
    place_prompts(sam, seed)
    return sam


def _sam(architecture: Architecture, side: int) -> Sam:
    size = SIZES[architecture]
    if side % size.stride:
        msg = f"an input of {architecture} must have a side of a multiple of {size.stride} px"
        raise RequestError(f"{msg}, got preprocessing.side={side}")
    return Sam(_encoder(size, side), _prompt_encoder(size, side), _decoder(size))


def assemble(architecture: Architecture, side: int, weights: Mapping[str, Tensor]) -> Sam:
    """The model with a copy of these weights, in evaluation mode, on the CPU in float32."""
    sam = outline(architecture, side).to_empty(device="cpu")
    sam.load_state_dict(weights, strict=True)
    sam.pixel_mean = torch.tensor(PIXEL_MEAN).view(-1, 1, 1)
    sam.pixel_std = torch.tensor(PIXEL_STD).view(-1, 1, 1)
    return sam.requires_grad_(requires_grad=False)


def _encoder(size: Size, side: int) -> ImageEncoderViT:
    encoder = ImageEncoderViT(
        img_size=side,
        patch_size=size.patch,
        embed_dim=size.encoder_width,
        depth=size.encoder_depth,
        num_heads=size.encoder_heads,
        mlp_ratio=4,
        out_chans=size.decoder_width,
        qkv_bias=True,
        norm_layer=partial(nn.LayerNorm, eps=1e-6),
        use_rel_pos=True,
        window_size=size.window,
        global_attn_indexes=size.global_blocks,
    )
    if size.stem:
        encoder.patch_embed = ConvStem(size.encoder_width, size.stem)
    return encoder


def _prompt_encoder(size: Size, side: int) -> PromptEncoder:
    return PromptEncoder(
        embed_dim=size.decoder_width,
        image_embedding_size=(side // size.patch, side // size.patch),
        input_image_size=(side, side),
        mask_in_chans=16,
    )


def _decoder(size: Size) -> MaskDecoder:
    transformer = TwoWayTransformer(
        depth=2,
        embedding_dim=size.decoder_width,
        num_heads=8,
        mlp_dim=size.decoder_mlp_width,
        attention_downsample_rate=size.decoder_downsample,
    )
    return mask_decoder(transformer, size.decoder_width, 3)


def mask_decoder(transformer: nn.Module, width: int, multimask_outputs: int) -> MaskDecoder:
    """A decoder with one mask token more than `multimask_outputs`, around a transformer."""
    return MaskDecoder(
        transformer_dim=width,
        transformer=transformer,
        num_multimask_outputs=multimask_outputs,
        iou_head_depth=3,
        iou_head_hidden_dim=256,
    )
