import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from samb.files.instances import stacks_by_value
from samb.types import MaskStack


@given(
    arrays.arrays(
        np.int64, arrays.array_shapes(min_dims=3, max_dims=3), elements=st.integers(-1, 4)
    )
)
def test_every_value_above_0_is_a_mask_as_if_encoded_alone(values: np.ndarray) -> None:
    found = stacks_by_value(values)
    assert list(found) == [int(value) for value in np.unique(values) if value > 0]
    for value, stack in found.items():
        assert stack == MaskStack.from_array(values == value)


def test_an_object_may_reach_across_frames_and_leave_some_out() -> None:
    found = stacks_by_value(np.array([[[7, 0]], [[0, 0]], [[300, 7]]]))
    assert found[7].filled_frames == (0, 2)
    assert found[300].array().tolist() == [[[False, False]], [[False, False]], [[True, False]]]
