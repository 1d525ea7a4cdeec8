"""The convolutional stem of the built-in model's encoder."""

import torch

from samb.models.official import fresh
from samb.models.stem import ConvStem


def test_a_token_stands_for_eight_pixels_and_an_image_for_itself() -> None:
    torch.manual_seed(0)
    stem = ConvStem(16, (8, 8, 16, 16, 16)).eval()
    images = torch.randn(2, 3, 64, 96)
    with torch.no_grad():
        together, alone = stem(images), stem(images[1:])
    assert together.shape == (2, 8, 12, 16)
    assert torch.allclose(together[1:], alone, atol=1e-5)


def test_the_small_model_is_of_sams_classes_and_under_ten_megabytes_in_16_bits() -> None:
    sam = fresh("small", 64, seed=0)
    assert type(sam.image_encoder).__module__.startswith("segment_anything")
    assert 2 * sum(own.numel() for own in sam.state_dict().values()) < 10e6


def test_fresh_weights_follow_from_the_seed_and_leave_torchs_own_stream_alone() -> None:
    before = torch.get_rng_state()
    first, again, other = (fresh("small", 64, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    name = "image_encoder.patch_embed.proj.weight"
    assert torch.equal(first.state_dict()[name], again.state_dict()[name])
    assert not torch.equal(first.state_dict()[name], other.state_dict()[name])


def test_in_a_fresh_model_a_prompt_attends_to_the_image_around_it() -> None:
    sam = fresh("small", 256, seed=0)
    positions = sam.prompt_encoder.get_dense_pe()[0].flatten(1).T  # (1024, 128)
    attention = sam.mask_decoder.transformer.layers[0].cross_attn_token_to_image
    place = 10 * 32 + 20
    with torch.no_grad():
        query = attention.q_proj(positions[place]) - attention.q_proj.bias
        keys = attention.k_proj(positions) - attention.k_proj.bias
    closeness = (keys @ query).view(32, 32)
    assert closeness.argmax().item() == place
    assert closeness[10, 20] > 3 * closeness[30, 2].abs()
