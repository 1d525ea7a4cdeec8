import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samb.dialogue import Prompt
from samb.geometry import components, tight_box
from samb.prompts.instances import InstanceBoxes, InstancePoints, InstancePrompter
from samb.streams import stream
from samb.types import BoolArray, MaskStack, Target, Task, View
from tests.prompts.drawn import (
    TWO_REGIONS,
    attempt,
    box_of,
    picture,
    points_of,
    prompted,
    squared_depths,
)
from tests.strategies import masks


def whole_structure(mask: BoolArray) -> Task:
    """A task whose one target is all of a structure."""
    target = Target("nuclei", "nuclei", {"expert": MaskStack.from_array(mask[None])}, "expert")
    return Task(View("case", (0,), np.zeros((1, *mask.shape, 3), np.uint8)), "nuclei", (target,))


def asked(user: InstancePrompter, mask: BoolArray, seed: object = 0) -> list[Prompt]:
    """The parts of the prompt for a whole structure."""
    (prompt,) = user.next_prompts(whole_structure(mask), (), stream(seed))
    return list(prompt.parts or (prompt,))


@given(masks())
def test_every_component_of_a_whole_structure_gets_its_box(mask: BoolArray) -> None:
    expected = [tight_box(it).tolist() for it in components(mask)]
    assert [box_of(part) for part in asked(InstanceBoxes(), mask)] == expected


@given(masks(), st.integers())
def test_every_component_gets_a_point_on_its_deepest_pixel(mask: BoolArray, seed: int) -> None:
    parts = asked(InstancePoints(), mask, seed)
    for part, instance in zip(parts, components(mask), strict=True):
        ((x, y),) = points_of(part, 1)
        depths = squared_depths(instance)
        assert depths[int(x), int(y)] == max(depths.values())


def test_an_instance_is_prompted_once_whatever_its_components() -> None:
    mask = picture(*TWO_REGIONS)  # the target that `prompted` makes is an instance
    assert box_of(prompted(InstanceBoxes(), mask)) == [1, 1, 7, 3]
    assert len(points_of(prompted(InstancePoints(), mask))) == 1


def test_only_points_leave_something_to_chance() -> None:
    assert InstancePoints().stochastic
    assert not InstanceBoxes().stochastic


def test_the_user_prompts_once() -> None:
    mask = picture("#.")
    task = whole_structure(mask)
    assert InstanceBoxes().next_prompts(task, [attempt(mask[None])], stream(0)) == []
