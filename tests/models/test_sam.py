import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from samb.dialogue import Prompt
from samb.errors import RequestError
from samb.models.base import Runtime
from samb.models.preprocessing import Preprocessing
from samb.models.random_sam import SamRandom
from samb.models.random_weights import random_weights
from samb.models.sam import Sam
from samb.types import View

SMALL = Preprocessing(side=64)


@pytest.fixture(autouse=True)
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    return tmp_path / "checkpoints"


@pytest.fixture
def file(checkpoints: Path) -> Path:
    path = checkpoints / "tiny.pth"
    torch.save(random_weights("tiny", 64, seed=5), path)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_checkpoint_answers_as_the_weights_that_were_saved(file: Path) -> None:
    model = Sam("tiny", "tiny.pth", sha256=digest(file), preprocessing=SMALL)
    model.check()
    image = np.random.default_rng(0).integers(0, 256, (1, 50, 40, 3), dtype=np.uint8)
    prompt = Prompt(box_xyxy=np.array([5.0, 5, 30, 30]))
    answers = []
    for segmenter in (
        model.load(Runtime()),
        SamRandom(seed=5, preprocessing=SMALL).load(Runtime()),
    ):
        (embedding,) = segmenter.embed([View("a", (0,), image)])
        answers.extend(segmenter.segment([(embedding, prompt)]))
    assert np.array_equal(answers[0].masks, answers[1].masks)
    assert np.array_equal(answers[0].iou_estimates, answers[1].iou_estimates)


def test_identity_names_file_digest_and_all_that_changes_the_answer(file: Path) -> None:
    identity = Sam("tiny", str(file), preprocessing=SMALL).identity()
    assert identity["checkpoint"] == "tiny.pth"
    assert identity["sha256"] == digest(file)
    others = (
        Sam("tiny", str(file), preprocessing=SMALL, precision="bfloat16"),
        Sam("tiny", str(file), preprocessing=Preprocessing(side=64, channels="bgr")),
    )
    assert all(other.identity() != identity for other in others)


def test_a_missing_official_file_says_how_to_fetch_it(checkpoints: Path) -> None:
    model = Sam("vit_b", "sam_b.pth", sha256="0" * 64, url="http://x", bytes=9, name="sam_vit_b")
    sentence = rf"no checkpoint at {checkpoints / 'sam_b.pth'}; .*`samb models fetch sam_vit_b`"
    with pytest.raises(RequestError, match=sentence):
        model.check()
    assert model.source is not None
    assert model.source.url == "http://x"


def test_a_missing_file_without_an_address_says_where_to_put_it() -> None:
    model = Sam("vit_b", "medsam.pth")
    assert model.source is None
    with pytest.raises(RequestError, match=r"medsam\.pth; put it there \(its card says"):
        model.check()


def test_a_file_of_another_length_or_content_is_refused(file: Path) -> None:
    size = file.stat().st_size
    with pytest.raises(RequestError, match=f"wanted {size + 1} bytes, got {size}"):
        Sam("tiny", "tiny.pth", bytes=size + 1, preprocessing=SMALL).check()
    with pytest.raises(RequestError, match=f"wanted SHA-256 0000, got {digest(file)}"):
        Sam("tiny", "tiny.pth", sha256="0000", preprocessing=SMALL).check()


def test_the_architecture_is_checked_before_any_data_is_read(file: Path) -> None:
    with pytest.raises(RequestError, match=r"not the weights of vit_b at 1024 px.*like tiny"):
        Sam("vit_b", "tiny.pth").check()


def test_an_address_needs_size_and_digest() -> None:
    with pytest.raises(ValueError, match="a url needs bytes and sha256"):
        Sam("vit_b", "sam.pth", url="http://x")


def test_a_config_builds_it_and_misspelt_values_are_refused() -> None:
    adapter = TypeAdapter(Sam)
    model = adapter.validate_python(
        {"architecture": "vit_b", "checkpoint": "a.pth", "preprocessing": {"resize": "stretch"}}
    )
    assert model.preprocessing == Preprocessing(resize="stretch")
    with pytest.raises(ValidationError, match="'tiny', 'small', 'vit_b', 'vit_l' or 'vit_h'"):
        adapter.validate_python({"architecture": "vit_x", "checkpoint": "a.pth"})
    with pytest.raises(ValidationError, match="'float32', 'bfloat16' or 'float16'"):
        adapter.validate_python(
            {"architecture": "vit_b", "checkpoint": "a.pth", "precision": "int8"}
        )
