"""Everything mode: SAM's automatic mask generation on the batched decoder.

The rules are those of `SamAutomaticMaskGenerator` (facebookresearch/segment-anything,
segment_anything/automatic_mask_generator.py), made of the same official functions; tests compare
the masks. One thing is done in another order, with the same outcome: masks with too low an IoU
estimate are dropped before they are enlarged to the size of the image, which is most of the cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from samb.dialogue import Grid, Prediction, Prompt
from samb.models.base import Embedding, Runtime
from samb.models.official import Sam, amg
from samb.models.prompt_encoding import Request
from samb.models.small_regions import without_small_regions
from samb.types import BoolArray, FloatArray, View, decode_mask, encode_mask

MULTIMASK = slice(1, 4)
"""Tokens 1 to 3: what SAM answers to a single point."""
AT_ONCE = 16
"""Masks enlarged together, so that memory does not grow with the grid."""

Box = tuple[int, int, int, int]
"""Of a crop: first column and row, and those after the last."""


class Decoder(Protocol):
    """What everything mode needs of a loaded SAM."""

    @property
    def sam(self) -> Sam: ...
    @property
    def runtime(self) -> Runtime: ...
    def embed(self, views: Sequence[View]) -> list[Embedding]: ...
    def decoded(self, batch: Sequence[Request]) -> tuple[Tensor, Tensor]: ...
    def logits_at(self, low_res_logits: Tensor, shape: tuple[int, int]) -> Tensor: ...


@dataclass(frozen=True)
class Kept:
    """Masks that passed the filters, on the whole image."""

    runs: list[bytes]
    """Compressed COCO run lengths, M of them."""
    boxes: Tensor
    """(M, 4) xyxy, inclusive corners."""
    estimates: Tensor
    """(M,) the model's own estimates of their IoU."""
    crop_areas: Tensor
    """(M,) of the crop that each was found in."""

    @classmethod
    def joined(cls, several: Sequence["Kept"]) -> "Kept":
        """In the order given."""
        return cls(
            [runs for it in several for runs in it.runs],
            torch.cat([it.boxes for it in several]),
            torch.cat([it.estimates for it in several]),
            torch.cat([it.crop_areas for it in several]),
        )

    def without_duplicates(self, scores: Tensor, iou_threshold: float) -> "Kept":
        """Of boxes that overlap by more, the one of the highest score; best first."""
        kept = torch.ops.torchvision.nms(self.boxes.float(), scores, iou_threshold)
        runs = [self.runs[index] for index in kept.tolist()]
        return Kept(runs, self.boxes[kept], self.estimates[kept], self.crop_areas[kept])


def automatic_masks(decoder: Decoder, embedding: Embedding, grid: Grid) -> Prediction:
    """All masks of a frame that the grid finds and keeps, best estimated first within a crop."""
    shape = embedding.shape[1:]
    crops, layers = amg.generate_crop_boxes(shape, grid.crop_n_layers, grid.crop_overlap_ratio)
    points = amg.build_all_layer_point_grids(
        grid.points_per_side, grid.crop_n_layers, grid.crop_n_points_downscale_factor
    )
    found = [
        _of_crop(decoder, embedding, tuple(crop), points[layer], grid)
        for crop, layer in zip(crops, layers, strict=True)
    ]
    kept = Kept.joined(found)
    if len(crops) > 1:
        kept = kept.without_duplicates(1 / kept.crop_areas, grid.crop_nms_thresh)
    if grid.min_mask_region_area:
        kept = cleaned(kept, shape, grid)
    masks = [decode_mask(runs, shape)[None] for runs in kept.runs]
    stacked: BoolArray = np.stack(masks) if masks else np.zeros((0, 1, *shape), dtype=bool)
    return Prediction(stacked, kept.estimates.cpu().numpy())


def _of_crop(
    decoder: Decoder, embedding: Embedding, crop: Box, points: FloatArray, grid: Grid
) -> Kept:
    x0, y0, x1, y1 = crop
    seen, shape = embedding, (y1 - y0, x1 - x0)
    if shape != embedding.shape[1:]:
        (seen,) = decoder.embed([View("", (0,), embedding.payload.image[None, y0:y1, x0:x1])])
    asked = [(seen, _point(xy)) for xy in points * np.array(shape[::-1])]
    size = decoder.runtime.decode_batch
    batches = [asked[start : start + size] for start in range(0, len(asked), size)]
    places = Places(crop, shape, embedding.shape[1:])
    kept = [it for batch in batches for it in _of_batch(decoder, batch, places, grid)]
    if not kept:
        return _nothing(decoder)
    whole = Kept.joined(kept)
    return whole.without_duplicates(whole.estimates, grid.box_nms_thresh)


def _point(xy: FloatArray) -> Prompt:
    return Prompt(points_xy=xy[None], point_labels=np.ones(1, dtype=np.int8))


def _nothing(decoder: Decoder) -> Kept:
    device = decoder.runtime.device
    none = torch.zeros(0, device=device)
    return Kept([], torch.zeros((0, 4), device=device), none, none)


@dataclass(frozen=True)
class Places:
    """Where a crop lies in its image."""

    crop: Box
    shape: tuple[int, int]
    """(h, w) of the crop."""
    whole: tuple[int, int]
    """(H, W) of the image."""

    @property
    def area(self) -> int:
        """Pixels of the crop."""
        return self.shape[0] * self.shape[1]


def _of_batch(
    decoder: Decoder, batch: Sequence[Request], places: Places, grid: Grid
) -> Iterator[Kept]:
    """The masks of a batch of points that pass all filters, some at a time."""
    logits, estimates = decoder.decoded(batch)
    logits, estimates = logits[:, MULTIMASK].flatten(0, 1), estimates[:, MULTIMASK].flatten()
    if grid.pred_iou_thresh > 0:
        confident = estimates > grid.pred_iou_thresh
        logits, estimates = logits[confident], estimates[confident]
    for start in range(0, len(logits), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        large = decoder.logits_at(logits[some], places.shape)
        yield _filtered(large, estimates[some], decoder.sam.mask_threshold, places, grid)


def _filtered(
    logits: Tensor, estimates: Tensor, threshold: float, places: Places, grid: Grid
) -> Kept:
    """Of (M, h, w) logits on a crop: the stable masks that do not touch an inner edge of it."""
    if grid.stability_score_thresh > 0:
        stability = amg.calculate_stability_score(logits, threshold, grid.stability_score_offset)
        stable = stability >= grid.stability_score_thresh
        logits, estimates = logits[stable], estimates[stable]
    masks = logits > threshold
    boxes = amg.batched_mask_to_box(masks)
    height, width = places.whole
    cut = amg.is_box_near_crop_edge(boxes, list(places.crop), [0, 0, width, height])
    masks, boxes, estimates = masks[~cut], boxes[~cut], estimates[~cut]
    whole = amg.uncrop_masks(masks, list(places.crop), height, width).cpu().numpy()
    return Kept(
        [encode_mask(mask) for mask in whole],
        amg.uncrop_boxes_xyxy(boxes, list(places.crop)),
        estimates,
        torch.full_like(estimates, places.area),
    )


def cleaned(kept: Kept, shape: tuple[int, int], grid: Grid) -> Kept:
    """Without small holes and islands, and without the duplicates that this makes.

    Masks that did not need it are preferred.
    """
    if not kept.runs:
        return kept
    masks = (decode_mask(runs, shape) for runs in kept.runs)
    found = [without_small_regions(mask, grid.min_mask_region_area) for mask in masks]
    after = [mask for mask, _ in found]
    tidied = Kept(
        [encode_mask(mask) for mask in after],
        amg.batched_mask_to_box(torch.from_numpy(np.stack(after))).to(kept.boxes.device),
        kept.estimates,
        kept.crop_areas,
    )
    unchanged = torch.tensor(
        [not had for _, had in found], dtype=torch.float32, device=kept.boxes.device
    )
    return tidied.without_duplicates(unchanged, max(grid.box_nms_thresh, grid.crop_nms_thresh))
