import io

import numpy as np
from PIL import Image

from samb.reports.data_sheet import FILLED, INKS, _painted, bounded, data_sheet
from samb.types import BoolArray


def half(first: int, last: int) -> BoolArray:
    mask = np.zeros((10, 20), dtype=bool)
    mask[:, first : last + 1] = True
    return mask


def test_a_picture_is_bounded_and_its_objects_stay_apart() -> None:
    image = np.zeros((10, 20, 3), dtype=np.uint8)
    case = bounded("a", image, {"nucleus": [half(0, 9), half(10, 19)]}, "")
    assert case.image.shape == (240, 480, 3)
    numbers = case.objects["nucleus"]
    assert (numbers[:, :240] == 1).all()
    assert (numbers[:, 240:] == 2).all()


def test_objects_are_tinted_and_the_line_between_touching_ones_is_full_ink() -> None:
    image = np.zeros((10, 20, 3), dtype=np.uint8)
    case = bounded("a", image, {"nucleus": [half(0, 9), half(10, 19)]}, "")
    painted = _painted(case, {"nucleus": "#0000FF"})
    assert painted[100, 240].tolist() == [0, 0, 255]
    assert painted[100, 100].tolist() == [0, 0, int(255 * FILLED)]


def test_the_sheet_is_a_picture_with_a_name_longer_than_its_room() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (10, 20, 3), dtype=np.uint8)
    cases = [
        bounded("x" * 90, image, {f"s{n}": [half(0, n)]}, "slice 1 (0 to 3)") for n in range(9)
    ]
    with Image.open(io.BytesIO(data_sheet(cases, "mine"))) as picture:
        assert picture.format == "PNG"
        assert picture.width == 1280
    assert len(set(INKS)) == len(INKS)
