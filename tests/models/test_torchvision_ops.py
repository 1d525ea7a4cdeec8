import subprocess
import sys

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from samb.models.official import outline  # noqa: F401 - makes torchvision importable
from samb.models.torchvision_ops import non_maximum_suppression


def run_python(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def plain_iou(one: Tensor, other: Tensor) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, float(width)) * max(0.0, float(height))
    areas = [float((box[2] - box[0]) * (box[3] - box[1])) for box in (one, other)]
    return shared / (sum(areas) - shared)


def plain_nms(boxes: Tensor, scores: Tensor, threshold: float) -> list[int]:
    """Pair by pair: a box stays unless a kept one with a better score overlaps it too much."""
    kept: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda index: -float(scores[index])):
        if all(plain_iou(boxes[index], boxes[other]) <= threshold for other in kept):
            kept.append(index)
    return kept


@given(seed=st.integers(0, 10_000), count=st.integers(0, 30), threshold=st.floats(0.01, 0.99))
def test_the_operator_agrees_with_a_plain_reference(
    seed: int, count: int, threshold: float
) -> None:
    generator = torch.Generator().manual_seed(seed)
    corners = torch.randint(0, 20, (count, 2), generator=generator).float()
    extents = torch.randint(1, 20, (count, 2), generator=generator).float()
    boxes = torch.cat([corners, corners + extents], dim=1)
    scores = torch.randperm(count, generator=generator).float()
    expected = plain_nms(boxes, scores, threshold)
    assert non_maximum_suppression(boxes, scores, threshold).tolist() == expected
    assert torch.ops.torchvision.nms(boxes, scores, threshold).tolist() == expected


def test_two_boxes_that_share_a_third() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [0, 5, 10, 15]])  # 50 shared of 150
    scores = torch.tensor([0.1, 0.9])
    assert torch.ops.torchvision.nms(boxes, scores, 0.3).tolist() == [1]
    assert torch.ops.torchvision.nms(boxes, scores, 0.34).tolist() == [1, 0]


def test_segment_anything_and_its_mask_generator_import() -> None:
    code = "import samb.models.official, segment_anything as s; print(s.SamPredictor.__name__)"
    assert run_python(code) == "SamPredictor"


def test_importing_the_repair_repairs_nothing_yet() -> None:
    code = "import sys, samb.models.torchvision_ops; print('torchvision' in sys.modules)"
    assert run_python(code) == "False"


def test_operators_that_are_there_are_left_alone() -> None:
    code = (
        "import torch\n"
        "from samb.models import torchvision_ops as ops\n"
        "for name, schema in ops.SCHEMAS.items():\n"
        "    torch.library.define(name, schema)\n"
        "torch.library.impl('torchvision::nms', 'cpu', lambda *_: torch.tensor([42]))\n"
        "ops.make_importable()\n"
        "print(torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5).item())\n"
    )
    assert run_python(code) == "42"
