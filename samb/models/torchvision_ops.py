"""Makes torchvision importable beside a torch that its compiled operators were not built for.

PyPI's torchvision for Linux is built against CUDA torch. Beside the CPU build of torch its library
does not load, and importing it (segment_anything does) ends with "operator torchvision::nms does
not exist". Nothing of samb needs the compiled operators, but torchvision wants two of them named.
"""

import importlib
from functools import cache

import torch
from torch import Tensor

SCHEMAS = {
    "torchvision::nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


@cache
def make_importable() -> None:
    """Import torchvision; only where its operators are missing, declare them and try again."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        declare_operators()
        importlib.import_module("torchvision")


def declare_operators() -> None:
    """Declare torchvision's `nms` and `qnms`; `nms` also works, on the CPU."""
    for name, schema in SCHEMAS.items():
        torch.library.define(name, schema)
    torch.library.impl("torchvision::nms", "cpu", non_maximum_suppression)


def non_maximum_suppression(dets: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    """Indices of the boxes kept, best first: each drops those it overlaps by more than a share.

    `dets` (N, 4) xyxy with exclusive corners, `scores` (N,). torchvision's own contract.
    """
    order = scores.argsort(descending=True, stable=True)
    kept: list[int] = []
    while len(order):
        kept.append(int(order[0]))
        overlap = _iou_with(dets[order[0]], dets[order[1:]])
        order = order[1:][~(overlap > iou_threshold)]
    return torch.tensor(kept, dtype=torch.int64)


def _iou_with(box: Tensor, others: Tensor) -> Tensor:
    corner = torch.maximum(box[:2], others[:, :2])
    extent = (torch.minimum(box[2:], others[:, 2:]) - corner).clamp(min=0)
    shared = extent.prod(dim=1)
    areas = (others[:, 2:] - others[:, :2]).prod(dim=1)
    return shared / ((box[2:] - box[:2]).prod() + areas - shared)
