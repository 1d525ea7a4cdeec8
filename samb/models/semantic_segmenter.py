"""A prompt-free SAM loaded: one mask for each structure, from one look at the view."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from samb.dialogue import Prediction
from samb.errors import RefusedError
from samb.models.base import Embedding, Segmenter
from samb.models.decoding import decode_unprompted
from samb.models.prompt_encoding import Request
from samb.models.sam_segmenter import SamSegmenter
from samb.types import View


@dataclass(frozen=True)
class SemanticSegmenter(Segmenter):
    """Answers an empty prompt with the structures it knows; masks do not overlap."""

    segmenter: SamSegmenter
    classes: tuple[str, ...]

    def embed(self, views: Sequence[View]) -> list[Embedding]:
        return self.segmenter.embed(views)

    @torch.inference_mode()
    def segment(self, requests: Sequence[Request]) -> list[Prediction]:
        """Raises RefusedError for a prompt that asks for anything."""
        return [self._answer(embedding, prompt.kinds) for embedding, prompt in requests]

    def _answer(self, embedding: Embedding, asked: frozenset[str]) -> Prediction:
        if asked:
            msg = f"this model takes no prompt, and was given {', '.join(sorted(asked))}"
            raise RefusedError(msg)
        sam = self.segmenter.sam
        logits = decode_unprompted(sam, embedding.payload.features[None])[0]
        maps = self.segmenter.logits_at(logits, embedding.shape[1:])
        winner = maps.argmax(0).cpu().numpy()
        masks = np.stack([winner == number for number in range(1, 1 + len(self.classes))])
        return Prediction(
            masks=masks[:, None],
            iou_estimates=np.full(len(masks), np.nan),
            class_names=self.classes,
        )
