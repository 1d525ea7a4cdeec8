"""Training goes on where it was stopped, stops where it must, and changes what it should."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from samb.adapt.history import History, Row
from samb.adapt.network import Network
from samb.adapt.objectives import Promptable
from samb.adapt.recipe import Optimiser, Recipe, Validation
from samb.adapt.session import network_of
from samb.adapt.training import learning_rate, mixed_precision
from samb.dialogue import Prompt
from samb.errors import RequestError, StoppedError
from samb.models.adapted import SemanticSam
from samb.models.adapted_weights import adapted
from samb.models.changes import Adapters, Changes, Lora
from samb.models.decoding import decode
from samb.types import ByteArray
from tests.adapt.conftest import TINY, Make


def weights(folder: Path) -> dict[str, Tensor]:
    return load_file(folder / "weights.safetensors")


def quiet(row: Row) -> None:
    """Nobody listens."""


def test_a_training_that_was_stopped_ends_with_the_same_weights(session: Make) -> None:
    whole = session("whole")
    whole.run(quiet)
    stopped = session("stopped")

    def stop(row: Row) -> None:
        if row.step == 2 and row.dsc is not None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped.run(stop)
    session("stopped").run(quiet)
    ours, theirs = weights(whole.folder), weights(stopped.folder)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_what_a_recipe_does_not_train_stays_as_it_was(session: Make) -> None:
    training = session(trains=("mask_decoder.iou_prediction_head", "mask_decoder.mask_tokens"))
    training.run(quiet)
    before = TINY.weights()
    changed = {
        name for name, own in weights(training.folder).items() if not torch.equal(own, before[name])
    }
    assert changed == {"mask_decoder.mask_tokens.weight"}  # no loss reaches the IoU head


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        (Changes(lora=Lora(2)), ("query_down", "query_up", "value_down", "value_up")),
        (Changes(adapters=Adapters()), ("attn.adapter", "mlp.adapter")),
    ],
)
def test_substitutions_learn_beside_a_frozen_encoder(
    session: Make, changes: Changes, parts: tuple[str, ...]
) -> None:
    training = session(changes=changes)
    facts = training.run(quiet)
    best = load_file(training.folder / "best.safetensors")
    encoder = [name for name in best if name.startswith("image_encoder")]
    assert encoder
    assert all(any(part in name for part in parts) for name in encoder)
    assert facts.trained == sum(own.numel() for own in best.values())


def test_a_module_that_is_not_there_is_answered_with_those_that_are(session: Make) -> None:
    with pytest.raises(RequestError, match=r"no such module; in image_encoder there are: .*neck"):
        session(trains=("image_encoder.nek",)).run(quiet)


def test_a_head_that_was_drawn_but_did_not_learn_is_kept(session: Make, tmp_path: Path) -> None:
    base = tmp_path / "base.safetensors"
    save_file(dict(TINY.weights()), base)
    training = session(prompts={}, prompt_free=True, trains=("mask_decoder.transformer",))
    on_base = replace(training, start=replace(training.start, checkpoint=str(base)))
    on_base.run(quiet)
    kept = weights(training.folder)
    assert {"mask_decoder.mask_tokens.weight"} < kept.keys()
    assert not any(name.startswith("image_encoder") for name in kept)

    model = SemanticSam(
        "tiny",
        str(training.folder / "weights.safetensors"),
        checkpoint=str(base),
        preprocessing=training.start.preprocessing,
        changes=training.start.changes,
    )
    first, second = adapted(model).state_dict(), adapted(model).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)

    del kept["mask_decoder.mask_tokens.weight"]
    save_file(kept, model.learnt)
    with pytest.raises(RequestError, match=r"1 are missing, such as mask_decoder\.mask"):
        model.check()


def lost_loss(loss: Tensor) -> Tensor:
    return loss * torch.nan


def lost_gradient(loss: Tensor) -> Tensor:
    return loss + (loss - loss.detach()).clamp(min=0).sqrt()  # 0, and its slope is infinite


@pytest.mark.parametrize("lose", [lost_loss, lost_gradient])
def test_a_loss_or_gradient_that_is_no_number_stops_and_changes_no_weight(
    session: Make, monkeypatch: pytest.MonkeyPatch, lose: Callable[[Tensor], Tensor]
) -> None:
    right = Promptable.loss

    def broken(self: Promptable, *given: object) -> Tensor:
        loss = right(self, *given)  # type: ignore[arg-type]  # as they came
        return lose(loss) if given[-1] == 3 else loss

    monkeypatch.setattr(Promptable, "loss", broken)
    training = session(validation=Validation(fraction=0.25, every_steps=1, targets=6, keep="last"))
    with pytest.raises(
        StoppedError, match=r"step 4 or its gradient is no number, with shapes shapes/0\d+"
    ):
        training.run(quiet)
    best = load_file(training.folder / "best.safetensors")
    state = torch.load(training.folder / "state.pt", weights_only=True)
    assert state["state"]["step"] == 3
    assert all(torch.isfinite(own).all() for own in (*best.values(), *state["weights"].values()))


def test_features_beyond_what_memory_holds_are_embedded_again_with_the_same_weights(
    session: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[int] = []
    right = Network.features

    def counted(self: Network, images: Sequence[ByteArray]) -> Tensor:
        embedded.append(len(images))
        return right(self, images)

    monkeypatch.setattr(Network, "features", counted)
    whole = session("whole")
    whole.run(quiet)
    once = len(embedded)
    monkeypatch.setattr("samb.adapt.training.CACHED_BYTES", 0)
    again = session("again")
    again.run(quiet)
    assert len(embedded) - once > once
    ours, theirs = weights(whole.folder), weights(again.folder)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_targets_too_small_to_be_learnt_are_answered_with_what_to_change(session: Make) -> None:
    with pytest.raises(RequestError, match=r"no target to validate on: none has 9999 pixels in"):
        session(min_pixels=9999).run(quiet)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB\nand more"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        MemoryError(),
    ],
)
def test_a_full_memory_says_which_setting_to_lower(
    session: Make, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object) -> Tensor:
        raise error

    monkeypatch.setattr(Promptable, "loss", full)
    with pytest.raises(StoppedError, match=r"lower recipe\.NAME\.images_per_step"):
        session().run(quiet)


def test_another_error_than_a_full_memory_stays_what_it_is(
    session: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Tensor:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(Promptable, "loss", broken)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        session().run(quiet)


@pytest.mark.filterwarnings("ignore:.*CUDA is not available")
def test_mixed_precision_keeps_no_weights_that_a_round_without_gradients_cast() -> None:
    with mixed_precision("cuda"):
        assert not torch.is_autocast_cache_enabled()
    assert torch.is_autocast_cache_enabled()


def test_prompts_are_placed_exactly_within_mixed_precision(
    session: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = session()
    network = network_of(training.start, training.recipe, "cpu")
    features = torch.zeros(1, 64, 4, 4)
    seen: list[Tensor] = []

    def watched(*given: Tensor) -> tuple[Tensor, Tensor]:
        seen.extend(given[2:])
        return decode(*given)

    monkeypatch.setattr("samb.adapt.network.decode", watched)
    prompts = [Prompt(box_xyxy=np.array([10.0, 20.0, 51.3, 47.7]))]
    network.answer(features, [0], prompts)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        network.answer(features, [0], prompts)
    whole, mixed = seen[:3], seen[3:]
    assert all(torch.equal(one, other) for one, other in zip(whole, mixed, strict=True))


def test_a_folder_of_another_training_is_refused(session: Make) -> None:
    session(identity='{"recipe": 1}').run(quiet)
    with pytest.raises(RequestError, match="a training of another recipe"):
        session(identity='{"recipe": 2}').run(quiet)


def test_history_holds_every_step_and_every_validation(session: Make) -> None:
    training = session()
    training.run(quiet)
    history = History(training.folder / "history.csv")
    assert history.curve("loss")[0] == [1, 2, 3, 4]
    assert history.curve("dsc")[0] == [0, 2, 4]
    assert (training.folder / "curves.png").stat().st_size > 1000


def rates(rule: Optimiser, steps: int) -> Iterator[float]:
    return (learning_rate(rule, step, steps) for step in range(steps))


def test_the_learning_rate_warms_up_and_decays() -> None:
    rule = Optimiser(learning_rate=1.0, warmup_steps=2, decay="cosine")
    assert list(rates(rule, 4)) == pytest.approx([0.5, 1.0, 1.0, 0.5])
    assert list(rates(Optimiser(learning_rate=2.0), 3)) == [2.0, 2.0, 2.0]
    poly = list(rates(Optimiser(learning_rate=1.0, decay="poly"), 2))
    assert poly == pytest.approx([1.0, 0.5**0.9])


def test_a_decay_with_an_end_of_its_own_does_not_depend_on_the_last_step() -> None:
    rule = Optimiser(learning_rate=1.0, decay="cosine", decay_steps=4)
    assert list(rates(rule, 2)) == pytest.approx(list(rates(rule, 6))[:2])
    assert list(rates(rule, 6))[4:] == pytest.approx([0.0, 0.0])


def test_a_recipe_has_prompts_or_a_prompt_free_head() -> None:
    with pytest.raises(ValueError, match="either prompts, or prompt_free"):
        Recipe(trains=("mask_decoder",))
