"""How a checkpoint wants to see an image: its own frame, which never leaves `samb.models`."""

import math
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field
from skimage import transform

from samb.errors import RefusedError
from samb.models.architectures import PATCH
from samb.types import BoolArray, ByteArray, FloatArray

Precision: TypeAlias = Literal["float32", "bfloat16", "float16"]
"""Of the image encoder; prompts and masks are computed in float32."""

PIXEL_MEAN = (123.675, 116.28, 103.53)
"""Of ImageNet, RGB in [0, 255]: segment_anything.modeling.Sam."""
PIXEL_STD = (58.395, 57.12, 57.375)

DRAWN_LOGIT = math.log(0.999 / 0.001)
"""What a drawn pixel becomes in SAM's mask input, and its negative what every other one becomes.

SAM's own code hands its mask input logits of an earlier answer and nothing else, and
ScribblePrompt's SAM takes scribbles as clicks, one per pixel (Wong et al. 2024,
halleewong/ScribblePrompt, scribbleprompt/models/sam.py). Masks of a user's own are handed to SAM by
micro-sam, as the inverse sigmoid of 0.999 and 0.001 (computational-cell-analytics/micro-sam,
micro_sam/prompt_based_segmentation.py): its rule is followed here (rule read, code not used).
"""
MASK_INPUT_SHRINK = 4
"""Input px per px of the mask input, along each side: segment_anything.modeling.PromptEncoder."""


@dataclass(frozen=True)
class Preprocessing:
    """The defaults are SAM's own; MedSAM's are `stretch`, `min_max`, `probabilities`."""

    resize: Literal["longest_side", "stretch"] = "longest_side"
    """SAM: longest side to `side`, bilinear, padded below and right. MedSAM: both sides, cubic."""
    intensity: Literal["mean_std", "min_max", "unit"] = "mean_std"
    """SAM: minus mean, over deviation of ImageNet. MedSAM: each image to [0, 1]. Polyp-SAM and
    SAMed (`unit`): over 255."""
    channels: Literal["rgb", "bgr"] = "rgb"
    answer: Literal["logits", "probabilities"] = "logits"
    """What is resampled to the original image: SAM's logits by way of the input frame and then
    cut at 0, or MedSAM's probabilities at once and then cut at 0.5."""
    side: Annotated[int, Field(gt=0)] = 1024
    """Of the square input in px."""

    def __post_init__(self) -> None:
        if self.side % PATCH:
            msg = f"preprocessing.side must be a multiple of {PATCH} px, got {self.side}"
            raise ValueError(msg)
        if self.answer == "probabilities" and self.resize != "stretch":
            msg = "preprocessing.answer=probabilities needs resize=stretch: padding is not cut off"
            raise ValueError(msg)

    @property
    def padding(self) -> tuple[int, int, int]:
        """The RGB colour that is nearest to 0 once it is normalised."""
        red, green, blue = (round(value) for value in PIXEL_MEAN)
        return (red, green, blue) if self.intensity == "mean_std" else (0, 0, 0)

    def size(self, shape: tuple[int, int]) -> tuple[int, int]:
        """(height, width) in px of an (H, W) image in the input frame, before padding.

        Raises RefusedError for an image so thin that its short side vanishes: the official
        ResizeLongestSide rounds it to 0 px, and resizing fails (1 x 2049).
        """
        return self._size(shape, self.side)

    def _size(self, shape: tuple[int, int], side: int) -> tuple[int, int]:
        if self.resize == "stretch":
            return side, side
        scale = side / max(shape)
        height, width = (int(extent * scale + 0.5) for extent in shape)
        if min(height, width) == 0:
            msg = (
                f"SAM cannot take an image of {shape[0]} x {shape[1]} px (height x width): with "
                f"its longest side at {side} px the other would be 0 px"
            )
            raise RefusedError(msg)
        return height, width

    def resized(self, image: ByteArray) -> ByteArray:
        """(H, W, 3) RGB to (height, width, 3) in the input frame, in the checkpoint's channels."""
        height, width = self.size(image.shape[:2])
        if self.resize == "stretch":
            resized = _stretched(image, self.side)
        else:
            picture = Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR)
            resized = np.asarray(picture)
        return resized if self.channels == "rgb" else resized[..., ::-1]

    def coordinates(self, xy: FloatArray, shape: tuple[int, int]) -> NDArray[np.float32]:
        """(N, 2) original pixels of an (H, W) image to the input frame, scaled as officially."""
        height, width = self.size(shape)
        scale = np.array([width / shape[1], height / shape[0]])
        scaled: NDArray[np.float32] = (xy.astype(np.float64) * scale).astype(np.float32)
        return scaled

    def drawn_logits(self, mask: BoolArray) -> NDArray[np.float32]:
        """An (H, W) drawing to logits as SAM's mask input takes them, (side / 4, side / 4).

        Bilinear with anti-aliasing to where the image lies in the input frame; the padding is 0,
        neither drawn nor left out, as in micro-sam. That SAM reads pixels which a user did not
        draw on as background is micro-sam's rule for whole masks; for a scribble it is an
        assumption, since no source hands SAM one. Raises RefusedError as `size` does.
        """
        side = self.side // MASK_INPUT_SHRINK
        height, width = self._size((mask.shape[0], mask.shape[1]), side)
        logits = np.where(mask, np.float32(DRAWN_LOGIT), np.float32(-DRAWN_LOGIT))
        picture = Image.fromarray(logits).resize((width, height), Image.Resampling.BILINEAR)
        padding = ((0, side - height), (0, side - width))
        return np.pad(np.asarray(picture), padding)


def _stretched(image: ByteArray, side: int) -> ByteArray:
    """As MedSAM's inference: cubic with anti-aliasing, then cut to whole values."""
    stretched = transform.resize(  # type: ignore[no-untyped-call]  # skimage has no types
        image, (side, side), order=3, preserve_range=True, anti_aliasing=True
    )
    whole: ByteArray = stretched.astype(np.uint8)
    return whole
