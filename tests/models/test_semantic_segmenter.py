"""A prompt-free SAM names its masks, and takes no prompt."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from samb.dialogue import Prompt
from samb.errors import RefusedError, RequestError
from samb.models.adapted import AdaptedSam, SemanticSam
from samb.models.base import Runtime
from samb.models.changes import Changes, Lora
from samb.models.official import assemble
from samb.models.preprocessing import Preprocessing
from samb.models.random_weights import random_weights
from samb.models.substitutions import substitute
from samb.types import View

CHANGES = Changes(lora=Lora(2), classes=("liver", "spleen"))
SMALL = Preprocessing(side=64)
IMAGE = np.random.default_rng(0).integers(0, 256, (1, 40, 60, 3), dtype=np.uint8)


@pytest.fixture
def learnt(tmp_path: Path) -> str:
    sam = assemble("tiny", 64, random_weights("tiny", 64, seed=0))
    substitute(sam, CHANGES)
    path = tmp_path / "learnt.safetensors"
    save_file(sam.state_dict(), path)
    return str(path)


def test_each_pixel_belongs_to_one_structure_or_none(learnt: str) -> None:
    model = SemanticSam("tiny", learnt, preprocessing=SMALL, changes=CHANGES)
    model.check()
    segmenter = model.load(Runtime())
    (embedding,) = segmenter.embed([View("case", (0,), IMAGE)])
    (answer,) = segmenter.segment([(embedding, Prompt())])
    assert answer.class_names == ("liver", "spleen")
    assert answer.masks.shape == (2, 1, 40, 60)
    assert answer.masks.sum(0).max() <= 1
    assert np.isnan(answer.iou_estimates).all()


def test_a_prompt_is_refused(learnt: str) -> None:
    segmenter = SemanticSam("tiny", learnt, preprocessing=SMALL, changes=CHANGES).load(Runtime())
    (embedding,) = segmenter.embed([View("case", (0,), IMAGE)])
    with pytest.raises(RefusedError, match="takes no prompt, and was given box"):
        segmenter.segment([(embedding, Prompt(box_xyxy=np.array([0.0, 0.0, 5.0, 5.0])))])


def test_weights_for_other_changes_are_refused(learnt: str) -> None:
    model = AdaptedSam("tiny", learnt, preprocessing=SMALL)
    with pytest.raises(RequestError, match=r"of its \d+ tensors do not fit"):
        model.check()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"no file at .*gone.safetensors"):
        AdaptedSam("tiny", str(tmp_path / "gone.safetensors")).check()


def test_classes_belong_to_a_prompt_free_model() -> None:
    with pytest.raises(ValueError, match="belongs to no other"):
        AdaptedSam("tiny", "learnt.safetensors", changes=CHANGES)
