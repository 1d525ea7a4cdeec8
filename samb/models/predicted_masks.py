"""A prediction's file on the grid of a view: refused with a sentence where it does not fit."""

from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from samb.errors import CaseError
from samb.files.pictures import read_mask_picture
from samb.files.reading import reading
from samb.files.volume_files import ITK, NIFTI, Volume, read_volume, same_grid, turn_onto
from samb.types import View

Geometry: TypeAlias = Literal["match", "stored"]
Resize: TypeAlias = Literal["never", "nearest"]
Values: TypeAlias = NDArray[Any]


def is_volume_file(path: Path) -> bool:
    """Whether a file is read as a volume, by its name."""
    return path.name.lower().endswith((*NIFTI, *ITK))


def voxels_on(view: View, path: Path, geometry: Geometry) -> Values:
    """Values of a volume file, (F, H, W) as the view's.

    `match`: turned to the view's axes by the directions of both, and it must lie where the view
    does, within a tenth of a voxel. `stored`: third, second and first axis of the file, whatever
    its header says. Raises CaseError.
    """
    volume = read_volume(path)
    with reading(path, "a prediction of its case"):
        return _stored(view, volume) if geometry == "stored" else _matched(view, volume)


def _matched(view: View, volume: Volume) -> Values:
    if view.affine is None:
        msg = (
            "the data set does not say where the case lies in space, so that nobody can tell "
            "whether the file is turned or flipped: say `geometry: stored` if its third, second "
            "and first axis are frames, rows and columns"
        )
        raise ValueError(msg)
    turned = turn_onto(volume, view.affine)
    _require_shape(turned.voxels, view)
    wanted = Volume(np.broadcast_to(False, view.shape), view.affine)
    if not same_grid(turned, wanted):
        msg = (
            f"its voxels lie elsewhere in space than its image's (by up to "
            f"{_farthest_mm(turned, wanted):.4g} mm): correct its header; or, if only the header "
            f"is wrong, say `geometry: stored`, by which its third, second and first axis are "
            f"frames, rows and columns"
        )
        raise ValueError(msg)
    return turned.voxels


def _stored(view: View, volume: Volume) -> Values:
    voxels = volume.voxels.transpose(2, 1, 0)
    _require_shape(voxels, view)
    return voxels


def _require_shape(voxels: Values, view: View) -> None:
    if voxels.shape != view.shape:
        found, wanted = (" x ".join(map(str, shape)) for shape in (voxels.shape, view.shape))
        msg = (
            f"it has {found} frames, rows and columns but its image {wanted}: resample the "
            f"prediction to the image's grid"
        )
        raise ValueError(msg)


def _farthest_mm(one: Volume, other: Volume) -> float:
    far = np.array(one.voxels.shape) - 1
    corners = np.array([[*corner, 1] for corner in np.ndindex(2, 2, 2)]) * [*far, 1]
    return float(np.linalg.norm(corners @ (one.affine - other.affine)[:3].T, axis=1).max())


def picture_on(view: View, path: Path, resize: Resize, array: str | None) -> Image.Image:
    """A picture file at the view's size. Raises CaseError for another size, or several frames."""
    frames, height, width = view.shape
    if frames != 1:
        msg = (
            f"{path} is a picture, but its case has {frames} frames: give one volume file for all "
            f"of them ({', '.join((*NIFTI, *ITK))})"
        )
        raise CaseError(msg)
    return read_mask_picture(path, (height, width), resize, array)
