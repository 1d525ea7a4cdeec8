from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813, the name everyone uses

from samb.errors import CaseError
from samb.files.volume_files import Axis, Volume, read_volume, same_grid, turn, turn_onto

RIGHT, FRONT, HEAD = 1, 2, 3
"""Values of three landmarks: the voxel farthest to each patient side from the centre."""

NIFTI: Any = nib.Nifti1Image  # has no types


def landmarks() -> Volume:
    """A 5 x 7 x 9 RAS volume of 1 x 2 x 3 mm voxels."""
    voxels = np.zeros((5, 7, 9), dtype=np.int16)
    voxels[4, 3, 4], voxels[2, 6, 4], voxels[2, 3, 8] = RIGHT, FRONT, HEAD
    return Volume(voxels, np.diag([1.0, 2.0, 3.0, 1.0]))


def place(voxels: Any, value: int) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argwhere(voxels == value)[0])


@pytest.mark.parametrize(
    ("axis", "shape", "spacing", "right", "front", "head"),
    [
        ("axial", (9, 7, 5), (3.0, 2.0, 1.0), (4, 3, 0), (4, 0, 2), (8, 3, 2)),
        ("coronal", (7, 9, 5), (2.0, 3.0, 1.0), (3, 4, 0), (0, 4, 2), (3, 0, 2)),
        ("sagittal", (5, 9, 7), (1.0, 3.0, 2.0), (0, 4, 3), (2, 4, 0), (2, 0, 3)),
        ("thickest", (9, 7, 5), (3.0, 2.0, 1.0), (4, 3, 0), (4, 0, 2), (8, 3, 2)),
        ("stored", (9, 7, 5), (3.0, 2.0, 1.0), (4, 3, 4), (4, 6, 2), (8, 3, 2)),
    ],
)
def test_pictures_look_as_radiologists_expect(
    axis: Axis,
    shape: tuple[int, ...],
    spacing: tuple[float, float, float],
    right: tuple[int, ...],
    front: tuple[int, ...],
    head: tuple[int, ...],
) -> None:
    turned = turn(landmarks(), axis)
    assert turned.voxels.shape == shape
    assert turned.spacing_mm == spacing
    assert [place(turned.voxels, value) for value in (RIGHT, FRONT, HEAD)] == [right, front, head]


@pytest.mark.parametrize("codes", ["RAS", "LPS", "SRA", "ILP", "PIR"])
@pytest.mark.parametrize("axis", ["axial", "coronal", "sagittal", "thickest"])
def test_the_order_in_the_file_does_not_matter(codes: str, axis: Axis) -> None:
    original = landmarks()
    orientations: Any = nib.orientations
    steps = orientations.ornt_transform(
        orientations.axcodes2ornt("RAS"), orientations.axcodes2ornt(codes)
    )
    voxels = orientations.apply_orientation(original.voxels, steps)
    affine = original.affine @ orientations.inv_ornt_aff(steps, original.voxels.shape)
    expected, turned = turn(original, axis), turn(Volume(voxels, affine), axis)
    assert (turned.voxels == expected.voxels).all()
    assert turned.affine == pytest.approx(expected.affine)


def test_thickest_is_the_acquired_plane() -> None:
    volume = Volume(np.zeros((3, 4, 5)), np.diag([4.0, 1.0, 1.0, 1.0]))
    assert turn(volume, "thickest").voxels.shape == (3, 5, 4)
    cube = Volume(np.zeros((3, 4, 5)), np.eye(4))
    assert turn(cube, "thickest").voxels.shape == (5, 4, 3)


@pytest.mark.parametrize("axis", ["axial", "coronal", "sagittal", "thickest", "stored"])
def test_a_single_slice_is_one_frame_whatever_the_axis(axis: Axis) -> None:
    for shape in ((1, 4, 5), (4, 1, 5), (4, 5, 1)):
        assert turn(Volume(np.zeros(shape), np.eye(4)), axis).voxels.shape[0] == 1


def test_nifti_and_itk_agree(tmp_path: Path) -> None:
    original = landmarks()
    NIFTI(original.voxels, original.affine).to_filename(tmp_path / "a.nii.gz")
    image = sitk.ReadImage(str(tmp_path / "a.nii.gz"))
    expected = turn(read_volume(tmp_path / "a.nii.gz"), "axial")
    for name in ("a.nrrd", "a.mha", "a.mhd"):
        sitk.WriteImage(image, str(tmp_path / name))
        found = turn(read_volume(tmp_path / name), "axial")
        assert (found.voxels == expected.voxels).all()
        assert same_grid(found, expected)


def test_two_dimensions_are_one_slice(tmp_path: Path) -> None:
    flat = NIFTI(np.arange(12, dtype=np.int16).reshape(3, 4), np.diag([2.0, 3.0, 1.0, 1]))
    flat.to_filename(tmp_path / "a.nii")
    turned = turn(read_volume(tmp_path / "a.nii"), "coronal")
    assert turned.voxels.shape == (1, 4, 3)
    assert turned.spacing_mm[1:] == (3.0, 2.0)
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((4, 3), np.uint8)), str(tmp_path / "a.mha"))
    assert turn(read_volume(tmp_path / "a.mha"), "axial").voxels.shape == (1, 4, 3)


def test_a_fourth_dimension_needs_a_channel(tmp_path: Path) -> None:
    voxels = np.arange(48, dtype=np.int16).reshape(2, 3, 4, 2)
    path = tmp_path / "a.nii.gz"
    NIFTI(voxels, np.eye(4)).to_filename(path)
    with pytest.raises(CaseError, match=r"a\.nii\.gz.*has 4, \(2, 3, 4, 2\): choose.*`channel`"):
        read_volume(path)
    assert (read_volume(path, 1).voxels == voxels[..., 1]).all()
    with pytest.raises(CaseError, match="channel 2 is wanted, but it has 2"):
        read_volume(path, 2)


def test_a_fourth_dimension_of_one_is_none(tmp_path: Path) -> None:
    NIFTI(np.zeros((2, 3, 4, 1)), np.eye(4)).to_filename(tmp_path / "a.nii")
    assert read_volume(tmp_path / "a.nii").voxels.shape == (2, 3, 4)


def test_components_of_nrrd_are_channels(tmp_path: Path) -> None:
    array = np.stack([np.zeros((4, 3, 2)), np.ones((4, 3, 2))], axis=-1)
    sitk.WriteImage(sitk.GetImageFromArray(array, isVector=True), str(tmp_path / "a.nrrd"))
    assert (read_volume(tmp_path / "a.nrrd", 1).voxels == np.ones((2, 3, 4))).all()


def test_slope_units_and_pixdim_of_nifti_count(tmp_path: Path) -> None:
    image = NIFTI(np.full((2, 2, 2), 3, dtype=np.int16), np.diag([-1.0, -1, 1, 1]))
    image.header.set_slope_inter(2, 1)
    image.header["pixdim"][1:4] = [1500, 1500, 10000]
    image.header.set_xyzt_units("micron")
    image.to_filename(tmp_path / "a.nii")
    volume = read_volume(tmp_path / "a.nii")
    assert volume.voxels.max() == 7
    assert volume.spacing_mm == pytest.approx((1.5, 1.5, 10))


def test_grids_agree_within_a_tenth_of_a_voxel() -> None:
    volume = landmarks()
    for shift, same in ((0.09, True), (0.11, False)):
        moved = volume.affine.copy()
        moved[0, 3] += shift
        assert same_grid(volume, Volume(volume.voxels, moved)) is same
    assert not same_grid(volume, Volume(volume.voxels[:4], volume.affine))


def test_damaged_files_are_named(tmp_path: Path) -> None:
    NIFTI(np.random.default_rng(0).random((9, 9, 9)), np.eye(4)).to_filename(
        tmp_path / "whole.nii.gz"
    )
    whole = (tmp_path / "whole.nii.gz").read_bytes()
    contents = {"cut.nii.gz": whole[:900], "text.nii": b"x" * 400, "empty.nrrd": b"", "a.txt": b""}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CaseError, match=f"{name} cannot be read as a volume"):
            read_volume(tmp_path / name)


def test_a_singular_geometry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.nii"
    NIFTI(np.zeros((2, 2, 2), np.uint8), np.eye(4)).to_filename(path)
    header = bytearray(path.read_bytes())
    header[76 + 12 : 76 + 16] = bytes(4)  # pixdim[3]
    header[312:328] = bytes(16)  # srow_z
    path.write_bytes(header)
    with pytest.raises(CaseError, match=r"a\.nii.*sides should be positive"):
        read_volume(path)


def test_what_nibabel_says_of_a_header_stays_inside(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.nii"
    NIFTI(np.zeros((2, 2, 2), np.uint8), np.eye(4)).to_filename(path)
    header = bytearray(path.read_bytes())
    header[76 + 4 : 76 + 16] = bytes(12)  # pixdim[1:4]
    path.write_bytes(header)
    assert read_volume(path).spacing_mm == (1.0, 1.0, 1.0)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("codes", ["RAS", "LPS", "SRA", "ILP", "PIR"])
@pytest.mark.parametrize("axis", ["axial", "coronal", "sagittal", "stored"])
def test_a_volume_is_turned_onto_the_grid_of_another(codes: str, axis: Axis) -> None:
    orientations: Any = nib.orientations
    original, grid = landmarks(), turn(landmarks(), axis)
    steps = orientations.ornt_transform(
        orientations.axcodes2ornt("RAS"), orientations.axcodes2ornt(codes)
    )
    voxels = orientations.apply_orientation(original.voxels, steps)
    back = orientations.inv_ornt_aff(steps, original.voxels.shape)
    found = turn_onto(Volume(voxels, original.affine @ back), grid.affine)
    assert same_grid(found, grid)
    assert (found.voxels == grid.voxels).all()
