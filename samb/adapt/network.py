"""A model while it learns: the official classes, seen with gradients."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from samb.dialogue import Prompt
from samb.errors import RequestError
from samb.models.base import Embedding
from samb.models.decoding import decode, decode_unprompted
from samb.models.official import Sam
from samb.models.preprocessing import Preprocessing
from samb.models.prompt_encoding import Request, batches, encode
from samb.models.sam_segmenter import normalised
from samb.models.substitutions import let_learn
from samb.types import BoolArray, ByteArray

AT_ONCE = 64
"""Prompts per decoder call."""


@dataclass(frozen=True)
class Network:
    """Sam on a device, and the frame it sees."""

    sam: Sam
    preprocessing: Preprocessing
    device: str = "cpu"

    def features(self, images: Sequence[ByteArray]) -> Tensor:
        """(B, D, h, w) of images in the input frame, (side, side, 3) RGB each."""
        rows = [self._input(image) for image in images]
        features: Tensor = self.sam.image_encoder(torch.stack(rows))
        return features

    def _input(self, image: ByteArray) -> Tensor:
        ordered = image if self.preprocessing.channels == "rgb" else image[..., ::-1]
        pixels = torch.from_numpy(ordered.copy()).to(self.device).permute(2, 0, 1)
        return normalised(pixels, self.preprocessing)

    def answer(
        self, features: Tensor, owners: Sequence[int], prompts: Sequence[Prompt]
    ) -> tuple[Tensor, Tensor]:
        """Logits (P, C, 4h, 4w) and IoU estimates (P, C); `owners` number the prompts' images."""
        side = self.preprocessing.side
        requests = [(Embedding((1, side, side), None), prompt) for prompt in prompts]
        with self._exact():
            positions = self.sam.prompt_encoder.get_dense_pe()
        found: dict[int, tuple[Tensor, Tensor]] = {}
        for indices in batches(requests, AT_ONCE):
            batch = [requests[index] for index in indices]
            sparse, dense = self._encoded(batch)
            own = features[[owners[index] for index in indices]]
            logits, estimates = decode(self.sam.mask_decoder, own, positions, sparse, dense)
            found.update(zip(indices, zip(logits, estimates, strict=True), strict=True))
        rows = [found[index] for index in range(len(prompts))]
        return torch.stack([row[0] for row in rows]), torch.stack([row[1] for row in rows])

    def _encoded(self, requests: Sequence[Request]) -> tuple[Tensor, Tensor]:
        with self._exact():
            return encode(self.sam.prompt_encoder, requests, self._plain)

    def _exact(self) -> torch.autocast:
        """Positions in float32 even where all else is bfloat16, whose 8 bits would move a point."""
        return torch.autocast(self.device.partition(":")[0], enabled=False)

    @property
    def _plain(self) -> Preprocessing:
        """Prompts are drawn in the input frame already."""
        return Preprocessing(side=self.preprocessing.side)

    def semantic(self, features: Tensor) -> Tensor:
        """Logits (B, K, 4h, 4w) of a prompt-free head."""
        return decode_unprompted(self.sam, features)

    def references(self, masks: Sequence[BoolArray], size: tuple[int, int]) -> Tensor:
        """(P, h, w) of masks (side, side): the share of foreground in each of the larger pixels."""
        whole = torch.from_numpy(np.stack(masks)).to(self.device).float()
        return functional.adaptive_avg_pool2d(whole[:, None], size)[:, 0]


def train_only(sam: Sam, modules: Sequence[str]) -> list[nn.Parameter]:
    """Let these modules learn and nothing else; what a substitution added learns anyway.

    Raises RequestError for a module that is not there, and lists those that are.
    """
    sam.requires_grad_(requires_grad=False)
    for name in modules:
        module_of(sam, name).requires_grad_(requires_grad=True)
    let_learn(sam)
    return [own for own in sam.parameters() if own.requires_grad]


def module_of(sam: Sam, name: str) -> nn.Module:
    """The module of this name."""
    there = dict(sam.named_modules())
    if name in there and name:
        found: nn.Module = there[name]
        return found
    parent = name.rpartition(".")[0]
    while parent and parent not in there:
        parent = parent.rpartition(".")[0]
    inside = [it for it, _ in there[parent].named_children()]
    where = f"in {parent}" if parent else "in the model"
    msg = f"the recipe trains {name!r}, and there is no such module; {where} there are: "
    raise RequestError(msg + ", ".join(f"{parent}.{it}" if parent else it for it in inside))
