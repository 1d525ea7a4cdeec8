"""The sizes of SAM's image encoders, by the names of the official registry. Knows no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Architecture: TypeAlias = Literal["tiny", "small", "vit_b", "vit_l", "vit_h"]

PATCH = 16
"""Side of an image token of the official models, in px of the model's input."""


@dataclass(frozen=True)
class Size:
    """What distinguishes one architecture from another; all else is as in the official code."""

    encoder_width: int
    encoder_depth: int
    encoder_heads: int
    global_blocks: tuple[int, ...]
    """Blocks that attend to the whole image; the others to windows."""
    decoder_width: int = 256
    decoder_mlp_width: int = 2048
    decoder_downsample: int = 2
    """Width of the decoder's embeddings over that of its cross-attentions."""
    window: int = 14
    """Side of a window in tokens."""
    patch: int = PATCH
    """Side of an image token in px of the model's input."""
    stem: tuple[int, int, int, int, int] | None = None
    """Channels at strides 2, 4, 8, 16 and 32 of a convolutional stem in the place of the patch
    convolution (samb.models.stem); None: as officially."""

    @property
    def stride(self) -> int:
        """What the side of the input must be a multiple of."""
        return 2 ** len(self.stem) if self.stem else self.patch


SIZES: Mapping[Architecture, Size] = {
    "tiny": Size(32, 2, 2, (1,), decoder_width=64, decoder_mlp_width=128),
    "small": Size(128, 2, 4, (), 128, 512, 1, window=8, patch=8, stem=(16, 32, 64, 128, 160)),
    "vit_b": Size(768, 12, 12, (2, 5, 8, 11)),
    "vit_l": Size(1024, 24, 16, (5, 11, 17, 23)),
    "vit_h": Size(1280, 32, 16, (7, 15, 23, 31)),
}
"""`vit_*`: segment_anything.build_sam. The others are our own: `tiny` for tests, milliseconds on a
CPU; `small` for the built-in model, 3.3 million parameters at 512 px."""
