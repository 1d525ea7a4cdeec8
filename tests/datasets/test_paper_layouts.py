"""Data sets of papers that are not at hand: each config reads a made-up tree of the stated layout.

That shows that patterns, labels and the choice of files mean what the card says, and nothing about
the real files.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from omegaconf import OmegaConf
from PIL import Image

from samb.building import build_parts
from samb.choices import ConfigFolders
from samb.datasets.base import Dataset

NIFTI: Any = nib.Nifti1Image  # has no types
SIDE = 4


def write(path: Path, values: Sequence[int]) -> None:
    """A file whose first pixels or voxels, row by row, hold the values, all others 0.

    A JPEG holds the first value everywhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if ".nii" in path.suffixes or path.suffix == ".nii":
        voxels = np.zeros((SIDE, SIDE, SIDE), dtype=np.int16)
        voxels.ravel()[: len(values)] = values
        NIFTI(voxels, np.eye(4)).to_filename(path)
        return
    pixels = np.zeros((2 * SIDE, 2 * SIDE), dtype=np.uint8)
    pixels.ravel()[: len(values)] = values
    if path.suffix == ".jpg":
        pixels[:] = values[0]  # which JPEG keeps
    Image.fromarray(pixels).save(path)


def shipped(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setenv("SAMB_DATA", str(root))
    choice = OmegaConf.create(ConfigFolders.find().read("dataset", name))
    choices = {name: OmegaConf.to_container(choice, resolve=True)}
    (part,) = build_parts(choices, "dataset", Dataset)  # Hydra would take a second each
    return part.built


def polyps(folder: str) -> Mapping[str, Sequence[int]]:
    return {f"PraNet/TestDataset/{folder}/{part}/1.png": [255] for part in ("images", "masks")}


def decathlon(task: str, name: str, labels: Sequence[int]) -> Mapping[str, Sequence[int]]:
    folder = f"MSD/{task}"
    return {
        f"{folder}/imagesTr/{name}_001.nii.gz": [1],
        f"{folder}/labelsTr/{name}_001.nii.gz": labels,
        f"{folder}/imagesTs/{name}_002.nii.gz": [1],
        f"{folder}/imagesTr/._{name}_001.nii.gz": [1],
    }


AMOS = {
    "AMOS22/amos22/imagesTr/amos_0001.nii.gz": [1],
    "AMOS22/amos22/labelsTr/amos_0001.nii.gz": [1, 2, 15],
    "AMOS22/amos22/imagesVa/amos_0499.nii.gz": [1],
    "AMOS22/amos22/labelsVa/amos_0499.nii.gz": [9],
    "AMOS22/amos22/imagesTr/amos_0507.nii.gz": [1],
    "AMOS22/amos22/labelsTr/amos_0507.nii.gz": [1],
    "AMOS22/amos22/imagesTs/amos_0002.nii.gz": [1],
}
LITS = {
    "LiTS/batch1/volume-0.nii": [1],
    "LiTS/batch1/segmentation-0.nii": [1, 1, 2],
    "LiTS/batch2/volume-28.nii": [1],
    "LiTS/batch2/segmentation-28.nii": [2],
    "LiTS/test/test-volume-0.nii": [1],
}
CT_ORG = {
    "CT-ORG/OrganSegmentations/volume-0.nii.gz": [1],
    "CT-ORG/OrganSegmentations/labels-0.nii.gz": [1, 2, 3, 4, 5, 6],
}
STUDY = "FDG-PET-CT-Lesions/PETCT_0a/01-01-2000-NA-PET-CT-1"


@pytest.mark.parametrize(
    ("name", "files", "found"),
    [
        ("pranet_kvasir", polyps("Kvasir"), [{"polyp": 1}]),
        ("pranet_clinicdb", polyps("CVC-ClinicDB"), [{"polyp": 1}]),
        ("pranet_colondb", polyps("CVC-ColonDB"), [{"polyp": 1}]),
        ("pranet_cvc300", polyps("CVC-300"), [{"polyp": 1}]),
        ("pranet_etis", polyps("ETIS-LaribPolypDB"), [{"polyp": 1}]),
        ("amos_ct", AMOS, [{"spleen": 1, "right_kidney": 1}, {"postcava": 1}]),
        ("amos_ct_raw", AMOS, [{"spleen": 1, "right_kidney": 1}, {"postcava": 1}]),
        ("lits", LITS, [{"liver": 2, "tumour": 1}, {"tumour": 1}]),
        ("mazurowski_ct_liver", LITS, [{"liver": 3}, {"liver": 1}]),
        (
            "ct_org",
            CT_ORG,
            [{"liver": 1, "bladder": 1, "lungs": 1, "kidneys": 1, "bone": 1, "brain": 1}],
        ),
        (
            "mazurowski_ct_organ",
            CT_ORG,
            [{"liver": 1, "bladder": 1, "lungs": 1, "kidneys": 1, "bone": 1}],
        ),
        (
            "mazurowski_ct_colon",
            decathlon("Task10_Colon", "colon", [1, 1]),
            [{"colon_cancer": 2}],
        ),
        (
            "mazurowski_ct_hepaticvessel",
            decathlon("Task08_HepaticVessel", "hepaticvessel", [1, 2, 2]),
            [{"vessel_and_tumour": 3}],
        ),
        (
            "mazurowski_ct_pancreas",
            decathlon("Task07_Pancreas", "pancreas", [1, 2]),
            [{"pancreas": 2}],
        ),
        ("mazurowski_ct_spleen", decathlon("Task09_Spleen", "spleen", [1]), [{"spleen": 1}]),
        (
            "mazurowski_pet_wholebody",
            {f"{STUDY}/{file}.nii.gz": [1] for file in ("SUV", "SEG", "CT", "CTres", "PET")},
            [{"lesion": 1}],
        ),
        (
            "tn3k",
            {
                f"TN3K/tn3k/{part}-{kind}/0000.jpg": [255]
                for part in ("trainval", "test")
                for kind in ("image", "mask")
            },
            [{"nodule": 64}, {"nodule": 64}],
        ),
        (
            "tg3k",
            {f"TN3K/tg3k/thyroid-{kind}/0000.jpg": [255] for kind in ("image", "mask")},
            [{"thyroid": 64}],
        ),
        (
            "fusc",
            {
                f"FUSC/Foot Ulcer Segmentation Challenge/{file}.png": [255]
                for file in ("train/images/1", "train/labels/1", "validation/images/1",
                             "validation/labels/1", "test/images/2")
            },
            [{"ulcer": 1}, {"ulcer": 1}],
        ),
        (
            "isic2018",
            {
                "ISIC2018/ISIC2018_Task1-2_Training_Input/ISIC_0000000.jpg": [255],
                "ISIC2018/ISIC2018_Task1_Training_GroundTruth/ISIC_0000000_segmentation.png": [255],
            },
            [{"lesion": 1}],
        ),
    ],
)  # fmt: skip
def test_a_tree_of_the_stated_layout_is_read(
    name: str,
    files: Mapping[str, Sequence[int]],
    found: Sequence[Mapping[str, int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for file, values in files.items():
        write(tmp_path / file, values)
    counted = [
        {it.structure: int(it.prompting_reference.array().sum()) for it in case.read().targets}
        for case in shipped(name, tmp_path, monkeypatch).cases()
    ]
    assert counted == found


def test_parts_and_patients_are_read_off_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file, values in AMOS.items():
        write(tmp_path / file, values)
    assert [it.split for it in shipped("amos_ct", tmp_path, monkeypatch).cases()] == ["Tr", "Va"]
    for file in ("SUV", "SEG"):
        write(tmp_path / f"{STUDY}/{file}.nii.gz", [1])
    (case,) = shipped("mazurowski_pet_wholebody", tmp_path, monkeypatch).cases()
    assert case.group_id == "PETCT_0a"
