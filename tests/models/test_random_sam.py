import numpy as np
import pytest
import torch

from samb.dialogue import Prompt
from samb.models.base import Runtime
from samb.models.random_sam import SamRandom
from samb.models.random_weights import random_weights
from samb.types import View


def test_every_value_is_drawn_and_the_seed_decides_all() -> None:
    one, same, other = (random_weights("tiny", 64, seed) for seed in (1, 1, 2))
    for name, values in one.items():
        assert values.equal(same[name])
        assert not values.equal(other[name])
        assert values.std() > 0
        assert (values != 0).all()


def test_drawing_leaves_the_global_stream_alone() -> None:
    before = torch.get_rng_state()
    SamRandom().load(Runtime())
    assert torch.get_rng_state().equal(before)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_masks_are_neither_all_empty_nor_all_full_and_depend_on_the_prompt(seed: int) -> None:
    rng = np.random.default_rng(0)
    segmenter = SamRandom(seed=seed).load(Runtime())
    image = rng.integers(0, 256, (1, 120, 160, 3), dtype=np.uint8)
    (embedding,) = segmenter.embed([View("a", (0,), image)])
    boxes = [np.array([x, x, x + 30, x + 40], dtype=float) for x in (0, 30, 60)]
    answers = segmenter.segment([(embedding, Prompt(box_xyxy=box)) for box in boxes])
    shares = np.array([answer.masks.mean(axis=(1, 2, 3)) for answer in answers])
    assert ((shares > 0.01) & (shares < 0.99)).mean() > 0.5
    assert len({answer.masks.tobytes() for answer in answers}) == 3


def test_identity_names_seed_and_architecture() -> None:
    identity = SamRandom(seed=7).identity()
    assert identity["weights"] == "random, version 1, seed 7"
    assert identity["architecture"] == "tiny"
    assert identity != SamRandom(seed=8).identity()
