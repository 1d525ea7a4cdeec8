"""SAM's mask decoder for prompts on many images at once."""

import torch
from torch import Tensor

from samb.models.official import MaskDecoder, Sam


def decode(
    decoder: MaskDecoder, features: Tensor, positions: Tensor, sparse: Tensor, dense: Tensor
) -> tuple[Tensor, Tensor]:
    """Logits (B, C, 4h, 4w) of all mask tokens and their IoU estimates (B, C), for B prompts.

    Each prompt has image features of its own, (B, D, h, w), beside its tokens (B, N, D) and its
    dense embedding (B, D, h, w); `positions` is (1, D, h, w). The official
    `MaskDecoder.predict_masks` repeats one image's features for all prompts, and its `forward`
    drops token 0 or tokens 1 to 3. Same modules, same operations, same order.
    """
    own = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])
    tokens = torch.cat([own.expand(len(sparse), -1, -1), sparse], dim=1)
    queries, keys = decoder.transformer(
        features + dense, positions.expand(len(sparse), -1, -1, -1), tokens
    )
    upscaled = decoder.output_upscaling(keys.transpose(1, 2).reshape(features.shape))
    weights = _mask_weights(decoder, queries[:, 1 : 1 + decoder.num_mask_tokens])
    logits = (weights @ upscaled.flatten(2)).unflatten(2, upscaled.shape[2:])
    return logits, decoder.iou_prediction_head(queries[:, 0])


def decode_unprompted(sam: Sam, features: Tensor) -> Tensor:
    """Logits (B, C, 4h, 4w) of all mask tokens for features (B, D, h, w), without any prompt."""
    sparse, dense = sam.prompt_encoder(points=None, boxes=None, masks=None)
    count = len(features)
    logits, _ = decode(
        sam.mask_decoder,
        features,
        sam.prompt_encoder.get_dense_pe(),
        sparse.expand(count, -1, -1),
        dense.expand(count, -1, -1, -1),
    )
    return logits


def _mask_weights(decoder: MaskDecoder, mask_tokens: Tensor) -> Tensor:
    """How much each channel counts in each mask, (B, C, D / 8)."""
    networks = enumerate(decoder.output_hypernetworks_mlps)
    return torch.stack([network(mask_tokens[:, index]) for index, network in networks], dim=1)
