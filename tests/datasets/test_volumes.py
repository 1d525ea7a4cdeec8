from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from numpy.typing import NDArray

from samb.datasets.table import Table
from samb.datasets.volumes import Volumes
from samb.errors import CaseError
from samb.types import Content

SHAPE = (3, 4, 5)

NIFTI: Any = nib.Nifti1Image  # has no types


def write(path: Path, voxels: NDArray[Any], spacing: tuple[float, ...] = (1, 2, 3)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    NIFTI(voxels, np.diag([*spacing, 1.0])).to_filename(path)


def dataset(root: Path, **fields: Any) -> Volumes:
    given = {"root": str(root), "images": "images/*.nii.gz", "masks": "labels/{name}", **fields}
    return Volumes(**given)


def only(volumes: Volumes) -> Content:
    (case,) = volumes.cases()
    return case.read()


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    image = np.arange(60, dtype=np.float32).reshape(SHAPE)
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[0, 0, 0], labels[2, 3, 4] = 1, 2
    write(tmp_path / "images/a.nii.gz", image)
    write(tmp_path / "labels/a.nii.gz", labels)
    return tmp_path


def test_a_pair_is_a_volume_with_its_structures(pair: Path) -> None:
    content = only(dataset(pair, labels={"left": 1, "right": 2}))
    assert content.images.shape == (5, 4, 3, 3)
    assert content.dimensions == 3
    assert content.spacing_mm == (3.0, 2.0, 1.0)
    # Patient's left back at the feet: first frame, last row, last column; right front at the head.
    left, right = (target.prompting_reference.array() for target in content.targets)
    assert np.argwhere(left).tolist() == [[0, 3, 2]]
    assert np.argwhere(right).tolist() == [[4, 0, 0]]


def test_raw_holds_values_as_stored_and_grey_is_no_copy(pair: Path) -> None:
    content = only(dataset(pair, labels={"left": 1, "right": 2}, percentiles=(0.0, 100.0)))
    assert content.raw is not None
    assert content.raw.shape == (5, 4, 3, 1)
    assert content.raw.dtype == np.float32
    assert (content.raw[0, 3, 2, 0], content.raw[4, 0, 0, 0]) == (0, 59)
    assert content.images[0, 3, 2].tolist() == [0, 0, 0]
    assert content.images[4, 0, 0].tolist() == [255, 255, 255]
    assert content.images.strides[-1] == 0


def test_a_window_goes_before_percentiles(pair: Path) -> None:
    images = only(dataset(pair, labels={"l": 1, "r": 2}, window=(-10.0, 0.0))).images
    assert (images == 255).all()


def test_a_mask_of_two_values_needs_names(pair: Path) -> None:
    with pytest.raises(CaseError, match=r"labels/a\.nii\.gz.*holds 1, 2: name its values"):
        only(dataset(pair))
    with pytest.raises(CaseError, match="the label 2, but only left 1 are named"):
        only(dataset(pair, labels={"left": 1}))
    assert len(only(dataset(pair, labels={"left": 1}, ignore_labels=(2,))).targets) == 1


def test_components_of_one_structure(tmp_path: Path) -> None:
    labels = np.zeros(SHAPE, dtype=np.float32)
    labels[0, 0, :2] = labels[2, 3, 4] = 1
    write(tmp_path / "images/a.nii.gz", np.zeros(SHAPE, dtype=np.int16))
    write(tmp_path / "labels/a.nii.gz", labels)
    found = only(dataset(tmp_path, structure="lesion", objects="component")).targets
    assert [target.object_id for target in found] == ["lesion/1", "lesion/2"]


def test_one_file_per_structure(pair: Path) -> None:
    for organ in ("liver", "spleen"):
        write(pair / f"organs/a/{organ}.nii.gz", np.ones(SHAPE, dtype=np.uint8))
    found = only(dataset(pair, masks="organs/{stem}/{structure}.nii.gz")).targets
    assert [target.structure for target in found] == ["liver", "spleen"]


def test_values_that_are_not_finite_are_counted_or_replaced(pair: Path) -> None:
    voxels = np.ones(SHAPE, dtype=np.float32)
    voxels[0, 0, :3] = np.nan, np.inf, np.nan
    write(pair / "images/a.nii.gz", voxels)
    fields = {"labels": {"left": 1, "right": 2}}
    with pytest.raises(CaseError, match=r"images/a\.nii\.gz.*2 NaN and 1 infinite values among 60"):
        only(dataset(pair, **fields))
    raw = only(dataset(pair, **fields, replace_nonfinite=0.0)).raw
    assert raw is not None
    assert raw.sum() == 57


def test_fractions_are_no_labels(pair: Path) -> None:
    write(pair / "labels/a.nii.gz", np.full(SHAPE, 0.5, dtype=np.float32))
    with pytest.raises(CaseError, match="labels must be whole numbers, but 60 values are not"):
        only(dataset(pair))


def test_a_mask_on_another_grid_is_an_error(pair: Path) -> None:
    write(pair / "labels/a.nii.gz", np.ones(SHAPE, dtype=np.uint8), spacing=(1, 2, 3.1))
    with pytest.raises(CaseError, match=r"labels/a\.nii\.gz.*lie elsewhere in space"):
        only(dataset(pair))
    assert only(dataset(pair, geometry="shape")).spacing_mm == (3.0, 2.0, 1.0)


@pytest.mark.parametrize("geometry", ["match", "shape"])
def test_a_mask_of_another_shape_is_an_error(pair: Path, geometry: str) -> None:
    write(pair / "labels/a.nii.gz", np.ones((3, 4, 6), dtype=np.uint8))
    with pytest.raises(CaseError, match=r"has \(3, 4, 6\) voxels but its image \(3, 4, 5\)"):
        only(dataset(pair, geometry=geometry))


def test_a_mask_stored_in_another_order_on_the_same_grid_fits(pair: Path) -> None:
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[0, 0, 0] = 1
    flipped = NIFTI(labels, np.diag([1.0, 2, 3, 1])).as_reoriented(
        np.array([[1, -1], [0, 1], [2, -1]])
    )
    flipped.to_filename(pair / "labels/a.nii.gz")
    (target,) = only(dataset(pair)).targets
    assert np.argwhere(target.prompting_reference.array()).tolist() == [[0, 3, 2]]


def test_one_corrupt_volume_among_good_ones_is_one_bad_case(pair: Path) -> None:
    write(pair / "labels/b.nii.gz", np.ones(SHAPE, dtype=np.uint8))
    (pair / "images/b.nii.gz").write_bytes(b"nonsense")
    good, bad = dataset(pair, labels={"left": 1, "right": 2}).cases()
    assert len(good.read().targets) == 2
    with pytest.raises(CaseError, match=r"images/b\.nii\.gz cannot be read as a volume"):
        bad.read()


def test_nothing_but_geometry_leaves_the_header(pair: Path) -> None:
    image: Any = nib.load(pair / "images/a.nii.gz")
    image.header["descrip"] = b"DOE^JANE"
    image.to_filename(pair / "images/a.nii.gz")
    content = only(dataset(pair, labels={"left": 1, "right": 2}))
    assert "JANE" not in repr(content)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"window": (1.0, 1.0)}, "window must rise"),
        ({"percentiles": (1.0, 200.0)}, "percentiles must rise"),
        (
            {
                "masks": None,
                "annotators": {"a": "{stem}"},
                "prompted_by": "a",
                "objects": "component",
            },
            "only structures in common",
        ),
    ],
)
def test_a_wrong_field_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataset(Path("data"), **fields)


def test_every_value_of_a_label_map_can_be_an_object(pair: Path) -> None:
    content = only(dataset(pair, objects="label", structure="lesion"))
    assert [target.object_id for target in content.targets] == ["lesion/1", "lesion/2"]
    with pytest.raises(ValueError, match="every value is an object"):
        dataset(pair, objects="label", labels={"left": 1})


def test_the_spacing_of_a_volume_is_not_read_off_a_table(pair: Path) -> None:
    with pytest.raises(ValueError, match="that of its header"):
        dataset(pair, table=Table("t.csv", "file", spacing_mm="mm"))


def test_labels_of_one_structure_are_merged_and_shared_values_are_refused(pair: Path) -> None:
    (target,) = only(dataset(pair, labels={"gland": (1, 2)})).targets
    assert target.structure == "gland"
    assert target.prompting_reference.array().sum() == 2
    with pytest.raises(ValueError, match="two structures share one value"):
        dataset(pair, labels={"gland": (1, 2), "rest": 2})


def test_each_frame_can_be_scaled_to_its_own_maximum(tmp_path: Path) -> None:
    voxels = np.zeros((2, 2, 2))
    voxels[0, :, 0], voxels[0, :, 1] = (1, 2), (10, 5)  # two frames along the last axis
    write(tmp_path / "images/a.nii.gz", voxels)
    write(tmp_path / "labels/a.nii.gz", np.ones((2, 2, 2), dtype=np.uint8))
    images = only(dataset(tmp_path, scaling="maximum")).images[..., 0]
    assert [sorted(frame.ravel().tolist()) for frame in images] == [[0, 0, 127, 255]] * 2
    with pytest.raises(ValueError, match="window means nothing"):
        dataset(tmp_path, scaling="maximum", window=(0.0, 1.0))


def test_a_target_is_not_drawn_on_frames_where_it_is_too_small(tmp_path: Path) -> None:
    labels = np.zeros((4, 4, 2), dtype=np.uint8)
    labels[:2, :2, 0] = 1
    labels[0, :3, 1] = 1
    write(tmp_path / "images/a.nii.gz", np.zeros((4, 4, 2)))
    write(tmp_path / "labels/a.nii.gz", labels)
    (target,) = only(dataset(tmp_path, min_frame_size=4)).targets
    assert sorted(target.prompting_reference.array().sum(axis=(1, 2)).tolist()) == [0, 4]
    assert only(dataset(tmp_path, min_frame_size=5)).targets == ()
