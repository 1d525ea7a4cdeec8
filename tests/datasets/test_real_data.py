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
        (
            "brats_slices",
            Counted(
                36,
                13,
                36,
                75,
                {"oedema": 42_401, "enhancing_tumour": 11_692, "necrotic_core": 13_681},
            ),
        ),
        (
            "prostate158_slices",
            Counted(10, 10, 10, 20, {"prostate": 120_607, "tumour": 29_115}),
        ),
        ("lits_slices", Counted(18, 4, 18, 29, {"liver": 101_866, "tumour": 30_425})),
        ("npc_slices", Counted(25, 25, 25, 25, {"tumour": 61_536})),
        # 163,525 pixels, 11 of them in specks of fewer than 10.
        ("cholecseg8k", Counted(20, 1, 20, 23, {"instrument": 163_514})),
        ("chase_db1", Counted(28, 14, 28, 28, {"vessel": 1_861_974})),
        ("open_ms", Counted(1, 1, 182, 37, {"lesion": 1300})),
        ("sct_cord", Counted(2, 1, 132, 2, {"spinal_cord": 5437 + 4275})),
        ("sct_grey_matter", Counted(2, 1, 20, 2, {"grey_matter": 519 + 697})),
        ("pyradiomics_brain", Counted(2, 2, 48, 2, {"tumour": 4137 + 453})),
        ("pyradiomics_breast", Counted(1, 1, 21, 1, {"tumour": 143})),
        ("ants_kki", Counted(1, 1, 1, 1, {"brain": 14_182})),
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


def test_the_second_observer_of_chase_judges_too(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [
        int(target.references["second_observer"].array().sum())
        for _, content in read(shipped("chase_db1", monkeypatch))
        for target in content.targets
    ]
    assert (len(drawn), sum(drawn)) == (28, 1_782_580)


def test_sam_med2d_names_pair_what_its_lists_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = count(shipped("sam_med2d_demo", monkeypatch))
    assert (counted.cases, counted.groups, counted.targets) == (4, 4, 30)
    assert len(counted.pixels) == 24
    assert sum(counted.pixels.values()) == 46_279


TOTALSEGMENTATOR = str(DATA / "TotalSegmentator-tests/tests/reference_files")


def test_totalsegmentator_reads_one_file_per_organ(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = count(
        shipped(
            "totalsegmentator",
            monkeypatch,
            root=TOTALSEGMENTATOR,
            images="example_ct_sm.nii.gz",
            masks="{parent}/example_seg_fast/{structure}.nii.gz",
        )
    )
    assert (counted.cases, counted.frames, counted.targets) == (1, 30, 40)


@pytest.mark.parametrize(
    ("image", "labels", "targets", "liver"),
    [
        ("example_ct_sm", "example_seg", 41, 38_634),
        ("example_mr_sm", "example_seg_mr", 23, 18_480),
    ],
)
def test_totalsegmentator_reads_a_label_map(
    image: str, labels: str, targets: int, liver: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = shipped(
        "volumes",
        monkeypatch,
        root=TOTALSEGMENTATOR,
        images=f"{image}.nii.gz",
        masks="{parent}/" + f"{labels}.nii.gz",
        objects="label",
        structure="organ",
    )
    ((_, content),) = read(dataset)
    found = {it.object_id: it.prompting_reference.array().sum() for it in content.targets}
    assert (len(found), found["organ/5"]) == (targets, liver)


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
