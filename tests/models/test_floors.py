import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from samb.dialogue import Prompt
from samb.errors import RefusedError
from samb.models.base import Runtime
from samb.models.floors import BoxFill, EllipseFill, Floor
from samb.types import BoolArray, View


def answer(model: Floor, shape: tuple[int, int, int], prompt: Prompt) -> BoolArray:
    segmenter = model.load(Runtime())
    view = View("a", tuple(range(shape[0])), np.zeros((*shape, 3), np.uint8))
    (prediction,) = segmenter.segment([(segmenter.embed([view])[0], prompt)])
    assert prediction.multimask == ()
    assert prediction.low_res_logits is None
    assert math.isnan(prediction.iou_estimates[0])
    assert prediction.masks.shape == (1, *shape)
    masks: BoolArray = prediction.masks[0]
    return masks


def drawn(mask: BoolArray) -> list[str]:
    return ["".join(".#"[int(pixel)] for pixel in row) for row in mask]


def test_a_box_is_filled_with_its_corners() -> None:
    mask = answer(BoxFill(), (1, 4, 6), Prompt(box_xyxy=np.array([1.0, 1, 3, 2])))[0]
    assert drawn(mask) == ["......", ".###..", ".###..", "......"]


def test_the_ellipse_in_a_box_of_five_by_three_loses_the_corners() -> None:
    mask = answer(EllipseFill(), (1, 5, 7), Prompt(box_xyxy=np.array([1.0, 1, 5, 3])))[0]
    assert drawn(mask) == [".......", "..###..", ".#####.", "..###..", "......."]


def test_discs_round_positive_points_less_those_round_negative_ones() -> None:
    prompt = Prompt(
        points_xy=np.array([[4.0, 2], [2.0, 2]]), point_labels=np.array([0, 1], np.int8)
    )
    mask = answer(BoxFill(radius_fraction=0.4), (1, 5, 7), prompt)[0]  # 0.4 x 5 px: radius 2
    assert drawn(mask) == ["..#....", ".##....", "##.....", ".##....", "..#...."]


def test_a_drawn_mask_is_the_answer_in_place_of_the_filled_box() -> None:
    drawn = np.zeros((3, 4), dtype=bool)
    drawn[1, 1:3] = True
    prompt = Prompt(frame_index=1, mask=drawn, box_xyxy=np.array([0.0, 0, 3, 2]))
    assert np.array_equal(answer(BoxFill(), (2, 3, 4), prompt), [np.zeros_like(drawn), drawn])


def test_a_radius_is_never_below_one_pixel() -> None:
    prompt = Prompt(points_xy=np.array([[1.0, 1]]), point_labels=np.ones(1, np.int8))
    mask = answer(BoxFill(radius_fraction=0.01), (1, 3, 3), prompt)[0]
    assert drawn(mask) == [".#.", "###", ".#."]


def test_the_answer_lies_on_the_frame_of_the_prompt() -> None:
    prompt = Prompt(frame_index=2, box_xyxy=np.array([0.0, 0, 1, 1]))
    assert answer(BoxFill(), (4, 3, 3), prompt).sum(axis=(1, 2)).tolist() == [0, 0, 4, 0]


def test_points_on_several_frames_stay_on_their_own() -> None:
    prompt = Prompt(
        points_xy=np.array([[1.0, 1], [1.0, 1]]),
        point_labels=np.ones(2, np.int8),
        point_frames=np.array([0, 2]),
    )
    assert answer(BoxFill(), (3, 3, 3), prompt).sum(axis=(1, 2)).tolist() == [5, 0, 5]


@given(
    corners=st.tuples(*[st.integers(0, 20)] * 4),
    shape=st.tuples(st.just(1), st.integers(21, 30), st.integers(21, 30)),
)
def test_the_ellipse_lies_in_the_box_and_touches_what_the_box_touches(
    corners: tuple[int, int, int, int], shape: tuple[int, int, int]
) -> None:
    x0, y0, x1, y1 = corners
    box = np.array([min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)], dtype=float)
    filled, ellipse = (
        answer(model(), shape, Prompt(box_xyxy=box)) for model in (BoxFill, EllipseFill)
    )
    assert ellipse.any()
    assert not (ellipse & ~filled).any()


def test_a_prompt_without_points_and_box_is_refused() -> None:
    with pytest.raises(RefusedError, match="needs points or a box"):
        answer(BoxFill(), (1, 3, 3), Prompt())


@pytest.mark.parametrize("radius", [0, -1, 1.5, "abc"])
def test_a_radius_out_of_range_is_refused(radius: object) -> None:
    with pytest.raises(ValidationError, match="radius_fraction"):
        TypeAdapter(BoxFill).validate_python({"radius_fraction": radius})


def test_identity_tells_the_rules_apart() -> None:
    assert BoxFill().identity() != EllipseFill().identity()
    assert BoxFill().identity() != BoxFill(radius_fraction=0.1).identity()


def test_no_model_imports_torch_before_it_is_loaded() -> None:
    code = (
        "import sys, samb.models.floors, samb.models.sam, samb.models.random_sam, "
        "samb.models.fetch; print('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed.strip() == "False"
