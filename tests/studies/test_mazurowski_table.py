"""How Mazurowski et al. make a number of a table, worked out again beside a whole run.

IoU per image and class, mean over the images that show the class, plain mean over the classes.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import samb
from samb.pipeline import Place
from samb.studies.published import COLUMNS
from samb.types import BoolArray
from tests.studies import mazurowski as rule

STUDY = """
hips:
  _target_: samb.studies.study.Study
  data: [{name: Hips, dataset: hips, targets: {Ilium: ilium, Femur: femur}}]
  modes: {box_largest: one box, box_each_3: three boxes, box_all: one for all}
  selections: [first]
  metrics: [overlap]
  models: [box_fill]
  table: {metrics: [iou], level: frame, over: rows, across: targets, overall: [mean, all]}
  card: {title: Hips, version: 1, fidelity: strict}
"""
DATA = """
hips:
  _target_: samb.datasets.image_folder.ImageFolder
  root: {root}
  images: "images/*.png"
  masks: "masks/{{stem}}.png"
  labels: {{ilium: 1, femur: 2}}
"""
SCENES = {
    "both": ("11100220", "11100220", "00000000", "10000002"),
    "ilium alone": ("01110000", "00000000", "11111111", "00000000"),
    "nothing": ("00000000", "00000000"),
    "femur in five": ("20202000", "00000000", "20222000", "00222001"),
}


def labels(rows: tuple[str, ...]) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    return np.array([[int(letter) for letter in row] for row in rows], dtype=np.uint8)


def filled(boxes: list[list[float]], shape: tuple[int, ...]) -> BoolArray:
    """What a model that fills boxes makes of them, united."""
    mask = np.zeros(shape, dtype=bool)
    for x0, y0, x1, y1 in np.array(boxes, dtype=int):
        mask[y0 : y1 + 1, x0 : x1 + 1] = True
    return mask


def expected(mode: str) -> list[float]:
    """Ilium, femur, and the mean over the two."""
    ious = np.full((len(SCENES), 2), np.nan)
    for row, scene in enumerate(SCENES.values()):
        for column in (0, 1):
            mask = labels(scene) == column + 1
            if mask.any():
                regions = {"box_all": [mask], "box_largest": rule.regions(mask)[:1]}
                boxed = regions.get(mode, rule.regions(mask)[:3])
                answer = filled([rule.tight(it) for it in boxed], mask.shape)
                ious[row, column] = rule.iou(answer, mask)
    by_class = np.nanmean(ious, axis=0)
    return [*by_class, by_class.mean()]


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_a_table_is_made_as_the_paper_made_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs = tmp_path / "configs"
    for name, text in (("study", STUDY), ("dataset", DATA.format(root=tmp_path))):
        (configs / name).mkdir(parents=True)
        (configs / name / "hips.yaml").write_text(text)
    (configs / "study" / "hips.csv").write_text(",".join(COLUMNS) + "\n")
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        for name, scene in SCENES.items():
            Image.fromarray(labels(scene)).save(tmp_path / folder / f"{name}.png")
    monkeypatch.setenv("SAMB_CONFIGS", str(configs))
    place = Place(tmp_path / "runs", device="cpu", workers=1, pictures=False)
    table = samb.run(["study=hips", "name=hips"], place).study
    values = table.set_index(["prompt", "target"])["ours"]
    for mode in ("box_largest", "box_each_3", "box_all"):
        found = [values[mode, target] for target in ("Ilium", "Femur", "all")]
        assert found == pytest.approx(expected(mode))
    # By hand, one box round all: ilium 7 of 12 px, 11 of 24, 1 of 1; femur 5 of 12, 10 of 20.
    ilium, femur = (7 / 12 + 11 / 24 + 1) / 3, (5 / 12 + 10 / 20) / 2
    assert expected("box_all") == pytest.approx([ilium, femur, (ilium + femur) / 2])
