"""The shipped configs on real images: the numbers are those of the SOURCE.txt beside the files."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from samb.building import Part
from samb.config import load_experiment
from samb.datasets.base import Dataset
from samb.errors import CaseError
from samb.types import Case, Content

DATA = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the sample data are not beside the repository"
)


@dataclass(frozen=True)
class Counted:
    cases: int
    groups: int
    frames: int
    targets: int
    pixels: dict[str, int]


def count(dataset: Dataset) -> Counted:
    contents = list(read(dataset))
    pixels: Counter[str] = Counter()
    for _, content in contents:
        for target in content.targets:
            pixels[target.structure] += int(target.prompting_reference.array().sum())
    return Counted(
        len(contents),
        len({case.group_id for case, _ in contents}),
        sum(len(content.images) for _, content in contents),
        sum(len(content.targets) for _, content in contents),
        dict(pixels),
    )


def read(dataset: Dataset) -> Iterator[tuple[Case, Content]]:
    for case in dataset.cases():
        yield case, case.read()


def shipped(name: str, monkeypatch: pytest.MonkeyPatch, **values: Any) -> Dataset:
    monkeypatch.setenv("SAMB_DATA", str(DATA))
    chosen = [f"dataset=[{name}]", "model=[box_fill]", "prompt=[box]"]
    chosen += [f"dataset.{name}.{key}={value}" for key, value in values.items()]
    part: Part[Dataset]
    (part,) = load_experiment(chosen).datasets
    return part.built


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        # 3,600,228 pixels above 127, 12 of them in specks of fewer than 10 pixels.
        ("kvasir_seg", Counted(59, 59, 59, 64, {"polyp": 3_600_216})),
        # 769,632 at each mask's own size; one of 555 x 465 is read at 416 x 416.
        ("busi", Counted(42, 42, 42, 40, {"lesion": 769_423})),
        ("ph2", Counted(10, 10, 10, 10, {"lesion": 1_184_605})),
        # 3,172,293 pixels above 127, 4 of them in specks of fewer than 10.
        ("cxr_lungs", Counted(47, 47, 47, 94, {"lung": 3_172_289})),
        (
            "acdc",
            Counted(
                28,
                14,
                278,
                84,
                {"right_ventricle": 143_626, "myocardium": 164_111, "left_ventricle": 158_961},
            ),
        ),
        ("dsb2018", Counted(15, 15, 15, 874, {"nucleus": 337_624})),
        ("hc18", Counted(40, 40, 40, 40, {"head": 5_293_521})),
        (
            "wbc",
            Counted(58, 58, 58, 116, {"cytoplasm": 105_749 + 233_582, "nucleus": 68_442 + 166_361}),
        ),
        ("camelyon_patches", Counted(16, 1, 16, 39, {"metastasis": 2_237_928})),
        (
            "msd_hippocampus",
            Counted(33, 33, 1176, 66, {"anterior": 55_569, "posterior": 50_872}),
        ),
    ],
)
def test_the_shipped_configs_find_what_is_there(
    name: str, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert count(shipped(name, monkeypatch)) == counted


def test_kvasir_is_thresholded_at_127(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = shipped("kvasir_seg", monkeypatch, min_size=1)
    assert count(everything).pixels == {"polyp": 3_600_228}


def test_busi_without_resizing_has_one_bad_case(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = []
    for case in shipped("busi", monkeypatch, resize_mask="never").cases():
        try:
            case.read()
        except CaseError as error:
            failed.append((case.case_id, str(error)))
    ((case_id, message),) = failed
    assert case_id == "benign/benign (4)"
    assert "555 x 465 pixels but its image 416 x 416" in message


def test_acdc_slices_are_5_or_10_mm_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    spacings = [content.spacing_mm for _, content in read(shipped("acdc", monkeypatch))]
    found = [spacing for spacing in spacings if spacing]
    assert {round(between) for between, _, _ in found} == {5, 10}
    assert all(1.3 < row == column < 1.8 for _, row, column in found)


def test_the_pixels_of_hc18_measure_what_its_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = {case.case_id: content for case, content in read(shipped("hc18", monkeypatch))}
    assert contents["training_set/138_HC"].spacing_mm == (0.101335535, 0.101335535)


def test_the_heads_of_hc18_are_the_same_from_their_outlines(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The original data set holds outlines; the copy beside the project holds them filled."""
    shutil.copytree(DATA / "HC18", tmp_path / "HC18")
    for path in (tmp_path / "HC18/training_set").glob("*_Annotation.png"):
        head = np.asarray(Image.open(path).convert("L")) > 127
        outline = head & ~ndimage.binary_erosion(head, iterations=3, border_value=1)
        path.chmod(0o644)
        Image.fromarray(outline).save(path)
    monkeypatch.setenv("SAMB_DATA", str(tmp_path))
    (part,) = load_experiment(["dataset=hc18", "model=box_fill", "prompt=box"]).datasets
    assert count(part.built).pixels == {"head": 5_293_521}


def test_both_hippocampi_of_a_subject_are_one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {
        case.case_id: case.group_id for case in shipped("msd_hippocampus", monkeypatch).cases()
    }
    assert groups["imagesTr/hippocampus_015"] == "15-16"
    assert groups["imagesTr/hippocampus_084"] == "83-84"
