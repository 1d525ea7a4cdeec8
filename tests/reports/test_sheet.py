from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from samb.dialogue import Prompt, Tile
from samb.reports.sheet import caption, draw_sheet, pick_rows, sheets
from samb.reports.tile import crop
from tests.reports.studied import study_run


def picked(scores: pd.DataFrame) -> list[tuple[str, str, str]]:
    return [(pick.prompt, pick.rank, pick.row["case"]) for pick in pick_rows(scores)]


def test_worst_median_and_best_of_each_mode(make: Any) -> None:
    values = {"a": 0.5, "b": 0.9, "c": 0.1, "d": 0.6, "e": 0.7}
    scores = make.scores(*({"case": case, "value": value} for case, value in values.items()))
    assert picked(scores) == [("box", "worst", "c"), ("box", "median", "d"), ("box", "best", "b")]


def test_the_median_of_an_even_number_is_the_lower_of_the_middle_two(make: Any) -> None:
    scores = make.scores(*({"case": f"c{n}", "value": n / 10} for n in range(4)))
    assert picked(scores)[1] == ("box", "median", "c1")


def test_ties_go_by_name_whatever_the_order_of_rows(make: Any) -> None:
    rows = [{"case": case} for case in ("b", "c", "a")]
    assert picked(make.scores(*rows)) == picked(make.scores(*reversed(rows)))
    assert [case for _, _, case in picked(make.scores(*rows))] == ["a", "b", "c"]


@pytest.mark.parametrize(("count", "ranks"), [(1, ["median"]), (2, ["worst", "best"])])
def test_few_targets_are_shown_once_each(make: Any, count: int, ranks: list[str]) -> None:
    scores = make.scores(*({"case": f"c{n}"} for n in range(count)))
    assert [rank for _, rank, _ in picked(scores)] == ranks


def test_volumes_other_metrics_and_undefined_scores_are_not_picked(make: Any) -> None:
    scores = make.scores(
        {"level": "volume", "frame": -1}, {"metric": "iou"}, {"value": float("nan")}
    )
    assert picked(scores) == []


def test_a_caption_names_case_slice_structure_and_dsc(make: Any) -> None:
    row = {"case": "p1", "frame": 7, "scope": "all_slices", "value": 0.25}
    (pick,) = pick_rows(make.scores({**row, "prompt": "box_jitter_0p1"}))
    assert caption(pick).split("\n") == [
        "box_jitter_0.1: median, DSC 0.250",
        "p1, slice 7",
        "polyp",
    ]


def test_an_oracle_is_marked_in_the_caption(make: Any) -> None:
    (pick,) = pick_rows(make.scores({"selection": "oracle_dice"}))
    assert caption(pick).startswith("box (oracle): median")


def test_a_small_target_is_enlarged_with_everything_drawn_in_sight(make: Any) -> None:
    prompt = Prompt(box_xyxy=np.array([98.0, 48.0, 111.0, 61.0]))
    x0, y0, x1, y1 = crop(make.tile(prompt))
    assert x0 <= 98
    assert y0 <= 48
    assert x1 >= 114
    assert y1 >= 61
    assert x1 - x0 == y1 - y0 == 33  # twice the 17 columns from 98 to 114, as inclusive corners


def test_a_crop_stays_inside_the_image() -> None:
    reference = np.zeros((200, 300), dtype=bool)
    reference[199, 299] = True
    tile = Tile(np.zeros((200, 300, 3), np.uint8), reference, reference, Prompt(), "")
    assert crop(tile).tolist() == [268, 168, 299, 199]


def test_a_large_target_is_shown_with_the_whole_image() -> None:
    reference = np.ones((20, 30), dtype=bool)
    tile = Tile(np.zeros((20, 30, 3), np.uint8), reference, ~reference, Prompt(), "")
    assert crop(tile).tolist() == [0, 0, 29, 19]


def test_nothing_drawn_shows_the_whole_image() -> None:
    empty = np.zeros((20, 30), dtype=bool)
    tile = Tile(np.zeros((20, 30, 3), np.uint8), empty, empty, Prompt(), "")
    assert crop(tile).tolist() == [0, 0, 29, 19]


def test_there_is_one_sheet_per_data_set_and_model(make: Any) -> None:
    scores = make.scores({"model": "a"}, {"model": "b"}, {"dataset": "busi", "model": "a"})
    material = make.material(scores, tile=lambda row: make.tile())
    assert [sheet.name for sheet in sheets(material)] == [
        "sheet_busi__a.png",
        "sheet_kvasir_seg__a.png",
        "sheet_kvasir_seg__b.png",
    ]


def test_without_pictures_there_is_no_sheet(make: Any) -> None:
    assert sheets(make.material(make.scores({}))) == []


def test_a_picture_that_was_not_kept_is_said_to_be_missing(make: Any) -> None:
    picks = pick_rows(make.scores({"case": "a"}, {"case": "b"}))
    figure = draw_sheet(picks, [make.tile(), None], "title")
    assert [text.get_text() for axes in figure.axes for text in axes.texts] == ["no picture kept"]


def test_points_boxes_and_parts_are_all_drawn(make: Any) -> None:
    part = Prompt(box_xyxy=np.array([100.0, 50.0, 109.0, 59.0]))
    points = np.array([[104.0, 55.0], [120.0, 40.0]])
    prompt = Prompt(points_xy=points, point_labels=np.array([1, 0], np.int8), parts=(part,))
    figure = draw_sheet(pick_rows(make.scores({})), [make.tile(prompt)], "title")
    axes = figure.axes[1]  # a single target stands in the middle column
    assert [line.get_color() for line in axes.lines] == ["#00B050", "#E00000"]
    (box,) = axes.patches
    assert isinstance(box, Rectangle)
    assert (box.get_x(), box.get_y(), box.get_width(), box.get_height()) == (99.5, 49.5, 10, 10)


def test_a_sheet_of_a_substitute_says_so(make: Any) -> None:
    material = make.material(
        make.scores({}), tile=lambda row: make.tile(), study=study_run("kvasir_seg")
    )
    assert sheets(material)[0].caption.startswith("kvasir_seg (substitute), sam_vit_b: ")
