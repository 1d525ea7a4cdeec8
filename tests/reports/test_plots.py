import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from samb.reports.curves import click_lines, mode_lines
from samb.reports.pictures import looks, panels, tidy
from samb.reports.plots import draw_boxes, plots
from tests.reports.studied import study_run

JITTER = {"box": ("jitter", 0.0), "box_jitter_0p1": ("jitter", 0.1)}


def points(lines: pd.DataFrame) -> list[tuple[str, float, float]]:
    return list(zip(lines["model"], lines["x"], lines["mean"], strict=True))


def test_a_curve_joins_the_modes_of_one_axis_by_position(make: Any) -> None:
    scores = make.scores(
        {"prompt": "box_jitter_0p1", "value": 0.6},
        {"prompt": "box", "value": 0.8},
        {"prompt": "point_random_1", "value": 0.1},
    )
    lines = mode_lines(make.material(scores, curves=JITTER), "jitter")
    assert points(lines) == [("sam_vit_b", 0.0, 0.8), ("sam_vit_b", 0.1, 0.6)]


def test_a_single_position_is_no_curve(make: Any) -> None:
    material = make.material(make.scores({"prompt": "box"}), curves=JITTER)
    assert mode_lines(material, "jitter").empty
    assert [picture.name for picture in plots(material)] == ["dsc_boxes.png"]


def test_two_families_on_one_axis_stay_two_lines(make: Any) -> None:
    curves = {
        f"{kind}_{n}": ("points", n) for kind in ("point_grid", "point_random") for n in (1, 3)
    }
    scores = make.scores(*({"prompt": mode} for mode in curves))
    lines = mode_lines(make.material(scores, curves=curves), "points")
    assert list(zip(lines["family"], lines["x"], strict=True)) == [
        ("point_grid", 1.0),
        ("point_grid", 3.0),
        ("point_random", 1.0),
        ("point_random", 3.0),
    ]


def test_the_clicks_curve_keeps_targets_that_were_done_early(make: Any) -> None:
    mode = {"prompt": "clicks_ritm_5"}
    scores = make.scores(
        {**mode, "case": "easy", "attempt": 1, "value": 0.9},
        {**mode, "case": "hard", "attempt": 1, "final": False, "value": 0.1},
        {**mode, "case": "hard", "attempt": 2, "value": 0.5},
    )
    material = make.material(scores, curves={"clicks_ritm_5": ("clicks", 5.0)})
    assert points(click_lines(material)) == [("sam_vit_b", 1.0, 0.5), ("sam_vit_b", 2.0, 0.7)]


def test_every_plot_is_a_picture_with_something_on_it(make: Any) -> None:
    scores = make.scores(
        *(
            {"prompt": mode, "value": value, "group": f"p{value}", "case": f"c{value}"}
            for mode in JITTER
            for value in np.linspace(0.1, 0.9, 6)
        )
    )
    pictures = plots(make.material(scores, curves=JITTER))
    assert [picture.name for picture in pictures] == ["dsc_boxes.png", "dsc_by_jitter.png"]
    for picture in pictures:
        pixels = np.asarray(Image.open(io.BytesIO(picture.png)).convert("L"))
        assert pixels.std() > 5
        assert (pixels[:, 0] == 255).all()  # nothing runs over the left edge


@pytest.mark.parametrize("count", [1, 8])
def test_one_and_eight_data_sets_fit(make: Any, count: int) -> None:
    scores = make.scores(*({"dataset": f"set_{n}"} for n in range(count)))
    picture = plots(make.material(scores))[0]
    width, height = Image.open(io.BytesIO(picture.png)).size
    assert 900 < width < 1800
    assert height < 450 * count + 200


def test_floors_are_grey_and_models_are_not(make: Any) -> None:
    scores = make.scores({"model": "a_floor"}, {"model": "model"})
    found = looks(make.material(scores, cards={"model/a_floor": {"floor": True}}))
    assert list(found) == ["model", "a_floor"]
    assert found["a_floor"].colour == "#555555"
    assert found["model"].colour == "#0072B2"


def test_no_scores_no_plots(make: Any) -> None:
    assert plots(make.material(make.scores())) == []


def test_an_axis_that_nobody_here_knows_is_drawn_all_the_same(make: Any) -> None:
    curves = {"box_blur_1": ("blur", 1.0), "box_blur_2": ("blur", 2.0)}
    material = make.material(make.scores(*({"prompt": mode} for mode in curves)), curves=curves)
    assert [it.name for it in plots(material)] == ["dsc_boxes.png", "dsc_by_blur.png"]


def test_structures_are_never_averaged_into_one_line(make: Any) -> None:
    scores = make.scores(
        *(
            {"prompt": mode, "structure": structure, "value": value}
            for mode in JITTER
            for structure, value in (("liver", 0.9), ("spleen", 0.5))
        )
    )
    lines = mode_lines(make.material(scores, curves=JITTER), "jitter")
    assert lines.groupby("structure")["mean"].unique().map(list).to_dict() == {
        "liver": [0.9],
        "spleen": [0.5],
    }


@pytest.mark.parametrize(("selection", "title"), [
    ("oracle_dice", "(oracle): uses the reference, not deployable"), ("single", ""),
])  # fmt: skip
def test_a_picture_of_an_oracle_says_that_it_cannot_be_deployed(
    make: Any, selection: str, title: str
) -> None:
    scores = make.scores({"selection": selection})
    figure = draw_boxes(scores, make.material(scores, headline={"box": selection}))
    assert figure.legends[0].get_title().get_text() == title


def test_a_long_title_of_a_narrow_panel_is_folded_between_words() -> None:
    _, every = panels(4, columns=4, width=3.0, height=2.2)
    for axes in every:
        tidy(axes, "totalsegmentator_tests_raw (substitute), adrenal_gland_left")
    lines = every[0].get_title(loc="left").split("\n")
    assert lines == ["totalsegmentator_tests_raw", "(substitute),", "adrenal_gland_left"]


def test_a_title_that_fits_stays_on_one_line() -> None:
    _, (axes,) = panels(1, columns=1, width=7.0, height=3.6)
    tidy(axes, "totalsegmentator_tests_raw (substitute), adrenal_gland_left")
    assert "\n" not in axes.get_title(loc="left")


def test_a_picture_says_of_a_substitute_that_it_is_one(make: Any) -> None:
    scores = make.scores({"dataset": "kvasir_seg"})
    figure = draw_boxes(scores, make.material(scores, study=study_run("kvasir_seg")))
    assert figure.axes[0].get_title(loc="left") == "kvasir_seg (substitute)"
