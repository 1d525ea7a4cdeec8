"""Everything mode from the command to its score rows, with a model of random weights."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import samb
from samb.pipeline import Place
from samb.result import Result
from samb.types import ByteArray

LAX = """\
everything_lax:
  _target_: samb.prompts.everything.Everything
  grid: {points_per_side: 4, pred_iou_thresh: 0, stability_score_thresh: 0, box_nms_thresh: 1}
  card: {title: All of a small grid, version: 1, selection: oracle_iou}
"""
PHANTOMS = (
    "dataset=phantoms", "dataset.phantoms.size=64", "dataset.phantoms.volume_size=64",
    "dataset.phantoms.frames=8", "limit=1",
)  # fmt: skip
NUCLEI = (*PHANTOMS, "dataset.phantoms.kinds=nuclei")


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *data: str) -> Result:
    own = folder / "configs" / "prompt"
    own.mkdir(parents=True)
    (own / "everything_lax.yaml").write_text(LAX)
    monkeypatch.setenv("SAMB_CONFIGS", str(own.parent))
    place = Place(folder / "runs", device="cpu", workers=1)
    asked = ("model=[sam_random,box_fill]", "prompt=everything_lax", "metric=[overlap,panoptic]")
    return samb.run([*data, *asked, "name=all"], place)


def picture(path: Path, image: ByteArray) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(image).save(path)


def test_every_nucleus_is_matched_and_masks_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(tmp_path, monkeypatch, *NUCLEI)
    scores = result.scores
    of_targets = scores[scores["level"] == "frame"]
    assert set(of_targets["structure"]) == {"nucleus"}
    assert set(of_targets["selection"]) == {
        "oracle_iou", "oracle_dice", "oracle_one_to_one", "label_map",
    }  # fmt: skip
    found = scores[scores["metric"] == "unmatched_masks"].set_index("selection")["value"]
    # Forty-eight masks, of which a target takes one at most.
    assert 0 < found["oracle_iou"] < 48
    assert set(scores.loc[scores["metric"] == "pq", "structure"]) == {"any"}
    assert list(result.table["prompt"].unique()) == ["everything_lax"]


def test_a_floor_that_cannot_answer_leaves_a_gap_that_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = run(tmp_path, monkeypatch, *NUCLEI).material.outcomes
    (gap,) = outcomes[outcomes["status"] == "gap"].itertuples()
    assert (gap.model, gap.prompt) == ("box_fill", "everything_lax")
    assert gap.reason == "the model does not understand everything"


def test_a_picture_without_targets_is_asked_and_its_masks_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, filled in (("some", slice(4, 12)), ("none", slice(0, 0))):
        mask = np.zeros((20, 24), dtype=np.uint8)
        mask[filled, filled] = 255
        picture(tmp_path / "images" / f"{name}.png", np.full((20, 24, 3), 90, dtype=np.uint8))
        picture(tmp_path / "masks" / f"{name}.png", mask)
    scores = run(
        tmp_path,
        monkeypatch,
        "dataset=image_folder",
        f"dataset.image_folder.root={tmp_path}",
        "dataset.image_folder.images=images/*.png",
        "dataset.image_folder.masks=masks/{stem}.png",
    ).scores
    counted = scores[scores["metric"] == "unmatched_masks"]
    assert set(counted["case"]) == {"images/none", "images/some"}
    assert counted.loc[counted["case"] == "images/none", "value"].min() > 0
    nothing_there = scores[(scores["case"] == "images/none") & (scores["metric"] == "pq")]
    assert list(nothing_there["value"]) == [0.0]


def test_the_volume_of_a_target_is_put_together_from_all_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = run(tmp_path, monkeypatch, *PHANTOMS, "dataset.phantoms.kinds=head").scores
    assert set(scores.loc[scores["metric"] == "unmatched_masks", "frame"]) == set(range(8))
    volume = scores[scores["level"] == "volume"]
    assert set(volume["scope"]) == {"all_slices"}
    assert set(volume["structure"]) == {"brain"}
