"""Training on a GPU, in bfloat16, stays near that on a CPU. Where there is one: `make test-gpu`."""

from dataclasses import replace

import pytest
import torch

from samb.adapt.history import History, Row
from samb.adapt.playing import Mode
from samb.adapt.recipe import Losses
from samb.adapt.session import Session
from samb.prompts.clicks import RitmClicks
from tests.adapt.conftest import TINY, Make

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]


def quiet(row: Row) -> None:
    """Nobody listens."""


def clicking(make: Make, device: str) -> Session:
    """A training with corrective clicks, whose earlier rounds take no gradients."""
    modes = (Mode("clicks", RitmClicks(count=3), 1.0),)
    return replace(make(device, rounds=3, prompts={"clicks": 1.0}), modes=modes, device=device)


def test_losses_and_scores_on_cuda_follow_those_on_the_cpu(session: Make) -> None:
    curves = []
    for device in ("cpu", "cuda"):
        training = clicking(session, device)
        training.run(quiet)
        history = History(training.folder / "history.csv")
        curves.append(history.curve("loss")[1] + history.curve("dsc")[1])
    # bfloat16 holds 8 bits; the prompts of later rounds follow answers and may differ.
    assert curves[1] == pytest.approx(curves[0], abs=0.05)


def test_every_weight_of_the_decoder_learns_on_cuda_after_rounds_without_gradients(
    session: Make,
) -> None:
    training = clicking(session, "cuda")
    training = replace(training, recipe=replace(training.recipe, losses=Losses(iou=1.0)))
    training.run(quiet)
    before = TINY.weights()
    state = torch.load(training.folder / "state.pt", map_location="cpu", weights_only=True)
    after = {name: own for name, own in state["weights"].items() if "mask_decoder" in name}
    still = [name for name, own in after.items() if torch.equal(own, before[name])]
    # Token 0's mask is learnt, and no other token's.
    assert all("output_hypernetworks_mlps." in name for name in still)
    assert not [name for name in still if "output_hypernetworks_mlps.0." in name]
