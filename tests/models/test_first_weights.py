"""Before any training, attention of the image to its prompts compares places."""

import pytest
import torch
from torch import Tensor

from samb.models.official import fresh

SIDE = 256


def logits(prompt_xy: tuple[float, float], pixels_xy: list[tuple[float, float]]) -> Tensor:
    """(heads, pixels) of attention of pixels to one place, by the first decoder layer."""
    sam = fresh("small", SIDE, seed=0)
    attention = sam.mask_decoder.transformer.layers[0].cross_attn_image_to_token
    encoder = sam.prompt_encoder.pe_layer
    places = torch.tensor([[prompt_xy, *pixels_xy]], dtype=torch.float32)
    positions = encoder.forward_with_coords(places, (SIDE, SIDE))[0]
    with torch.no_grad():
        key = attention.k_proj(positions[:1]).view(1, attention.num_heads, -1)
        query = attention.q_proj(positions[1:]).view(len(pixels_xy), attention.num_heads, -1)
    width = query.shape[-1]
    found: Tensor = (query * key).sum(-1).T / width**0.5
    return found


@pytest.mark.parametrize("prompt", [(40.0, 200.0), (128.0, 128.0), (220.0, 33.0)])
def test_heads_of_order_tell_on_which_side_of_a_prompt_a_pixel_lies(
    prompt: tuple[float, float],
) -> None:
    x, y = prompt
    found = logits(prompt, [(x - 8, y), (x + 8, y), (x, y - 8), (x, y + 8)])
    for head in (0, 2):
        assert found[head, 0] < -1
        assert found[head, 1] > 1
        assert found[head, 2:].abs().max() < 1e-3
    for head in (1, 3):
        assert found[head, 2] < -1
        assert found[head, 3] > 1
        assert found[head, :2].abs().max() < 1e-3


def test_heads_of_nearness_are_highest_where_the_prompt_is() -> None:
    x, y = 90.0, 120.0
    found = logits((x, y), [(x + step, y) for step in (0, 2, 4, 8, 16)])
    assert found[4].tolist() == sorted(found[4].tolist(), reverse=True)
    assert found[4, 0] == pytest.approx(8.0, abs=1e-4)
    assert found[4, 0] - found[4, 4] > 4


def test_the_largest_logit_of_a_comparing_head_is_eight() -> None:
    generator = torch.Generator().manual_seed(0)
    pixels = [tuple(own) for own in (torch.rand(200, 2, generator=generator) * SIDE).tolist()]
    found = logits((100.0, 60.0), pixels)
    assert found[:6].abs().max() <= 8 + 1e-4
