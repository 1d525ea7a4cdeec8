"""Where a training image is looked at: one affine map from the input frame to the picture."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from samb.adapt.recipe import Augmentation
from samb.models.preprocessing import Preprocessing
from samb.types import BoolArray, ByteArray, FloatArray


@dataclass(frozen=True)
class Look:
    """(2, 3) affine map of pixel centres, input frame to picture."""

    matrix: FloatArray
    side: int
    """Of the square input frame in px."""

    def image(self, image: ByteArray) -> ByteArray:
        """(H, W, 3) to (side, side, 3), bilinear; black beyond the picture, until it is padded."""
        shrink = np.sqrt(abs(np.linalg.det(self.matrix[:, :2])))
        picture = Image.fromarray(image)
        # Bilinear sampling of a much larger picture would skip pixels.
        factor = max(1, int(shrink))
        if factor > 1:
            picture = picture.reduce(factor)
        return self._transformed(picture, factor, Image.Resampling.BILINEAR)

    def mask(self, mask: BoolArray) -> BoolArray:
        """(H, W) to (side, side), nearest neighbour."""
        picture = Image.fromarray(mask.astype(np.uint8))
        return self._transformed(picture, 1, Image.Resampling.NEAREST).astype(bool)

    def _transformed(
        self, picture: Image.Image, factor: int, resampling: Image.Resampling
    ) -> ByteArray:
        matrix = self.matrix.copy()
        # Pillow counts from the corner of a pixel at both ends, and `matrix` from its centre.
        matrix[:, 2] += 0.5 - matrix[:, :2] @ np.array([0.5, 0.5])
        data = tuple((matrix / factor).ravel().tolist())
        size = (self.side, self.side)
        return np.asarray(picture.transform(size, Image.Transform.AFFINE, data, resampling))


@dataclass(frozen=True)
class PlainLook(Look):
    """The whole picture, resampled as it is when the model is used."""

    preprocessing: Preprocessing

    def image(self, image: ByteArray) -> ByteArray:
        """(H, W, 3) to (side, side, 3) RGB, padded below and right."""
        seen = replace(self.preprocessing, channels="rgb").resized(image)
        frame = np.full((self.side, self.side, 3), self.preprocessing.padding, dtype=np.uint8)
        frame[: seen.shape[0], : seen.shape[1]] = seen
        return frame


def plain(shape: tuple[int, int], preprocessing: Preprocessing) -> PlainLook:
    """As the model sees an (H, W) image when it is used."""
    height, width = preprocessing.size(shape)
    linear = np.diag([shape[1] / width, shape[0] / height])
    # About the outer corner of the first pixel, as resizing does.
    matrix = np.column_stack([linear, linear @ [0.5, 0.5] - 0.5])
    return PlainLook(matrix, preprocessing.side, preprocessing)


def drawn(
    shape: tuple[int, int],
    focus_xy: FloatArray,
    rule: Augmentation,
    preprocessing: Preprocessing,
    rng: np.random.Generator,
) -> Look:
    """A random look at an (H, W) image; magnified ones see the place `focus_xy` (2,).

    Only with a zoom is the picture shifted; without, its middle stays where it is.
    """
    base = plain(shape, preprocessing)
    if rule.zoom == (1.0, 1.0):
        return _turned(base, shape, _turn(rule, rng) @ np.diag(_axes(rule, rng)))
    zoom = np.exp(rng.uniform(*np.log(rule.zoom)))
    axes = _axes(rule, rng)
    linear = base.matrix[:, :2] @ _turn(rule, rng) @ np.diag(axes / zoom)
    middle = np.full(2, (preprocessing.side - 1) / 2)
    offset = _centre(shape, focus_xy, zoom, rng) - linear @ middle
    return Look(np.column_stack([linear, offset]), preprocessing.side)


def _turned(base: Look, shape: tuple[int, int], turn: FloatArray) -> Look:
    """The plain look at a picture that was turned, (2, 2), about its own middle."""
    middle = (np.array([shape[1], shape[0]]) - 1) / 2
    offset = turn @ (base.matrix[:, 2] - middle) + middle
    return Look(np.column_stack([turn @ base.matrix[:, :2], offset]), base.side)


def _axes(rule: Augmentation, rng: np.random.Generator) -> FloatArray:
    """(2,) one axis against the other."""
    axis = np.exp(rng.uniform(-1, 1) * np.log1p(rule.stretch) / 2)
    return np.array([axis, 1 / axis])


def _turn(rule: Augmentation, rng: np.random.Generator) -> FloatArray:
    """(2, 2) flip, quarter turns and rotation."""
    angle = np.deg2rad(rng.uniform(-1, 1) * rule.rotation_degrees)
    if rng.random() < rule.quarter_turns:
        angle += rng.integers(4) * np.pi / 2
    flip = np.diag(rng.choice([-1.0, 1.0], size=2)) if rng.random() < rule.flip else np.eye(2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    whole: FloatArray = turn @ flip
    return whole


def _centre(
    shape: tuple[int, int], focus_xy: FloatArray, zoom: float, rng: np.random.Generator
) -> FloatArray:
    """What lies in the middle: near the focus when magnified, near the image's middle else."""
    extent = np.array([shape[1], shape[0]])
    middle = (extent - 1) / 2 + rng.uniform(-0.1, 0.1, 2) * extent
    nearness = np.clip(1 - 1 / zoom, 0, 1)
    spread = rng.uniform(-0.3, 0.3, 2) * extent / zoom
    centre: FloatArray = nearness * (focus_xy + spread) + (1 - nearness) * middle
    return centre
