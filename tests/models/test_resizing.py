"""Positions of a checkpoint for inputs of another size."""

import pytest
import torch

from samb.models.official import assemble
from samb.models.random_weights import random_weights
from samb.models.resizing import POSITIONS, fitted

WEIGHTS = random_weights("tiny", 64, seed=0)


@pytest.mark.parametrize("side", [32, 128])
def test_a_checkpoint_fits_an_input_of_another_size(side: int) -> None:
    sam = assemble("tiny", side, fitted(WEIGHTS, "tiny", side))
    assert sam.image_encoder.pos_embed.shape == (1, side // 16, side // 16, 32)


def test_what_fits_already_stays_as_it_is() -> None:
    assert fitted(WEIGHTS, "tiny", 64) is WEIGHTS


def test_positions_are_interpolated_and_windowed_blocks_keep_theirs() -> None:
    ramp = torch.arange(4.0).view(1, 1, 4, 1).expand(1, 4, 4, 32).contiguous()
    wider = fitted({**WEIGHTS, POSITIONS: ramp}, "tiny", 128)
    # Eight places over four: centres at -0.25, 0.25, 0.75 ... of the old ones, held at the border.
    assert wider[POSITIONS][0, 0, :, 0].tolist() == [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]
    windowed = "image_encoder.blocks.0.attn.rel_pos_h"
    assert wider[windowed] is WEIGHTS[windowed]
    assert wider["image_encoder.blocks.1.attn.rel_pos_h"].shape == (15, 16)
