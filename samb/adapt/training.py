"""The training loop: steps, validation, the last good state; what was interrupted goes on."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from samb.adapt.average import Average
from samb.adapt.history import Row
from samb.adapt.network import Network, train_only
from samb.adapt.objectives import Objective
from samb.adapt.pool import Pool
from samb.adapt.recipe import Augmentation, Optimiser, Recipe
from samb.adapt.samples import Sample, Samples
from samb.adapt.state import State, StateFile
from samb.adapt.validation import validation_samples
from samb.errors import RequestError, StoppedError

CACHED_BYTES = 8 * 2**30
"""Of frozen features kept in memory, 2,048 images of SAM's; others are embedded again each time.

Assumption: what a workstation spares."""


@dataclass(frozen=True)
class Training:
    """Everything a training needs."""

    recipe: Recipe
    pool: Pool
    network: Network
    objective: Objective
    file: StateFile


@dataclass
class _Frozen:
    """Features of pictures whose encoder does not learn, by name: each is embedded once."""

    known: dict[str, Tensor] = field(default_factory=dict)


def train(training: Training) -> Iterator[Row]:
    """Train until the last step; one row of history per step, with validation where it is due.

    Raises StoppedError where the loss or its gradient is no number: the state of the last
    validation is kept. Raises RequestError where no target is large enough to be learnt.
    """
    recipe, network = training.recipe, training.network
    learning = train_only(network.sam, recipe.trains)
    optimiser = make_optimiser(recipe.optimiser, learning)
    average = Average.of(learning, recipe.optimiser.average)
    state = training.file.resume(network.sam, optimiser, average)
    samples = Samples(training.pool.training, recipe, network.preprocessing)
    features = Features(network, recipe, any_learns(network.sam.image_encoder))
    held_out = validation_samples(training.pool.validation, recipe, network.preprocessing)
    _required(held_out, training, "to validate on")
    if state.step == 0:
        yield _validated(training, features, held_out, (state, optimiser, average))
    for step in range(state.step, recipe.steps):
        chosen = _required(samples.step(step), training, "to train on")
        loss = _step(training, features, chosen, step, optimiser)
        state.step = step + 1
        average.update(state.step)
        yield Row(state.step, loss)
        if state.step % recipe.validation.every_steps == 0 or state.step == recipe.steps:
            yield _validated(training, features, held_out, (state, optimiser, average))


def _required(samples: list[Sample], training: Training, what_for: str) -> list[Sample]:
    if samples:
        return samples
    recipe, side = training.recipe, training.network.preprocessing.side
    msg = (
        f"there is no target {what_for}: none has {recipe.min_pixels} pixels in the model's input "
        f"of {side} px; lower recipe.NAME.min_pixels, or raise recipe.NAME.preprocessing.side"
    )
    raise RequestError(msg)


def make_optimiser(rule: Optimiser, learning: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
    """Adam or AdamW over these parameters."""
    kind = torch.optim.Adam if rule.kind == "adam" else torch.optim.AdamW
    return kind(learning, lr=rule.learning_rate, betas=rule.betas, weight_decay=rule.weight_decay)


def learning_rate(rule: Optimiser, step: int, steps: int) -> float:
    """Of step number `step`, counted from 0."""
    if step < rule.warmup_steps:
        return rule.learning_rate * (step + 1) / rule.warmup_steps
    end = rule.decay_steps or steps
    done = min(1.0, (step - rule.warmup_steps) / max(1, end - rule.warmup_steps))
    if rule.decay == "cosine":
        return rule.learning_rate * (1 + math.cos(math.pi * done)) / 2
    if rule.decay == "poly":
        return rule.learning_rate * float((1 - done) ** 0.9)
    return rule.learning_rate


def any_learns(module: nn.Module) -> bool:
    """Whether any parameter of a module has gradients."""
    return any(own.requires_grad for own in module.parameters())


@dataclass(frozen=True)
class Features:
    """Embeds samples, once each where nothing about them changes."""

    network: Network
    recipe: Recipe
    learns: bool
    _frozen: _Frozen = field(default_factory=_Frozen)

    def of(self, samples: Sequence[Sample]) -> Tensor:
        """(B, D, h, w)."""
        if self.learns:
            return self.network.features([sample.image for sample in samples])
        with torch.no_grad():
            if self.recipe.augmentation != Augmentation():
                return self.network.features([sample.image for sample in samples])
            return torch.stack([self._remembered(sample) for sample in samples])

    def _remembered(self, sample: Sample) -> Tensor:
        known, name = self._frozen.known, sample.picture.name
        if name not in known:
            features = self.network.features([sample.image])[0]
            if len(known) * features.nbytes >= CACHED_BYTES:
                return features
            known[name] = features.cpu()
        return known[name].to(self.network.device)


def mixed_precision(device: str) -> torch.autocast:
    """bfloat16 on CUDA, where it needs no scaling of the loss; float32 elsewhere.

    Without a cache of weights: what a round without gradients left in it would be learnt from by
    the next without gradients too (pytorch issue 112583, mended late in 2025).
    """
    kind = device.partition(":")[0]
    enabled = kind == "cuda"
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=enabled, cache_enabled=False)


def _step(
    training: Training,
    features: Features,
    samples: Sequence[Sample],
    step: int,
    optimiser: torch.optim.Optimizer,
) -> float:
    rule = training.recipe.optimiser
    training.network.sam.train()
    for group in optimiser.param_groups:
        group["lr"] = learning_rate(rule, step, training.recipe.steps)
    optimiser.zero_grad(set_to_none=True)
    with mixed_precision(training.network.device):
        loss = training.objective.loss(training.network, features.of(samples), samples, step)
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    parameters = training.network.sam.parameters()
    norm = nn.utils.clip_grad_norm_(parameters, rule.clip or math.inf)
    if not (torch.isfinite(loss) and torch.isfinite(norm)):
        raise StoppedError(_no_number(step, samples))
    optimiser.step()
    return float(loss.detach())


def _no_number(step: int, samples: Sequence[Sample]) -> str:
    names = "; ".join(sample.picture.name for sample in samples)
    return (
        f"the loss of step {step + 1} or its gradient is no number, with {names}. The state of the "
        f"last validation is kept; try a lower recipe.NAME.optimiser.learning_rate or an "
        f"optimiser.clip, and another name=..."
    )


def _validated(
    training: Training,
    features: Features,
    held_out: Sequence[Sample],
    progress: tuple[State, torch.optim.Optimizer, Average],
) -> Row:
    state, optimiser, average = progress
    with average.in_place():
        means = _scores(training, features, held_out)
        mean = sum(means.values()) / max(1, len(means))
        training.file.keep_best(training.network.sam, state, mean, training.recipe)
    training.file.keep_state(training.network.sam, optimiser, average, state)
    return Row(state.step, None, mean, means)


def _scores(training: Training, features: Features, held_out: Sequence[Sample]) -> dict[str, float]:
    """Mean DSC over the targets, by mode."""
    training.network.sam.eval()
    scores: dict[str, list[float]] = {}
    for sample in held_out:
        with torch.no_grad():
            own = features.of([sample])
        for mode, dsc in training.objective.scores(training.network, own, [sample]).items():
            scores.setdefault(mode, []).extend(dsc)
    return {mode: sum(dsc) / len(dsc) for mode, dsc in scores.items() if dsc}
