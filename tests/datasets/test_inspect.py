from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import yaml
from PIL import Image

from samb.building import validated
from samb.datasets.image_folder import ImageFolder
from samb.datasets.inspect import describe_folder, yaml_text
from samb.datasets.volumes import Volumes
from samb.errors import RequestError

NIFTI: Any = nib.Nifti1Image  # has no types
DATA = Path(__file__).parents[2].parent / "shared" / "data"


def picture(path: Path, *values: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.array([values], dtype=np.uint8)).save(path)


def volume(path: Path, *values: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    NIFTI(np.array([[values]], dtype=np.int16), np.eye(4)).to_filename(path)


def test_the_yaml_loads_and_gives_cases(tmp_path: Path) -> None:
    for name in ("a", "b ö"):
        picture(tmp_path / f"images/{name}.png", 1, 2)
        picture(tmp_path / f"masks/{name}.png", 0, 255)
    loaded = yaml.safe_load(yaml_text(describe_folder(tmp_path), "mine"))["mine"]
    assert loaded.pop("_target_") == "samb.datasets.image_folder.ImageFolder"
    assert loaded.pop("card") == {"title": "mine"}
    dataset = validated(ImageFolder, loaded, "dataset mine")
    assert [len(case.read().targets) for case in dataset.cases()] == [1, 1]


def test_patients_and_labels_of_volumes_are_found(tmp_path: Path) -> None:
    for name in ("patient001_frame01", "patient001_frame12", "patient002_frame01"):
        volume(tmp_path / f"{name[:10]}/{name}.nii.gz", 5, 6, 7)
        volume(tmp_path / f"{name[:10]}/{name}_gt.nii.gz", 0, 1, 3)
    guess = describe_folder(tmp_path)
    assert guess.cls is Volumes
    assert guess.parameters["labels"] == {"label_1": 1, "label_3": 3}
    cases = list(guess.build().cases())
    assert [case.group_id for case in cases] == ["patient001", "patient001", "patient002"]
    assert all(len(case.read().targets) == 2 for case in cases)


def test_a_mask_of_many_numbered_blobs_is_a_label_map_of_objects(tmp_path: Path) -> None:
    picture(tmp_path / "images/a.png", *range(20))
    picture(tmp_path / "masks/a.png", 0, 1, 1, 2, 3, 3, 4, 5, 6, 0, 7, 8, 9, 10, 10, 10, 0, 0, 0, 0)
    guess = describe_folder(tmp_path)
    assert guess.parameters["objects"] == "label"
    assert any("every value counts as one object" in doubt for doubt in guess.doubts)
    (case,) = guess.build().cases()
    assert len(case.read().targets) == 10


def test_many_values_in_many_pieces_are_structures(tmp_path: Path) -> None:
    picture(tmp_path / "images/a.png", *range(20))
    picture(tmp_path / "masks/a.png", *range(1, 11), *range(1, 11))
    guess = describe_folder(tmp_path)
    assert len(guess.parameters["labels"]) == 10


def test_two_observers_are_annotators(tmp_path: Path) -> None:
    for name in ("a", "b"):
        picture(tmp_path / f"{name}.jpg", 1, 2)
        picture(tmp_path / f"{name}_1stHO.png", 0, 255)
        picture(tmp_path / f"{name}_2ndHO.png", 255, 255)
    guess = describe_folder(tmp_path)
    cases = [case.read() for case in guess.build().cases()]
    assert [set(it.targets[0].references) for it in cases] == [{"1stHO", "2ndHO"}] * 2
    assert guess.parameters["prompted_by"] == "1stHO"


def test_doubts_are_written_at_the_head(tmp_path: Path) -> None:
    for name in ("a", "b"):
        picture(tmp_path / f"{name}.png", 1, 2)
        picture(tmp_path / f"{name}_mask.png", 0, 1, 1)
    picture(tmp_path / "c.png", 1, 2)
    picture(tmp_path / "lonely_mask.png", 0, 1)
    guess = describe_folder(tmp_path)
    text = yaml_text(guess, "mine")
    for doubt in ("belong to no image", "1 images have no mask", "2 masks have another size"):
        assert any(line.startswith("# CHECK") and doubt in line for line in text.splitlines())
    assert guess.parameters["unmatched_masks"] == "ignore"
    assert guess.parameters["resize_mask"] == "nearest"


def test_unreadable_masks_are_a_doubt(tmp_path: Path) -> None:
    picture(tmp_path / "images/a.png", 1, 2)
    (tmp_path / "masks").mkdir()
    (tmp_path / "masks/a.png").write_bytes(b"nonsense")
    assert any("masks/a.png cannot be read" in doubt for doubt in describe_folder(tmp_path).doubts)


def test_a_folder_without_pairs_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    picture(tmp_path / "a.png", 1)
    with pytest.raises(RequestError, match="2 files, of which 0 are volumes and 1 pictures"):
        describe_folder(tmp_path)
    with pytest.raises(RequestError, match="nowhere is none"):
        describe_folder(tmp_path / "nowhere")


@pytest.mark.skipif(not DATA.is_dir(), reason="the sample data are not beside the repository")
@pytest.mark.parametrize(
    ("name", "cases", "targets"),
    [
        ("Kvasir-SEG", 59, 59),
        ("BUSI", 42, 40),
        ("PH2", 10, 10),
        ("CXR-Montgomery-Shenzhen", 47, 47),
        ("ACDC", 28, 84),
        ("MSD-Task04_Hippocampus", 33, 66),
        ("HC18", 40, 40),
        ("BraTS2023-slices", 36, 75),
        ("pyradiomics-nrrd", 3, 3),
        ("DSB2018-brightfield", 15, 874),
        ("CHASEDB1", 28, 28),
    ],
)
def test_real_data_sets_are_guessed(name: str, cases: int, targets: int) -> None:
    contents = [case.read() for case in describe_folder(DATA / name).build().cases()]
    assert len(contents) == cases
    assert sum(len(content.targets) for content in contents) == targets
