"""Everything mode beside SamAutomaticMaskGenerator, on the same random weights."""

from dataclasses import asdict, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from samb.dialogue import Grid, Prediction, Prompt
from samb.models.automatic import Kept, cleaned
from samb.models.base import Runtime
from samb.models.preprocessing import Preprocessing
from samb.models.random_sam import SamRandom
from samb.models.sam_segmenter import SamSegmenter
from samb.types import ByteArray, View, encode_mask
from tests.prompts.drawn import picture as drawn

LAX = Grid(
    points_per_side=6,
    pred_iou_thresh=0.2,
    stability_score_thresh=0.1,
    stability_score_offset=0.2,
    box_nms_thresh=0.95,
)
"""Random weights are neither confident nor stable: with SAM's thresholds they keep nothing."""


@cache
def loaded(decode_batch: int = 16) -> SamSegmenter:
    model = SamRandom(seed=2, preprocessing=Preprocessing(side=128))
    segmenter = model.load(Runtime(decode_batch=decode_batch))
    assert isinstance(segmenter, SamSegmenter)
    # So high that masks are a few pixels here and there, and their boxes differ.
    segmenter.sam.mask_threshold = 8.2
    return segmenter


def image(height: int, width: int, seed: int = 0) -> ByteArray:
    """Blocks of colour, so that masks follow something."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 256, (height // 16 + 1, width // 16 + 1, 3), dtype=np.uint8)
    return np.kron(blocks, np.ones((16, 16, 1), dtype=np.uint8))[:height, :width]


def ours(picture: ByteArray, grid: Grid, decode_batch: int = 16) -> Prediction:
    segmenter = loaded(decode_batch)
    (embedding,) = segmenter.embed([View("case", (0,), picture[None])])
    (answer,) = segmenter.segment([(embedding, Prompt(grid=grid))])
    return answer


def official(picture: ByteArray, grid: Grid) -> list[dict[str, Any]]:
    from segment_anything import SamAutomaticMaskGenerator

    generator = SamAutomaticMaskGenerator(loaded().sam, points_per_batch=16, **asdict(grid))
    found: list[dict[str, Any]] = generator.generate(picture)
    return found


@pytest.fixture(autouse=True)
def operators_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The official generator asks for compiled operators, in whose place samb has put its own."""
    monkeypatch.setattr("torchvision.extension._has_ops", lambda: True)


UNFILTERED = replace(LAX, pred_iou_thresh=0.0, stability_score_thresh=0.0)
CROPS = replace(UNFILTERED, crop_n_layers=1, crop_n_points_downscale_factor=2)
GRIDS = {
    "plain": LAX,
    "confident": replace(LAX, pred_iou_thresh=1.05),
    "stable": replace(LAX, pred_iou_thresh=0.0, stability_score_thresh=0.4),
    "crops": CROPS,
    "crops_apart": replace(CROPS, crop_overlap_ratio=0.0, crop_nms_thresh=0.3),
    "cleaned": replace(LAX, min_mask_region_area=60),
    "few_boxes": replace(LAX, box_nms_thresh=0.7),
    "unfiltered": UNFILTERED,
}


@pytest.mark.parametrize("name", GRIDS)
def test_masks_are_those_of_the_official_generator(name: str) -> None:
    picture = image(160, 208)
    wanted, found = official(picture, GRIDS[name]), ours(picture, GRIDS[name])
    assert len(found.masks) == len(wanted) > 0
    for mask, estimate, record in zip(found.masks, found.iou_estimates, wanted, strict=True):
        assert np.array_equal(mask[0], record["segmentation"])
        assert estimate == pytest.approx(record["predicted_iou"], rel=1e-4)
    crops = {tuple(record["crop_box"]) for record in wanted}
    assert (len(crops) > 1) == (GRIDS[name].crop_n_layers > 0)


def test_each_filter_takes_something_away() -> None:
    picture = image(160, 208)
    kept = {name: len(ours(picture, grid).masks) for name, grid in GRIDS.items()}
    assert kept["confident"] < kept["plain"] < kept["unfiltered"]
    assert kept["few_boxes"] < kept["plain"]
    assert kept["cleaned"] < kept["plain"]


def test_a_mask_with_a_small_island_is_the_duplicate_even_where_it_stays_as_it_is() -> None:
    masks = [drawn("###.", "###.", "###."), drawn("####", "####", "####")]
    runs = [encode_mask(mask) for mask in masks]
    boxes = torch.tensor([[0, 0, 2, 2], [0, 0, 3, 2]])
    before = Kept(runs, boxes, torch.tensor([0.9, 0.8]), torch.tensor([12.0, 12.0]))
    grid = Grid(min_mask_region_area=12, box_nms_thresh=0.6, crop_nms_thresh=0.6)
    assert cleaned(before, (3, 4), grid).runs == runs[1:]


def test_the_decoders_batch_changes_nothing() -> None:
    picture = image(150, 70)
    one, other = ours(picture, LAX, decode_batch=1), ours(picture, LAX, decode_batch=36)
    assert len(one.masks) > 0
    assert np.array_equal(one.masks, other.masks)


def test_a_grid_that_keeps_nothing_is_an_answer_without_masks() -> None:
    found = ours(image(40, 50), replace(LAX, pred_iou_thresh=1.0, stability_score_thresh=1.0))
    assert found.masks.shape == (0, 1, 40, 50)
    assert found.iou_estimates.shape == (0,)


def test_a_grid_is_answered_beside_single_prompts_in_the_order_of_requests() -> None:
    segmenter = loaded()
    (embedding,) = segmenter.embed([View("case", (0,), image(60, 80)[None])])
    point = Prompt(points_xy=np.array([[30.0, 20.0]]), point_labels=np.ones(1, np.int8))
    answers = segmenter.segment([(embedding, it) for it in (point, Prompt(grid=LAX), point)])
    assert [len(answer.masks) for answer in answers] == [4, len(answers[1].masks), 4]
    assert np.array_equal(answers[0].masks, answers[2].masks)
