"""An abdomen as CT sees it: organs of three contrasts and a lesion, in Hounsfield units (HU).

Axial frames from below to above; the patient's right is at the left of the image, the spine below.
Typical portal-venous values, rounded; the display window is -160 to 240 HU.
"""

from dataclasses import dataclass

import numpy as np

from samb.datasets.phantom_shapes import blur, exact_target, grey_frames, largest_part
from samb.datasets.phantom_volume import Space, axial_affine, warped_space
from samb.types import BoolArray, Content, FloatArray, Target

WINDOW_HU = (-160.0, 240.0)
SLAB_MM = 96.0
ORGANS = ("liver", "liver_lesion", "spleen", "kidney_left", "kidney_right", "pancreas")


@dataclass
class Body:
    """A body while it is being built: values so far, and the organs already in place."""

    space: Space
    hounsfield: FloatArray
    free: BoolArray
    """Where an organ may still grow."""

    def fill(self, region: BoolArray, value: FloatArray | float) -> None:
        """Give a region its value, without claiming it."""
        self.hounsfield = np.where(region, value, self.hounsfield)

    def claim(self, region: BoolArray, value: FloatArray | float) -> BoolArray:
        """Give a region, as far as it is free, its value; returns what it got."""
        got = region & self.free
        self.fill(got, value)
        self.free = self.free & ~got
        return got


def draw_abdomen(
    axes: tuple[FloatArray, FloatArray, FloatArray], rng: np.random.Generator
) -> Content:
    """A volume, or one frame of it where the z axis has a single position.

    A frame holds those organs that it cuts; the liver reference includes its lesion.
    """
    width_mm = rng.uniform(320, 400)
    body = draw_trunk(warped_space(axes, 0.035, rng), rng)
    draw_bones(body, rng)
    organs = draw_organs(body, rng)
    draw_bowel(body, rng)
    raw = scanned(body.hounsfield, rng)
    low, high = WINDOW_HU
    images = grey_frames((raw - low) / (high - low))
    spacing = (SLAB_MM / len(axes[0]), width_mm / len(axes[1]), width_mm / len(axes[2]))
    targets = tuple(target for name in ORGANS for target in cut(name, organs[name]))
    if len(axes[0]) == 1:
        return Content(images, targets, 2, spacing[1:], raw[..., None])
    return Content(images, targets, 3, spacing, raw[..., None], axial_affine(spacing))


def cut(name: str, organ: BoolArray) -> list[Target]:
    """The organ as a target, if any of it lies in the axes drawn."""
    return [exact_target(name, name, organ)] if organ.any() else []


def draw_trunk(space: Space, rng: np.random.Generator) -> Body:
    """Air, skin, fat, the muscle wall with ribs, and the fat in which the organs lie."""
    semi = (9.0, rng.uniform(0.64, 0.76), rng.uniform(0.88, 0.95))
    trunk = space.ellipsoid((0, 0, 0), semi)
    wall, cavity = rng.uniform(0.86, 0.93), rng.uniform(0.77, 0.81)
    hounsfield = np.full(space.shape, -1000.0)
    hounsfield[trunk < 1] = rng.uniform(-110, -95)
    hounsfield[(trunk > 0.985) & (trunk < 1)] = 20
    hounsfield[trunk < wall] = rng.uniform(50, 65)
    hounsfield[ribs(space, semi, rng) & (np.abs(trunk - (wall + cavity) / 2) < 0.03)] = 320
    inside = trunk < cavity
    hounsfield = np.where(inside, -95 + 12 * space.noise(rng, 12), hounsfield)
    return Body(space, hounsfield, inside)


def draw_bones(body: Body, rng: np.random.Generator) -> None:
    """Spine with canal and processes, back muscles, and the two great vessels."""
    space = body.space
    for side in (-1, 1):
        body.claim(space.ellipsoid((0, 0.44, 0.22 * side), (9, 0.13, 0.14)) < 1, 58)
        body.claim(space.ellipsoid((0, 0.27, 0.2 * side), (9, 0.1, 0.09)) < 1, 60)
    vertebra = space.ellipsoid((0, 0.3, 0), (9, 0.12, 0.15))
    process = space.ellipsoid((0, 0.5, 0), (9, 0.15, 0.05))
    bone = 170 + 35 * space.noise(rng, 40)
    body.claim((vertebra < 1) | (process < 1), bone)
    body.fill((vertebra > 0.86) & (vertebra < 1), 380)
    body.fill(space.ellipsoid((0, 0.43, 0), (9, 0.05, 0.06)) < 1, 35)
    aorta, cava = rng.uniform(140, 190), rng.uniform(110, 140)
    body.claim(space.ellipsoid((0, 0.12, 0.06), (9, 0.055, 0.055)) < 1, aorta)
    body.claim(space.ellipsoid((0, 0.12, -0.09), (9, 0.05, 0.065)) < 1, cava)


def ribs(
    space: Space, semi_axes: tuple[float, float, float], rng: np.random.Generator
) -> BoolArray:
    """Directions from the middle in which a rib lies, (F, H, W): they slant down to the front."""
    direction = np.arctan2(space.y / semi_axes[1], np.abs(space.x) / semi_axes[2])
    turns = np.cos(11 * direction + 3 * space.z + rng.uniform(0, 2 * np.pi))
    slanting: BoolArray = (turns > 0.35) & (np.abs(direction - 0.15) < 0.95)
    return slanting


def draw_organs(body: Body, rng: np.random.Generator) -> dict[str, BoolArray]:
    """The organs by name, (F, H, W) each, drawn in an order in which none hides another."""
    organs = draw_kidneys(body, rng)
    organs |= draw_pancreas(body, rng)
    organs |= draw_liver(body, rng)
    spleen = ragged(body.space, (0.15, 0.08, 0.6), (0.8, 0.3, 0.14), -0.25, rng)
    value = rng.uniform(110, 130)
    return organs | {"spleen": body.claim(spleen, parenchyma(body.space, value, rng))}


def ragged(
    space: Space,
    centre: tuple[float, float, float],
    semi_axes: tuple[float, float, float],
    angle: float,
    rng: np.random.Generator,
) -> BoolArray:
    """An irregular organ near that place, of about that size; one piece."""
    moved = [float(value + rng.uniform(-0.03, 0.03)) for value in centre]
    scaled = [float(value * rng.uniform(0.88, 1.12)) for value in semi_axes]
    level = space.ellipsoid(moved, scaled, angle + rng.uniform(-0.2, 0.2))
    return largest_part(level + 0.1 * space.noise(rng, 7) < 1)


def parenchyma(space: Space, value: float, rng: np.random.Generator) -> FloatArray:
    """Even tissue with faint unevenness, (F, H, W) in HU."""
    return value + 4 * space.noise(rng, 16)


def draw_kidneys(body: Body, rng: np.random.Generator) -> dict[str, BoolArray]:
    """Bean-shaped: an ellipsoid without the hilum on its inner side, in a capsule of fat."""
    space, cortex = body.space, rng.uniform(160, 195)
    kidneys = {}
    for name, side in (("kidney_right", -1), ("kidney_left", 1)):
        height = rng.uniform(-0.35, -0.1)
        whole = ragged(space, (height, 0.3, 0.43 * side), (0.62, 0.165, 0.115), -0.4 * side, rng)
        hilum = space.ellipsoid((height, 0.24, 0.33 * side), (0.3, 0.05, 0.1)) < 1
        pelvis = space.ellipsoid((height, 0.28, 0.4 * side), (0.4, 0.085, 0.05)) < 1
        kidneys[name] = body.claim(largest_part(whole & ~hilum), parenchyma(space, cortex, rng))
        body.fill(kidneys[name] & pelvis, cortex - 45)
        capsule = space.ellipsoid((height, 0.3, 0.43 * side), (0.66, 0.19, 0.14), -0.4 * side)
        body.claim(capsule < 1, -95)
    return kidneys


def draw_pancreas(body: Body, rng: np.random.Generator) -> dict[str, BoolArray]:
    """A thin bent band, hardly brighter than the bowel around it."""
    space, value = body.space, rng.uniform(62, 75)
    rise = rng.uniform(0.4, 0.7)
    arch = rise * (space.x - 0.08) ** 2 - 0.12 * (space.x - 0.08)
    thickness = rng.uniform(0.055, 0.07) * (1.1 - 0.9 * (space.x - 0.1))
    level = np.sqrt(
        (np.maximum(np.abs(space.x - 0.1) - 0.16, 0) / 0.08) ** 2
        + ((space.y + 0.06 - arch) / thickness) ** 2
        + ((space.z - 0.1) / 0.42) ** 2
    )
    level = level + 0.2 * space.noise(rng, 12)
    pancreas = body.claim(largest_part(level < 1), parenchyma(space, value, rng))
    body.claim(level < 1.9, value - rng.uniform(22, 30) + 5 * space.noise(rng, 14))
    return {"pancreas": pancreas}


def draw_liver(body: Body, rng: np.random.Generator) -> dict[str, BoolArray]:
    """Two lobes with veins, and a lesion darker than they are, deep inside."""
    space, value = body.space, rng.uniform(95, 120)
    right = space.ellipsoid((0.2, -0.02, -0.46), (1.0, 0.4, 0.3), 0.35)
    left = space.ellipsoid((0.35, -0.28, -0.12), (0.75, 0.2, 0.34), 0.2)
    level = np.minimum(right, left) + 0.08 * space.noise(rng, 6)
    liver = body.claim(largest_part(level < rng.uniform(0.95, 1.08)), 0)
    body.fill(liver, parenchyma(space, value, rng))
    veins = np.abs(space.noise(rng, 6)) + np.abs(space.noise(rng, 6))
    body.fill(liver & (veins < 0.14) & (level < 0.85), value + 35)
    lesion = draw_lesion(space, liver, rng)
    body.fill(lesion, value - rng.uniform(28, 45) + 4 * space.noise(rng, 20))
    return {"liver": liver, "liver_lesion": lesion}


def draw_lesion(space: Space, liver: BoolArray, rng: np.random.Generator) -> BoolArray:
    """An irregular lesion in the liver, (F, H, W); its centre is drawn before the voxels are."""
    radius = rng.uniform(0.07, 0.15)
    centre = (rng.uniform(0.0, 0.4), rng.uniform(-0.15, 0.1), rng.uniform(-0.58, -0.38))
    level = space.ellipsoid(centre, (3.2 * radius, radius, radius * rng.uniform(0.9, 1.3)))
    region = (level + 0.18 * space.noise(rng, 14) < 1) & liver
    return largest_part(region)


def draw_bowel(body: Body, rng: np.random.Generator) -> None:
    """Stomach and loops in the room that is left: fluid, contrast medium or gas."""
    space = body.space
    stomach = ragged(space, (0.3, -0.25, 0.34), (0.7, 0.2, 0.2), 0.4, rng)
    stomach = body.claim(stomach, 35)
    body.fill(stomach & (space.y < rng.uniform(-0.38, -0.28)), -750)
    loops = np.abs(space.noise(rng, 11))
    front = (space.y < 0.14) & (space.z < 0.85)
    content = 30 + 25 * space.noise(rng, 6)
    bowel = body.claim(front & (loops > 0.22), 55)
    body.fill(bowel & (loops > 0.42), content)
    body.fill(bowel & (loops > 0.6) & (content > 70), rng.choice([-700.0, 220.0]))


def scanned(hounsfield: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Whole HU after the scanner's blur and noise, (F, H, W)."""
    size = hounsfield.shape[-1]
    noise = blur(rng.standard_normal(hounsfield.shape), 0.6 * size / 128)
    noise = noise * (rng.uniform(8, 16) / noise.std())
    values: FloatArray = np.rint(blur(hounsfield, 0.55 * size / 128) + noise)
    return np.maximum(values, -1024).astype(np.float32)
