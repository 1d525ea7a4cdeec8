"""What an adaptation puts into a model beside its weights, as a config states it. No torch."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True)
class Lora:
    """Low-rank additions to the queries and values of every block of the image encoder.

    q += B_q A_q x, v += B_v A_v x with A of `rank` rows, B zero at the start, scale 1: SAMed
    (hitachinsk/SAMed, sam_lora_image_encoder.py; Zhang & Liu 2023, arXiv 2304.13785).
    """

    rank: Annotated[int, Field(ge=1)] = 4


@dataclass(frozen=True)
class Adapters:
    """Bottlenecks beside attention and MLP of every block of the image encoder.

    Space(z) = z + A_s(z) after the attention, and y = h + MLP(n) + 0.5 A_m(n): the 2-D block of the
    Medical SAM Adapter's public code (Wu et al. 2023, arXiv 2304.12620). A(x) = W2 GELU(W1 x).
    """

    reduction: Annotated[int, Field(ge=1)] = 4
    """Width of a block over width of its bottleneck."""
    scale: float = 0.5
    """Of the bottleneck beside the MLP."""


@dataclass(frozen=True)
class Changes:
    """Everything that is not in the base model's own classes."""

    lora: Lora | None = None
    adapters: Adapters | None = None
    classes: tuple[str, ...] = ()
    """Structures of a prompt-free head, in the order of its masks after the background; empty: the
    model stays promptable."""
