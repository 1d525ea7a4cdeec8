"""What a fingerprint sees, and what a random stream hangs on."""

from dataclasses import replace

import numpy as np
import pytest

from samb.models.base import Embedding
from samb.prompts.points import RandomPoints
from samb.stages.rounds import Interaction, Mode
from samb.stages.views import fingerprint
from samb.types import Content, MaskStack, Target, Task, View


def content(shift: int = 0) -> Content:
    masks = np.zeros((1, 20, 20), dtype=bool)
    masks[0, 2 + shift : 18, 2:18] = True
    target = Target("a", "a", {"expert": MaskStack.from_array(masks)}, "expert")
    return Content(np.zeros((1, 20, 20, 3), dtype=np.uint8), (target,), 2, (1.0, 1.0))


def test_a_fingerprint_sees_pixels_references_spacing_and_shape() -> None:
    base = content()
    pixels = base.images.copy()
    pixels[0, 0, 0, 0] = 1
    others = [
        replace(base, images=pixels),
        content(shift=1),
        replace(base, spacing_mm=(1.0, 2.0)),
        replace(base, spacing_mm=None),
        replace(base, targets=()),
        Content(np.zeros((1, 10, 40, 3), dtype=np.uint8), (), 2, (1.0, 1.0)),
    ]
    assert len({fingerprint(it) for it in (base, content(), *others)}) == 1 + len(others)


def first_points(seed: int, dataset: str, case: str, frame: int, mode: str, repeat: int) -> bytes:
    masks = content().targets[0]
    view = View(case, (frame,), np.zeros((1, 20, 20, 3), dtype=np.uint8))
    task = Task(view, "a", (masks,))
    played = Mode(mode, 1, RandomPoints(count=5), "single", repeat)
    interaction = Interaction(seed, dataset, task, played, Embedding((1, 20, 20), None))
    return interaction.ask()[0].points_xy.tobytes()


@pytest.mark.parametrize("place", range(6))
def test_every_name_changes_the_stream(place: int) -> None:
    names = [0, "set", "case", 3, "mode", 0]
    other = list(names)
    other[place] = 7 if isinstance(names[place], int) else "other"
    assert first_points(*names) == first_points(*names)  # type: ignore[arg-type] # in order
    assert first_points(*names) != first_points(*other)  # type: ignore[arg-type] # in order
