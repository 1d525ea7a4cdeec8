import numpy as np

from samb.dialogue import Prediction, Prompt
from samb.models.base import Embedding
from samb.stages.drift import measure


class Drifts:
    """Answers of a batch differ from those given alone by one pixel of 8 and a logit of 0.5."""

    def embed(self, views: object) -> list[Embedding]:
        raise NotImplementedError

    def segment(self, requests: list[tuple[Embedding, Prompt]]) -> list[Prediction]:
        masks = np.zeros((1, 1, 2, 4), dtype=bool)
        masks[0, 0, 0, 0] = len(requests) > 1
        logits = np.full((1, 1, 1), 2.0 + 0.5 * (len(requests) > 1), dtype=np.float32)
        return [Prediction(masks, np.array([0.5]), low_res_logits=logits) for _ in requests]


def test_drift_is_the_share_of_flipped_pixels_and_the_relative_logit() -> None:
    requests = [(Embedding((1, 2, 4), None), Prompt())] * 3
    drift = measure(Drifts(), requests)  # type: ignore[arg-type] # stands in for a Segmenter
    assert drift.record() == {
        "prompts": 3,
        "flipped_pixels": 1 / 8,
        "largest_logit_difference": 0.25,
    }
