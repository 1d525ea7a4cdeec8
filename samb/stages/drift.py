"""How far batched decoding drifts from decoding alone, where batches are not deterministic.

Batches of another size move logits by rounding, and that flips a pixel now and then. On a GPU this
is measured on the first prompts of each model and recorded in the provenance.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from samb.dialogue import Prediction, Prompt
from samb.models.base import Embedding, Segmenter

PROMPTS = 16
"""How many prompts are answered twice."""


@dataclass(frozen=True)
class Drift:
    """Of a few prompts answered in one batch and again one by one."""

    prompts: int
    flipped_pixels: float
    """Fraction of all pixels of all candidates that differ."""
    largest_logit_difference: float | None
    """Relative to the largest |logit|; None where the model gives no logits."""

    def record(self) -> dict[str, float | int | None]:
        """Plain values for the provenance."""
        return asdict(self)


def measure(segmenter: Segmenter, requests: Sequence[tuple[Embedding, Prompt]]) -> Drift:
    """Answer the first requests twice and compare."""
    chosen = list(requests)[:PROMPTS]
    together = segmenter.segment(chosen)
    alone = [segmenter.segment([request])[0] for request in chosen]
    pairs = list(zip(together, alone, strict=True))
    flipped = sum(int((one.masks != other.masks).sum()) for one, other in pairs)
    pixels = sum(one.masks.size for one, _ in pairs)
    return Drift(len(chosen), flipped / max(pixels, 1), _largest_difference(pairs))


def _largest_difference(pairs: Sequence[tuple[Prediction, Prediction]]) -> float | None:
    differences = [
        float(np.abs(one.low_res_logits - other.low_res_logits).max())
        / float(np.abs(other.low_res_logits).max())
        for one, other in pairs
        if one.low_res_logits is not None and other.low_res_logits is not None
    ]
    return max(differences, default=None)
