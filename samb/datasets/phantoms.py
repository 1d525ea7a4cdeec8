"""Generated images with exact references: data for a machine that has none."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal, TypeAlias

import numpy as np
from pydantic import Field

from samb.datasets.base import Dataset
from samb.datasets.phantom_abdomen import draw_abdomen
from samb.datasets.phantom_head import draw_head
from samb.datasets.phantom_nuclei import draw_nuclei
from samb.datasets.phantom_polyp import draw_polyp
from samb.datasets.phantom_shapes import pixel_axis
from samb.datasets.phantom_ultrasound import draw_ultrasound
from samb.types import Case, Content, FloatArray

Kind: TypeAlias = Literal["nuclei", "polyp", "ultrasound", "abdomen", "head"]
Size: TypeAlias = Annotated[int, Field(ge=64, le=2048)]

PICTURES = {"nuclei": draw_nuclei, "polyp": draw_polyp, "ultrasound": draw_ultrasound}
VOLUMES = {"abdomen": draw_abdomen, "head": draw_head}


@dataclass(frozen=True)
class Phantoms(Dataset):
    """Phantoms of several kinds; every case is a group of its own.

    A case follows from (seed, kind, index) alone: not from the other cases, the order of reading,
    or the process. Its references are what was drawn, before any blur or noise.
    """

    kinds: tuple[Kind, ...] = ("nuclei", "polyp", "ultrasound", "abdomen", "head")
    count: Annotated[int, Field(ge=1, le=1000)] = 10
    """Cases of each kind that is a picture."""
    volumes: Annotated[int, Field(ge=1, le=1000)] = 6
    """Cases of each kind that is a volume."""
    size: Size = 256
    """Rows and columns of a picture."""
    volume_size: Size = 128
    """Rows and columns of a volume."""
    frames: Annotated[int, Field(ge=8, le=512)] = 12
    """Frames of a volume."""
    dimensions: Literal[2, 3] = 3
    """2: one frame of each volume, drawn as a picture (`count`, `size`)."""
    seed: Annotated[int, Field(ge=0)] = 0

    def __post_init__(self) -> None:
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            msg = f"kinds must name at least one kind and none twice, got {list(self.kinds)}"
            raise ValueError(msg)

    def cases(self) -> Iterator[Case]:
        """Every case, sorted by case_id, e.g. `nuclei/003`; drawn when read."""
        for kind in sorted(self.kinds):
            is_volume = kind in VOLUMES and self.dimensions == 3
            for index in range(self.volumes if is_volume else self.count):
                case_id = f"{kind}/{index:03d}"
                yield Case(case_id, case_id, partial(self.draw, kind, index))

    def draw(self, kind: Kind, index: int) -> Content:
        """One case."""
        rng = case_stream(self.seed, kind, index)
        if kind in PICTURES:
            return PICTURES[kind](self.size, rng)
        return VOLUMES[kind](self.volume_axes(rng), rng)

    def volume_axes(self, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Positions of the frames, rows and columns in a volume phantom."""
        if self.dimensions == 3:
            plane = pixel_axis(self.volume_size)
            return pixel_axis(self.frames), plane, plane
        plane = pixel_axis(self.size)
        return rng.uniform(0.0, 0.3, 1), plane, plane


def case_stream(seed: int, kind: str, index: int) -> np.random.Generator:
    """The random stream of one case, derived from its names."""
    digest = hashlib.sha256(f"phantoms/{seed}/{kind}/{index}".encode()).digest()
    entropy = np.random.SeedSequence(int.from_bytes(digest, "big"))
    return np.random.Generator(np.random.PCG64(entropy))
