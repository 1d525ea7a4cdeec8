"""What the volume phantoms share: a warped space and the organs cut out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samb.datasets.phantom_shapes import smooth_noise
from samb.types import FloatArray


@dataclass(frozen=True)
class Space:
    """A block of voxels in the phantom's own coordinates, each from -1 to 1, z from low to high."""

    axes: tuple[FloatArray, FloatArray, FloatArray]
    """Positions of the voxels along z, y and x before warping."""
    z: FloatArray
    y: FloatArray
    x: FloatArray
    """(F, H, W) each: gently bent, so that no two cases have the same anatomy."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(F, H, W)."""
        frames, height, width = (len(axis) for axis in self.axes)
        return frames, height, width

    def ellipsoid(
        self, centre: Sequence[float], semi_axes: Sequence[float], angle: float = 0.0
    ) -> FloatArray:
        """0 at the centre, below 1 inside, (F, H, W); centre and semi-axes in (z, y, x).

        The angle turns the shape in the plane, in radians from x towards y.
        """
        dz, dy, dx = self.z - centre[0], self.y - centre[1], self.x - centre[2]
        across = (np.cos(angle) * dx + np.sin(angle) * dy) / semi_axes[2]
        down = (np.cos(angle) * dy - np.sin(angle) * dx) / semi_axes[1]
        level: FloatArray = np.sqrt((dz / semi_axes[0]) ** 2 + down**2 + across**2)
        return level

    def noise(self, rng: np.random.Generator, cells: int) -> FloatArray:
        """Smooth noise, (F, H, W), with half as many cells along z."""
        return smooth_noise(rng, self.axes, (max(cells // 2, 2), cells, cells))


def axial_affine(spacing_mm: tuple[float, float, float]) -> FloatArray:
    """(4, 4) (frame, row, column) to mm (RAS): frames towards the head, rows back, columns left."""
    frame, row, column = spacing_mm
    affine = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = frame, -row, -column, 1
    return affine


def warped_space(
    axes: tuple[FloatArray, FloatArray, FloatArray], bend: float, rng: np.random.Generator
) -> Space:
    """A space whose coordinates are off by about `bend`."""
    shifts = [bend * smooth_noise(rng, axes, (2, 4, 4)) for _ in range(3)]
    z, y, x = np.meshgrid(*axes, indexing="ij", sparse=True)
    return Space(axes, z + shifts[0], y + shifts[1], x + shifts[2])
