import numpy as np
from hypothesis import given

from samb.prompts.frames import largest_frame
from samb.types import BoolArray
from tests.strategies import stacks


@given(stacks())
def test_no_frame_holds_more_of_the_target_and_no_earlier_one_as_much(stack: BoolArray) -> None:
    counts = [int(frame.sum()) for frame in stack]
    chosen = largest_frame(stack)
    assert counts[chosen] == max(counts) > 0
    assert max(counts[:chosen], default=0) < counts[chosen]


def test_the_first_of_equal_frames_is_drawn_on() -> None:
    stack = np.zeros((4, 2, 2), dtype=bool)
    stack[1, 0, 0] = stack[3, 1, 1] = True
    assert largest_frame(stack) == 1
