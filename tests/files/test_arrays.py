from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from samb.datasets.image_folder import ImageFolder
from samb.files.arrays import array_picture
from samb.files.pictures import label_values

LABELS = np.array([[0, 300], [70000, 1]])


def test_label_maps_of_every_kind_keep_their_numbers(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", LABELS)
    np.savez(tmp_path / "a.npz", seg=LABELS)
    savemat(tmp_path / "a.mat", {"inst_map": LABELS.astype(float), "inst_type": [[1], [2]]})
    for suffix, name in ((".npy", None), (".npz", None), (".mat", "inst_map")):
        picture = array_picture(tmp_path / f"a{suffix}", name)
        assert label_values(picture).tolist() == LABELS.tolist()


def test_one_of_several_arrays_must_be_named(tmp_path: Path) -> None:
    savemat(tmp_path / "a.mat", {"inst_map": LABELS, "type_map": LABELS})
    with pytest.raises(ValueError, match=r"inst_map \(2, 2\), type_map \(2, 2\): choose one"):
        array_picture(tmp_path / "a.mat", None)
    with pytest.raises(ValueError, match="choose one with `array`"):
        array_picture(tmp_path / "a.mat", "labels")


@pytest.mark.parametrize("values", [np.zeros((2, 2, 2)), np.array(["a", "b"])])
def test_what_is_no_picture_is_refused(tmp_path: Path, values: Any) -> None:
    np.save(tmp_path / "a.npy", values)
    with pytest.raises(ValueError, match="should hold an"):
        array_picture(tmp_path / "a.npy", None)


@pytest.mark.parametrize("values", [np.array([[2**32, 1]]), np.array([[3 * 10**9]], np.uint32)])
def test_numbers_that_would_wrap_round_are_refused(tmp_path: Path, values: Any) -> None:
    np.save(tmp_path / "a.npy", values)
    with pytest.raises(ValueError, match="should fit into 32 bits"):
        array_picture(tmp_path / "a.npy", None)


def test_images_and_label_maps_as_arrays_are_a_data_set(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((2, 2, 3), 9, dtype=np.uint8))
    savemat(tmp_path / "a.mat", {"inst_map": LABELS, "type_map": LABELS})
    dataset = ImageFolder(
        root=str(tmp_path),
        images="*.npy",
        masks="{stem}.mat",
        objects="label",
        array="inst_map",
        structure="nucleus",
    )
    (case,) = dataset.cases()
    content = case.read()
    assert content.images[0, 0, 0].tolist() == [9, 9, 9]
    assert [it.object_id for it in content.targets] == ["nucleus/1", "nucleus/300", "nucleus/70000"]


def test_large_label_values_kept_as_floats_stay_apart(tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", np.array([[0, 16777217.0], [1, 16777216.0]]))
    assert np.asarray(array_picture(tmp_path / "map.npy", None)).tolist() == [
        [0, 16777217],
        [1, 16777216],
    ]
