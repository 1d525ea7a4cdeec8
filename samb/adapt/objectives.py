"""What a step makes small and what validation measures: for promptable and prompt-free models."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from samb.adapt.losses import promptable_loss, semantic_loss
from samb.adapt.network import Network
from samb.adapt.playing import Asked, Mode, ask, draw_mode
from samb.adapt.recipe import Losses, Recipe
from samb.adapt.samples import Sample
from samb.models.sam_segmenter import resample
from samb.selections import dice
from samb.streams import stream


class Objective(ABC):
    """A way to use a network, with its loss and its score."""

    @abstractmethod
    def loss(
        self, network: Network, features: Tensor, samples: Sequence[Sample], step: int
    ) -> Tensor:
        """One number, with gradients, for samples with features (B, D, h, w)."""

    @abstractmethod
    def scores(
        self, network: Network, features: Tensor, samples: Sequence[Sample]
    ) -> dict[str, list[float]]:
        """DSC of every answer in the input frame, by mode."""


@dataclass(frozen=True)
class Promptable(Objective):
    """Every step plays one mode, drawn by the shares, so that its prompts are of one kind."""

    recipe: Recipe
    modes: tuple[Mode, ...]

    def loss(
        self, network: Network, features: Tensor, samples: Sequence[Sample], step: int
    ) -> Tensor:
        names = ("adapt", self.recipe.seed, "prompts", step)
        rng = stream(*names)
        mode = draw_mode(self.modes, rng)
        rounds = int(rng.integers(1, self.recipe.rounds + 1))
        asked = ask(network, features, samples, mode, (rounds, names))
        logits, estimates = network.answer(features, asked.owners, asked.prompts)
        logits = at_size(logits, self.recipe.losses, network)
        masks = [task.reference[0] for task in asked.tasks]
        references = network.references(masks, _size(logits))
        return promptable_loss(logits, estimates, references, self.recipe.losses)

    @torch.no_grad()
    def scores(
        self, network: Network, features: Tensor, samples: Sequence[Sample]
    ) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for mode in self.modes:
            names = ("adapt", "validation", samples[0].picture.name)
            asked = ask(network, features, samples, mode, (self.recipe.rounds, names))
            found[mode.name] = self._dice(network, features, asked)
        return found

    def _dice(self, network: Network, features: Tensor, asked: Asked) -> list[float]:
        logits, estimates = network.answer(features, asked.owners, asked.prompts)
        tokens = torch.zeros(len(logits), dtype=torch.long)
        if self.recipe.losses.masks == "best":
            tokens = 1 + estimates[:, 1:].argmax(1).cpu()
        side = network.preprocessing.side
        own = torch.stack([rows[token] for rows, token in zip(logits, tokens, strict=True)])
        masks = (resample(own, (side, side)) > 0).cpu().numpy()
        return [dice(mask, it.reference[0]) for mask, it in zip(masks, asked.tasks, strict=True)]


@dataclass(frozen=True)
class PromptFree(Objective):
    """The whole picture at once: each pixel is background or of one structure.

    DSC is of the structures that are there or were found: one that is found and not there counts 0,
    one that is neither is not counted. `samb run` counts its px apart, as false_positive_px.
    """

    recipe: Recipe
    structures: tuple[str, ...]

    def loss(
        self, network: Network, features: Tensor, samples: Sequence[Sample], step: int
    ) -> Tensor:
        logits = at_size(network.semantic(features), self.recipe.losses, network)
        rows = [self._labels(sample, _size(logits)) for sample in samples]
        labels = torch.from_numpy(np.stack(rows)).to(logits.device)
        return semantic_loss(logits, labels, self.recipe.losses)

    @torch.no_grad()
    def scores(
        self, network: Network, features: Tensor, samples: Sequence[Sample]
    ) -> dict[str, list[float]]:
        side = network.preprocessing.side
        found: list[float] = []
        for sample, logits in zip(samples, network.semantic(features), strict=True):
            classes = resample(logits, (side, side)).argmax(0).cpu().numpy()
            labels = self._labels(sample, (side, side))
            either = sorted({*np.unique(labels).tolist(), *np.unique(classes).tolist()} - {0})
            found += [dice(classes == own, labels == own) for own in either]
        return {"prompt_free": found}

    def _labels(self, sample: Sample, size: tuple[int, int]) -> NDArray[np.int64]:
        """(h, w) class of each pixel, 0 background; the last of two structures counts."""
        side = sample.image.shape[0]
        labels = np.zeros((side, side), dtype=np.int64)
        for task in sample.tasks:
            labels[task.reference[0]] = 1 + self.structures.index(task.targets[0].structure)
        whole = torch.from_numpy(labels)[None, None].float()
        return functional.interpolate(whole, size, mode="nearest-exact")[0, 0].long().numpy()


def at_size(logits: Tensor, losses: Losses, network: Network) -> Tensor:
    """Logits (B, C, h, w) where the loss wants to meet the reference."""
    if losses.at == "low_res":
        return logits
    side = network.preprocessing.side
    return functional.interpolate(logits, (side, side), mode="bilinear", align_corners=False)


def _size(logits: Tensor) -> tuple[int, int]:
    return logits.shape[-2], logits.shape[-1]
