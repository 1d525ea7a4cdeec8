"""What a fingerprint sees, and what a random stream hangs on."""

from dataclasses import replace

import numpy as np
import pytest

from samb.models.base import Embedding
from samb.models.floors import BoxFill
from samb.prompts.points import RandomPoints
from samb.stages.rounds import Interaction, Mode
from samb.stages.views import fingerprint, views
from samb.types import Case, Content, MaskStack, Target, Task, View


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


def test_a_view_says_where_its_first_frame_lies_and_what_its_case_is_called() -> None:
    affine = np.array([[0, 0, -1, 10], [0, -2, 0, 20], [3, 0, 0, 30], [0, 0, 0, 1]], dtype=float)
    volume = Content(
        images=np.zeros((3, 20, 20, 3), dtype=np.uint8),
        targets=(),
        dimensions=3,
        spacing_mm=(3.0, 2.0, 1.0),
        affine=affine,
    )
    case = Case("images/a", "p1", lambda: volume, words={"name": "a.nii.gz", "id": "7"})
    _, _, third = views(case, volume, BoxFill(), every_frame=True)
    assert third.affine is not None
    assert list(third.affine[:3, 3]) == [10, 20, 36]
    assert (third.affine[:, :3] == affine[:, :3]).all()
    assert list(affine[:3, 3]) == [10, 20, 30]
    assert third.words == {
        "parent": "images", "stem": "a", "name": "a.nii.gz", "group": "p1", "id": "7"
    }  # fmt: skip


def test_a_case_without_files_is_called_by_its_id() -> None:
    words = Case("head/003", "head/003", content).placeholders
    assert words == {"parent": "head", "stem": "003", "name": "003", "group": "head/003"}
