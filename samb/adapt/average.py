"""A running mean of the weights: what is validated and kept where a recipe asks for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Average:
    """m = d m + (1 - d) w after every step, d growing to `decay` as (1 + n) / (10 + n).

    The growth is that of tensorflow's ExponentialMovingAverage(num_updates), so that early means
    forget the start.
    """

    weights: Sequence[nn.Parameter]
    means: Sequence[Tensor]
    decay: float

    @classmethod
    def of(cls, weights: Sequence[nn.Parameter], decay: float) -> "Average":
        """Starts at the weights as they are."""
        return cls(weights, [own.detach().clone() for own in weights], decay)

    @torch.no_grad()
    def update(self, steps: int) -> None:
        """Take in the weights after so many steps."""
        decay = min(self.decay, (1 + steps) / (10 + steps))
        for mean, own in zip(self.means, self.weights, strict=True):
            mean.lerp_(own, 1 - decay)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The model has the means for weights as long as this lasts."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        for mean, own in zip(self.means, self.weights, strict=True):
            kept = own.detach().clone()
            own.copy_(mean)
            mean.copy_(kept)
