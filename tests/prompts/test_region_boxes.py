import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from samb.dialogue import Prompt
from samb.geometry import tight_box
from samb.prompts.region_boxes import RegionBoxes
from samb.streams import stream
from samb.types import BoolArray
from tests.prompts.drawn import TWO_REGIONS, box_of, picture, pixel_list, prompted
from tests.strategies import masks, task_of


def regions_of(mask: BoolArray) -> list[set[tuple[int, int]]]:
    """Pixels that hang together, found by walking; the largest first, of equals the later one."""
    left, found = pixel_list(mask), list[set[tuple[int, int]]]()
    while left:
        region, todo = set[tuple[int, int]](), [left[0]]
        while todo:
            x, y = todo.pop()
            if (x, y) in left:
                left.remove((x, y))
                region.add((x, y))
                todo += [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        found.append(region)
    found.reverse()
    return sorted(found, key=len, reverse=True)


def boxes_of(prompt: Prompt) -> list[list[float]]:
    return [box_of(part) for part in prompt.parts or (prompt,)]


@given(masks(), st.integers(1, 3))
def test_each_of_the_largest_regions_gets_its_tight_box(mask: BoolArray, count: int) -> None:
    expected = [
        [min(x for x, _ in it), min(y for _, y in it), max(x for x, _ in it), max(y for _, y in it)]
        for it in regions_of(mask)[:count]
    ]
    assert boxes_of(prompted(RegionBoxes(count), mask)) == expected


def test_the_largest_region_alone_is_a_plain_box() -> None:
    prompt = prompted(RegionBoxes(1), picture(*TWO_REGIONS))
    assert (box_of(prompt), prompt.parts) == ([1, 1, 4, 3], ())


def test_several_regions_are_parts_that_are_decoded_apart() -> None:
    prompt = prompted(RegionBoxes(3), picture(*TWO_REGIONS))
    assert [box_of(part) for part in prompt.parts] == [[1, 1, 4, 3], [7, 2, 7, 3]]
    assert prompt.box_xyxy is None
    assert prompt.kinds == {"box"}


def test_the_parts_lie_on_the_frame_of_the_prompt() -> None:
    mask = picture(*TWO_REGIONS)
    stack = np.stack([np.zeros_like(mask), mask])
    (prompt,) = RegionBoxes(3).next_prompts(task_of(stack), (), stream("any"))
    assert [part.frame_index for part in (prompt, *prompt.parts)] == [1, 1, 1]


@given(masks())
def test_one_box_round_all_regions_is_the_tight_box(mask: BoolArray) -> None:
    assert box_of(prompted(RegionBoxes(None), mask)) == tight_box(mask).tolist()


def test_chance_has_no_part_in_it() -> None:
    assert not RegionBoxes(3).stochastic


def test_no_region_is_not_a_number_of_regions() -> None:
    with pytest.raises(ValidationError, match="regions"):
        TypeAdapter(RegionBoxes).validate_python({"regions": 0})
