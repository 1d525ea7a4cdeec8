"""A convolutional way from pixels to tokens, in the place of SAM's single patch convolution."""

import torch
from torch import Tensor, nn
from torch.nn import functional

GROUPS = 8
"""Of every normalisation: independent of the batch, so that one image alone gives the same."""


class ConvStem(nn.Module):
    """(B, 3, H, W) to (B, H / 8, W / 8, width): down to stride 32, and back up to stride 8.

    Early convolutions let a small transformer train (Xiao et al. 2021, arXiv 2106.14881); the way
    down and up is a feature pyramid's (Lin et al. 2017, arXiv 1612.03144).
    """

    def __init__(self, width: int, channels: tuple[int, int, int, int, int]) -> None:
        super().__init__()
        first, *others = channels
        self.first = _convolved(3, first, stride=2)
        self.stages = nn.ModuleList(
            nn.Sequential(_convolved(before, after, stride=2), Residual(after))
            for before, after in zip(channels, others, strict=False)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(own, width, 1) for own in others[1:])
        self.proj = nn.Conv2d(width, width, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        features = self.first(pixels)
        levels: list[Tensor] = []
        for stage in self.stages:
            features = stage(features)
            levels.append(features)
        merged: Tensor | None = None
        for lateral, level in zip(reversed(self.lateral), reversed(levels[1:]), strict=True):
            own = lateral(level)
            merged = own if merged is None else own + _doubled(merged)
        projected: Tensor = self.proj(functional.gelu(merged)) if merged is not None else pixels
        return projected.permute(0, 2, 3, 1)


class Residual(nn.Module):
    """Two convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(_convolved(channels, channels), _convolved(channels, channels))

    def forward(self, features: Tensor) -> Tensor:
        return torch.add(features, self.body(features))


def _convolved(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False),
        nn.GroupNorm(GROUPS, after),
        nn.GELU(),
    )


def _doubled(features: Tensor) -> Tensor:
    return functional.interpolate(features, scale_factor=2.0, mode="bilinear", align_corners=False)
