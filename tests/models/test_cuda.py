"""The same answers on a GPU, up to rounding. Runs where there is one: `make test-gpu`."""

from pathlib import Path

import numpy as np
import pytest
import torch

import samb
from samb.dialogue import Prompt
from samb.models.base import Runtime
from samb.models.random_sam import SamRandom
from samb.pipeline import Place
from samb.types import View

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]


def test_cuda_answers_as_the_cpu_up_to_rounding() -> None:
    rng = np.random.default_rng(0)
    views = [
        View(f"case{index}", (0,), rng.integers(0, 255, (1, 90, 120 + index, 3), dtype=np.uint8))
        for index in range(3)
    ]
    prompts = [Prompt(box_xyxy=np.array([10.0, 20.0, 60.0, 70.0]))] * 3
    cpu, cuda = (
        SamRandom().load(Runtime(device, batch)) for device, batch in (("cpu", 1), ("cuda", 64))
    )
    expected = cpu.segment(list(zip(cpu.embed(views), prompts, strict=True)))
    got = cuda.segment(list(zip(cuda.embed(views), prompts, strict=True)))
    for one, other in zip(expected, got, strict=True):
        assert one.low_res_logits is not None
        assert other.low_res_logits is not None
        scale = np.abs(one.low_res_logits).max()
        assert np.abs(one.low_res_logits - other.low_res_logits).max() < 1e-3 * scale
        assert (one.masks != other.masks).mean() < 1e-2


def test_a_run_on_cuda_records_its_drift(tmp_path: Path) -> None:
    place = Place(tmp_path, device="cuda", workers=1)
    request = ["dataset=phantoms", "model=sam_random", "prompt=[box,clicks_ritm_5]", "limit=4"]
    result = samb.run([*request, "name=cuda"], place)
    (session,) = result.material.provenance["cuda"]["sessions"]  # type: ignore[index] # plain JSON
    assert session["drift"]["sam_random"]["flipped_pixels"] < 1e-2
