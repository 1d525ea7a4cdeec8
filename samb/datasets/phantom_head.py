"""A head as MR sees it: scalp, skull, fluid, grey and white matter; the target is the brain.

Axial frames from below to above, nose up. Half of the cases are T1-like (white matter brightest),
half T2-like (fluid brightest). The brain is grey and white matter with the ventricles, without the
fluid in the open furrows of its surface.
"""

from dataclasses import dataclass

import numpy as np

from samb.datasets.phantom_shapes import blur, exact_target, grey_frames, largest_part
from samb.datasets.phantom_volume import Space, axial_affine, warped_space
from samb.types import BoolArray, Content, FloatArray

SLAB_MM = 96.0


@dataclass(frozen=True)
class Tissue:
    """Signal of each tissue relative to the brightest."""

    scalp: float
    muscle: float
    bone: float
    fluid: float
    grey: float
    white: float


T1 = Tissue(scalp=0.95, muscle=0.42, bone=0.08, fluid=0.2, grey=0.52, white=0.74)
T2 = Tissue(scalp=0.6, muscle=0.3, bone=0.07, fluid=0.97, grey=0.58, white=0.42)


def draw_head(axes: tuple[FloatArray, FloatArray, FloatArray], rng: np.random.Generator) -> Content:
    """A volume, or one frame of it where the z axis has a single position."""
    tissue = (T1, T2)[int(rng.integers(2))]
    space = warped_space(axes, 0.03, rng)
    signal, brain = draw_tissue(space, tissue, rng)
    raw = scanned(space, signal, rng)
    images = grey_frames(raw / np.percentile(raw, 99.5))
    width_mm = rng.uniform(210, 250)
    spacing = (SLAB_MM / len(axes[0]), width_mm / len(axes[1]), width_mm / len(axes[2]))
    target = exact_target("brain", "brain", brain)
    if len(axes[0]) == 1:
        return Content(images, (target,), 2, spacing[1:], raw[..., None])
    return Content(images, (target,), 3, spacing, raw[..., None], axial_affine(spacing))


def draw_tissue(
    space: Space, tissue: Tissue, rng: np.random.Generator
) -> tuple[FloatArray, BoolArray]:
    """Signal and brain, (F, H, W) each."""
    width, length = rng.uniform(0.66, 0.76), rng.uniform(0.82, 0.92)
    hull = brain_level(space, width, length, rng)
    signal = draw_outside(space, hull, tissue, rng)
    furrows = np.abs(space.noise(rng, 17))
    brain = brain_mask(space, hull, furrows)
    rind = (hull > rng.uniform(0.86, 0.9)) | ((furrows < 0.42) & (hull > 0.66))
    matter = np.where(rind | deep_grey(space), tissue.grey, tissue.white)
    signal = np.where(brain, matter * (1 + 0.03 * space.noise(rng, 20)), signal)
    inner = ventricles(space, rng) & brain
    return np.where(inner, tissue.fluid, signal), brain


def brain_level(space: Space, width: float, length: float, rng: np.random.Generator) -> FloatArray:
    """Below 1 within the brain's hull, (F, H, W): hemispheres above, lobes and cerebellum below."""
    hemispheres = space.ellipsoid((0.0, 0, 0), (1.35, 0.85 * length, 0.84 * width))
    lobes = [
        space.ellipsoid((-0.55, -0.02, 0.4 * side), (0.6, 0.33 * length / 0.8, 0.19), 0.25 * side)
        for side in (-1, 1)
    ]
    cerebellum = space.ellipsoid((-0.75, 0.42, 0), (0.6, 0.26, 0.38))
    stem = space.ellipsoid((-0.8, 0.12, 0), (0.9, 0.13, 0.13))
    # Below the tentorium the hemispheres end and the separate lobes show.
    cropped = hemispheres + np.maximum(-0.35 - space.z, 0) * 1.6
    level: FloatArray = np.minimum.reduce([cropped, *lobes, cerebellum, stem])
    return level + 0.02 * space.noise(rng, 8)


def draw_outside(
    space: Space, hull: FloatArray, tissue: Tissue, rng: np.random.Generator
) -> FloatArray:
    """Signal of all that surrounds the brain, (F, H, W): scalp, face, skull and fluid."""
    face = space.ellipsoid((-0.9, -0.04, 0), (1.2, 0.88, 0.68))
    fat, skull = rng.uniform(1.24, 1.32), rng.uniform(1.12, 1.18)
    outer = np.minimum(face, hull / fat)
    signal = np.where(outer < 1, tissue.scalp * (1 + 0.06 * space.noise(rng, 12)), 0.0)
    signal = np.where((face < 0.93) & (hull > skull), tissue.muscle, signal)
    signal = np.where(eyes(space), tissue.fluid, signal)
    signal = np.where(sinus(space, rng), 0.02, signal)
    signal = np.where(hull < skull, tissue.bone, signal)
    return np.where(hull < rng.uniform(1.03, 1.06), tissue.fluid, signal)


def eyes(space: Space) -> BoolArray:
    """Both eyes, in the lower frames, (F, H, W)."""
    left, right = (space.ellipsoid((-0.75, -0.6, x), (0.35, 0.1, 0.1)) for x in (-0.26, 0.26))
    return np.asarray(np.minimum(left, right) < 1)


def sinus(space: Space, rng: np.random.Generator) -> BoolArray:
    """The air-filled room behind the nose, (F, H, W)."""
    level = space.ellipsoid((-0.95, -0.55, 0), (0.45, 0.2, 0.1)) + 0.2 * space.noise(rng, 12)
    return np.asarray(level < 1)


def brain_mask(space: Space, hull: FloatArray, furrows: FloatArray) -> BoolArray:
    """The hull without the furrows that open to its surface and the cleft in the midline."""
    open_furrow = furrows < 0.6 * np.clip(hull - 0.78, 0, None)
    cleft = (np.abs(space.x) < 0.018) & (hull > 0.75) & (space.z > -0.3)
    return largest_part((hull < 1) & ~open_furrow & ~cleft)


def deep_grey(space: Space) -> BoolArray:
    """Basal ganglia and thalami beside the ventricles, (F, H, W)."""
    nuclei = [
        space.ellipsoid((-0.1, 0.02, 0.2 * side), (0.3, 0.2, 0.09), 0.3 * side) for side in (-1, 1)
    ]
    return np.asarray(np.minimum(nuclei[0], nuclei[1]) < 1)


def ventricles(space: Space, rng: np.random.Generator) -> BoolArray:
    """Two bent horns and the third ventricle, (F, H, W)."""
    wide = rng.uniform(0.7, 1.5)
    horns = [
        space.ellipsoid(
            (0.15, -0.05, side * (0.07 + 0.03 * wide)), (0.5, 0.3, 0.045 * wide), -0.3 * side
        )
        for side in (-1, 1)
    ]
    third = space.ellipsoid((-0.2, 0.05, 0), (0.3, 0.12, 0.02 * wide))
    joined: BoolArray = np.minimum.reduce([*horns, third]) + 0.1 * space.noise(rng, 8) < 1
    return joined


def scanned(space: Space, signal: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Signal after coil bias, blur and Rician noise, (F, H, W) in arbitrary units."""
    bias = np.exp(0.16 * space.noise(rng, 2))
    clean = blur(signal * bias, 0.6 * space.shape[-1] / 128)
    level = rng.uniform(0.015, 0.045)
    parts = rng.normal(0, level, (2, *space.shape))
    measured: FloatArray = 1000 * np.hypot(clean + parts[0], parts[1])
    return measured.astype(np.float32)
