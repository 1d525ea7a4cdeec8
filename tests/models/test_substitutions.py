"""LoRA and adapters at named sites of the official classes."""

import torch

from samb.models.changes import Adapters, Changes, Lora
from samb.models.official import Sam, assemble
from samb.models.random_weights import random_weights
from samb.models.substitutions import QueryValueLora, substitute

IMAGE = torch.randn((1, 3, 64, 64), generator=torch.Generator().manual_seed(0))


def tiny(changes: Changes | None = None) -> Sam:
    """Every weight drawn, so that a lost position or a swapped token shows."""
    sam = assemble("tiny", 64, random_weights("tiny", 64, seed=0))
    torch.manual_seed(0)
    substitute(sam, changes or Changes())
    return sam


@torch.no_grad()
def test_low_rank_additions_change_nothing_at_the_start() -> None:
    plain, changed = tiny(), tiny(Changes(lora=Lora(rank=2)))
    assert torch.equal(plain.image_encoder(IMAGE), changed.image_encoder(IMAGE))


@torch.no_grad()
def test_adapters_change_the_answer_from_the_start() -> None:
    plain, changed = tiny(), tiny(Changes(adapters=Adapters()))
    assert not torch.allclose(plain.image_encoder(IMAGE), changed.image_encoder(IMAGE), atol=1e-3)


@torch.no_grad()
def test_low_rank_additions_reach_queries_and_values_but_no_keys() -> None:
    qkv = torch.nn.Linear(3, 9)
    lora = QueryValueLora(qkv, rank=1)
    lora.query_down.weight.copy_(torch.tensor([[1.0, 0.0, 0.0]]))
    lora.query_up.weight.fill_(2.0)
    lora.value_down.weight.copy_(torch.tensor([[0.0, 1.0, 0.0]]))
    lora.value_up.weight.fill_(3.0)
    tokens = torch.tensor([[5.0, 7.0, 0.0]])
    added = lora(tokens) - qkv(tokens)
    # Queries gain 2 x 5, values 3 x 7.
    assert torch.allclose(added, torch.tensor([[10.0] * 3 + [0.0] * 3 + [21.0] * 3]), atol=1e-5)


@torch.no_grad()
def test_an_adapted_block_computes_the_formula_of_the_medical_sam_adapter() -> None:
    plain, changed = tiny(), tiny(Changes(adapters=Adapters(reduction=4, scale=0.5)))
    tokens = torch.randn((1, 4, 4, 32), generator=torch.Generator().manual_seed(1))
    own, adapted = plain.image_encoder.blocks[1], changed.image_encoder.blocks[1]
    attended = own.attn(own.norm1(tokens))
    half = tokens + attended + adapted.attn.adapter(attended)
    normed = own.norm2(half)
    wanted = half + own.mlp(normed) + 0.5 * adapted.mlp.adapter(normed)
    assert torch.allclose(adapted(tokens), wanted, atol=1e-5)


def test_a_prompt_free_head_has_a_mask_for_the_background_and_each_class() -> None:
    changed = tiny(Changes(classes=("liver", "spleen", "aorta", "stomach")))
    assert changed.mask_decoder.mask_tokens.weight.shape == (5, 64)
    kept, plain = changed.mask_decoder.transformer, tiny().mask_decoder.transformer
    pairs = zip(kept.parameters(), plain.parameters(), strict=True)
    assert all(torch.equal(ours, theirs) for ours, theirs in pairs)


def test_a_prompt_free_head_is_new_even_where_it_has_as_many_masks_as_sam() -> None:
    sam = assemble("tiny", 64, random_weights("tiny", 64, seed=0))
    added = substitute(sam, Changes(classes=("liver", "spleen", "aorta")))
    parts = {name.removeprefix("mask_decoder.").partition(".")[0] for name in added}
    assert parts == {"mask_tokens", "output_hypernetworks_mlps", "iou_prediction_head"}


def test_a_wrapped_weight_is_not_new_but_what_wraps_it_is() -> None:
    sam = assemble("tiny", 64, random_weights("tiny", 64, seed=0))
    added = substitute(sam, Changes(lora=Lora(rank=2)))
    assert "image_encoder.blocks.0.attn.qkv.qkv.weight" in sam.state_dict().keys() - added
    assert {name.split(".")[-2] for name in added} == {
        *("query_down", "query_up", "value_down", "value_up")
    }
