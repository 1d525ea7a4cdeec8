"""Volume files, read with nibabel (NIfTI) and SimpleITK (NRRD, MetaImage), and how they are turned.

Only voxels and geometry are read; no other header field leaves this file. In patient directions
x runs to the left, y to the back, z to the head (LPS, as in DICOM). An axis orders them so that
pictures look as radiologists expect:

axial      frames from feet to head;   rows from front to back;  columns from right to left
coronal    frames from front to back;  rows from head to feet;   columns from right to left
sagittal   frames from right to left;  rows from head to feet;   columns from front to back
thickest   the one of these whose frames lie farthest apart, axial among equals
stored     frames, rows and columns are the third, second and first axis of the file, unturned

A file of one slice is one frame, whatever the axis: the in-plane order is that of its plane.
Oblique volumes are turned to the nearest of these, never resampled. Voxel sides of NIfTI are those
of `pixdim`, directions those of the affine.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import nibabel as nib
import numpy as np
import SimpleITK as sitk  # noqa: N813, the name everyone uses
from numpy.typing import NDArray

from samb.files.reading import reading, silence
from samb.types import FloatArray

Axis: TypeAlias = Literal["axial", "coronal", "sagittal", "thickest", "stored"]
Planes: TypeAlias = Literal["axial", "coronal", "sagittal"]

NIFTI = (".nii", ".nii.gz")
ITK = (".nrrd", ".nhdr", ".mha", ".mhd")

_ORIENTATIONS: Any = nib.orientations  # has no types
_CODES: dict[Planes, str] = {"axial": "SPL", "coronal": "PIL", "sagittal": "LIP"}
"""Towards which patient side frames, rows and columns run."""
_PLANES: tuple[Planes, ...] = ("axial", "coronal", "sagittal")
_MILLIMETRES = {"meter": 1000.0, "micron": 0.001}
_ITK_TO_NIFTI = np.diag([-1.0, -1.0, 1.0, 1.0])  # LPS to RAS


@dataclass(frozen=True)
class Volume:
    """Voxels on a grid in space."""

    voxels: NDArray[Any]
    """Three axes: those of the file, or (F, H, W) once turned; as stored, after slope and shift."""
    affine: FloatArray
    """(4, 4) voxel index -> mm, x right, y front, z head (RAS, as in NIfTI)."""

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Along each axis."""
        first, second, third = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(first), float(second), float(third)


def read_volume(path: Path, channel: int | None = None) -> Volume:
    """The volume in a file, unturned; a 2-D one has a third axis of one voxel.

    A fourth axis longer than 1 needs a channel. Raises CaseError.
    """
    with reading(path, "a volume"), silence():
        name = path.name.lower()
        if name.endswith(NIFTI):
            voxels, affine = _read_nifti(path)
        elif name.endswith(ITK):
            voxels, affine = _read_itk(path)
        else:
            msg = f"its name should end in one of {', '.join((*NIFTI, *ITK))}"
            raise ValueError(msg)
        volume = Volume(_three_axes(voxels, channel), affine)
        _check_geometry(volume)
        return volume


def turn(volume: Volume, axis: Axis) -> Volume:
    """The volume with its axes as frames, rows and columns."""
    if axis == "stored" and 1 not in volume.voxels.shape[:2]:
        steps = np.array([[2, 1], [1, 1], [0, 1]], dtype=float)
    else:
        stored = _ORIENTATIONS.io_orientation(volume.affine)
        wanted = _ORIENTATIONS.axcodes2ornt(_CODES[_plane(volume, axis, stored)])
        steps = _ORIENTATIONS.ornt_transform(stored, wanted)
    return _turned(volume, steps)


def turn_onto(volume: Volume, affine: FloatArray) -> Volume:
    """The volume with its axes in the order and direction of another grid's; never resampled."""
    stored = _ORIENTATIONS.io_orientation(volume.affine)
    wanted = _ORIENTATIONS.io_orientation(affine)
    return _turned(volume, _ORIENTATIONS.ornt_transform(stored, wanted))


def _turned(volume: Volume, steps: Any) -> Volume:
    voxels = _ORIENTATIONS.apply_orientation(volume.voxels, steps)
    back = _ORIENTATIONS.inv_ornt_aff(steps, volume.voxels.shape)
    return Volume(voxels, volume.affine @ back)


def same_grid(first: Volume, second: Volume) -> bool:
    """Whether every voxel lies where the other's does, within a tenth of the smallest side."""
    if first.voxels.shape != second.voxels.shape:
        return False
    far = np.array(first.voxels.shape) - 1
    corners = np.array([[*corner, 1] for corner in np.ndindex(2, 2, 2)]) * [*far, 1]
    shifts = corners @ (first.affine - second.affine)[:3].T
    return bool(np.linalg.norm(shifts, axis=1).max() <= 0.1 * min(first.spacing_mm))


def _plane(volume: Volume, axis: Axis, stored: NDArray[Any]) -> Planes:
    """The plane of the frames; `stored` says along which patient axis each file axis runs."""
    across: dict[int, Planes] = {2: "axial", 1: "coronal", 0: "sagittal"}
    single = [index for index, length in enumerate(volume.voxels.shape) if length == 1]
    if len(single) == 1:
        return across[int(stored[single[0], 0])]
    if axis in ("thickest", "stored"):
        spacing = {across[int(stored[i, 0])]: volume.spacing_mm[i] for i in range(3)}
        return max(_PLANES, key=lambda plane: round(spacing[plane], 3))
    return _PLANES[_PLANES.index(axis)]


def _read_nifti(path: Path) -> tuple[NDArray[Any], FloatArray]:
    with np.errstate(all="ignore"):
        image: Any = nib.load(path, mmap=False)
        voxels = np.asanyarray(image.dataobj)
    affine: FloatArray = np.asarray(image.affine, dtype=np.float64)
    if voxels.ndim == 2:
        affine = _with_third_axis(affine)
    scale = _MILLIMETRES.get(image.header.get_xyzt_units()[0], 1.0)
    return voxels, np.diag([scale, scale, scale, 1.0]) @ _with_sides(affine, image.header)


def _with_sides(affine: FloatArray, header: Any) -> FloatArray:
    """The affine with the voxel sides of `pixdim`, as ITK reads NIfTI.

    In some data sets (ACDC) the affine holds directions only, and would make every side 1 mm.
    Raises ValueError where both state sides and they differ by more than a hundredth.
    """
    sides = np.linalg.norm(affine[:3, :3], axis=0)
    stated = np.ones(3)
    stated[: len(header.get_zooms()[:3])] = header.get_zooms()[:3]
    directions_only = np.allclose(sides, 1, atol=1e-3)
    stated_twice = (stated > 0) & (sides > 0)
    if not directions_only and (np.abs(stated - sides) > 0.01 * sides)[stated_twice].any():
        msg = (
            f"its header states voxel sides twice and differently: pixdim {stated.tolist()}, "
            f"affine {np.round(sides, 4).tolist()}; correct the file"
        )
        raise ValueError(msg)
    factors = np.divide(stated, sides, out=np.ones(3), where=(sides > 0) & (stated > 0))
    return affine @ np.diag([*factors, 1.0])


def _read_itk(path: Path) -> tuple[NDArray[Any], FloatArray]:
    image: Any = sitk.ReadImage(str(path))
    dimensions = image.GetDimension()
    voxels = sitk.GetArrayFromImage(image)
    order = [*range(dimensions - 1, -1, -1), *range(dimensions, voxels.ndim)]
    direction = np.array(image.GetDirection()).reshape(dimensions, dimensions)
    size = min(dimensions, 3)
    affine = np.eye(4)
    affine[:size, :size] = (direction * np.array(image.GetSpacing()))[:size, :size]
    affine[:size, 3] = image.GetOrigin()[:size]
    return voxels.transpose(order), _ITK_TO_NIFTI @ affine


def _with_third_axis(affine: FloatArray) -> FloatArray:
    """The affine of a 2-D file, whose third axis may be zero, with one across its plane."""
    if np.linalg.norm(affine[:3, 2]) > 0:
        return affine
    across = np.cross(affine[:3, 0], affine[:3, 1])
    affine[:3, 2] = across / (np.linalg.norm(across) or 1)
    return affine


def _three_axes(voxels: NDArray[Any], channel: int | None) -> NDArray[Any]:
    if voxels.dtype.kind not in "iufb":
        msg = f"its voxels should be numbers, but they are {voxels.dtype}"
        raise ValueError(msg)
    if 0 in voxels.shape or voxels.ndim < 2:
        msg = f"its shape {voxels.shape} holds no picture"
        raise ValueError(msg)
    if voxels.ndim == 2:
        return voxels[..., None]
    extra = [axis for axis in range(3, voxels.ndim) if voxels.shape[axis] == 1]
    voxels = voxels.squeeze(tuple(extra))
    return voxels if voxels.ndim == 3 and channel is None else _channel(voxels, channel)


def _channel(voxels: NDArray[Any], channel: int | None) -> NDArray[Any]:
    if voxels.ndim == 3 and channel == 0:
        return voxels
    count = voxels.shape[3] if voxels.ndim == 4 else 1
    if voxels.ndim > 4 or channel is None:
        msg = (
            f"it should have 3 dimensions, but has {voxels.ndim}, {voxels.shape}: choose one of "
            "the last with `channel`, counted from 0"
        )
        raise ValueError(msg)
    if channel >= count:
        msg = f"channel {channel} is wanted, but it has {count}, counted from 0"
        raise ValueError(msg)
    return voxels[..., channel]


def _check_geometry(volume: Volume) -> None:
    spacing = volume.spacing_mm
    if not np.isfinite(volume.affine).all() or min(spacing) <= 0:
        msg = f"its voxel sides should be positive, but they are {spacing} mm: correct its header"
        raise ValueError(msg)
    if np.isnan(_ORIENTATIONS.io_orientation(volume.affine)).any():
        msg = "its axes are not independent: correct the directions in its header"
        raise ValueError(msg)
