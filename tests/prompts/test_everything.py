import pytest

from samb.building import validated
from samb.dialogue import Grid, Prompt
from samb.errors import RequestError
from samb.prompts.everything import Everything
from samb.streams import stream
from tests.prompts.drawn import TWO_REGIONS, attempt, picture
from tests.strategies import task_of

TASK = task_of(picture(*TWO_REGIONS)[None])


def test_the_view_is_asked_once_with_the_grid() -> None:
    grid = Grid(points_per_side=8, crop_n_layers=1)
    (prompt,) = Everything(grid).next_prompts(TASK, (), stream())
    assert prompt.grid == grid
    assert prompt.kinds == {"everything"}
    done = attempt(picture(*TWO_REGIONS)[None], prompt)
    assert Everything(grid).next_prompts(TASK, (done,), stream()) == []


def test_the_record_of_a_grid_holds_its_numbers() -> None:
    assert Prompt(grid=Grid(points_per_side=8)).record()["grid"]["points_per_side"] == 8


@pytest.mark.parametrize("wrong", [{"points_per_side": 0}, {"pred_iou_thresh": 1.5}, {"side": 3}])
def test_a_grid_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(RequestError, match=next(iter(wrong))):
        validated(Everything, {"grid": wrong}, "prompt everything")
