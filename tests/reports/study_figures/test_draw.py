"""The pictures themselves: which there are, and that nobody needs colours to read them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from samb.reports.pictures import Picture
from samb.reports.study_figures.attempts import draw_attempts
from samb.reports.study_figures.draw import pictures_of, study_pictures
from samb.reports.study_figures.matrix import draw_matrix
from samb.reports.study_figures.methods import draw_methods
from samb.reports.study_figures.modes import draw_modes
from samb.reports.study_figures.shown import Shown
from samb.reports.study_figures.styles import UNSEEN
from samb.studies.study import FigureKind
from tests.reports.conftest import Make
from tests.reports.studied import STUDY, published, study_run
from tests.reports.study_figures.test_shown import ours

Row = dict[str, Any]
TWO_MODES: tuple[Row, ...] = (
    {"prompt": "box", "value": 0.8},
    {"prompt": "point", "value": 0.6},
)
NETWORK: Row = {"prompt": "prompt_free", "model": "U-Net", "selection": "", "value": 0.9}


def shown(*rows: Row, mine: pd.DataFrame | None = None) -> Shown:
    return Shown.of(study_run(values=published(*rows)), mine)


def drawn(figure: Figure | None) -> list[Axes]:
    assert figure is not None
    return list(figure.axes)


def bars(axes: Axes) -> list[Rectangle]:
    return [it for it in axes.patches if isinstance(it, Rectangle)]


def legend(figure: Figure | None) -> list[str]:
    assert figure is not None
    return [it.get_text() for it in figure.legends[0].get_texts()]


def below(figure: Figure | None) -> str:
    """The footnote, on one line."""
    assert figure is not None
    return " ".join(figure.get_supxlabel().split())


def kinds(*rows: Row, wanted: Sequence[FigureKind] = STUDY.figures) -> list[str]:
    study = replace(STUDY, figures=tuple(wanted))
    return [it.name for it in study_pictures(study_run(values=published(*rows), study=study))]


CLICKS: tuple[Row, ...] = tuple(
    {"prompt": "clicks", "attempt": it, "value": 0.1 * it} for it in (1, 2, 3)
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures without pixels."""
    monkeypatch.setattr("samb.reports.study_figures.draw.png", lambda *_: b"")


@pytest.mark.usefixtures("quick")
def test_the_values_say_which_pictures_there_are() -> None:
    assert kinds({}) == []
    assert kinds(*TWO_MODES) == ["study_modes.png"]
    assert kinds(*CLICKS) == ["study_attempts.png"]
    assert kinds({}, NETWORK) == ["study_methods.png"]
    assert kinds(*TWO_MODES, *CLICKS, NETWORK) == [
        "study_modes.png", "study_attempts.png", "study_methods.png",
    ]  # fmt: skip


@pytest.mark.usefixtures("quick")
def test_the_study_says_which_of_them_it_wants() -> None:
    assert kinds(*TWO_MODES, *CLICKS, wanted=["attempts"]) == ["study_attempts.png"]
    assert kinds(*TWO_MODES, wanted=["matrix"]) == ["study_matrix.png"]


@pytest.mark.usefixtures("quick")
def test_more_methods_than_bars_can_tell_apart_become_a_table() -> None:
    many = [{**NETWORK, "model": f"net{it}"} for it in range(11)]
    assert kinds({}, *many) == ["study_matrix.png"]
    assert kinds({}, *many, wanted=["methods", "matrix"]) == ["study_matrix.png"]


def test_equal_values_give_equal_bytes() -> None:
    def once() -> list[Picture]:
        return study_pictures(study_run(values=published(*TWO_MODES)))

    assert once() == once() != []


def test_a_panel_per_mode_and_a_bar_per_value_of_its_length() -> None:
    left, right = drawn(draw_modes(shown(*TWO_MODES, *({**it, "target": "b"} for it in TWO_MODES))))
    assert [it.get_title("left") for it in (left, right)] == ["box\na box", "point"]
    assert [it.get_width() for it in bars(left)] == [0.8, 0.8]
    assert [it.get_width() for it in bars(right)] == [0.6, 0.6]


def test_fewer_targets_than_modes_turn_the_picture_round() -> None:
    (axes,) = drawn(draw_modes(shown(*TWO_MODES)))
    assert [it.get_text() for it in axes.get_yticklabels()] == ["box: a box", "point"]


def test_the_papers_are_bars_and_ours_are_marks_on_them_with_their_interval() -> None:
    mine = ours({"model": "sam_vit_b", "low": 0.4, "high": 0.6})
    figure = draw_modes(shown(*TWO_MODES, mine=mine))
    (axes,) = drawn(figure)
    (mark,) = [it for it in axes.lines if it.get_marker() == "o"]
    paper = bars(axes)[0]
    middle = paper.get_y() + paper.get_height() / 2
    assert np.asarray(mark.get_xydata()).tolist() == [[0.5, pytest.approx(middle)]]
    (interval,) = axes.collections
    assert isinstance(interval, LineCollection)
    assert interval.get_segments()[0][:, 0] == pytest.approx([0.4, 0.6])
    assert legend(figure) == ["paper: sam_vit_b, single [P]", "ours: sam_vit_b, single"]


def test_bars_of_an_oracle_are_empty_and_the_picture_says_what_that_is() -> None:
    rows = [{**it, "selection": rule} for it in TWO_MODES for rule in ("first", "oracle_iou")]
    figure = draw_modes(shown(*rows))
    (axes,) = drawn(figure)
    white = (1.0, 1.0, 1.0, 1.0)
    assert [it.get_facecolor() == white for it in bars(axes)] == [False, True, False, True]
    assert "Oracle: uses the reference, not deployable." in below(figure)


UNVERIFIED = {"evidence": "unverified:medium"}


@pytest.mark.parametrize("draw", [draw_modes, draw_methods, draw_matrix])
def test_what_no_source_shows_is_hatched_and_said_and_nothing_else_is(
    draw: Callable[[Shown], Figure | None],
) -> None:
    figure = draw(shown(TWO_MODES[0], {**TWO_MODES[1], **UNVERIFIED}, NETWORK))
    (axes,) = drawn(figure)
    hatched = [it.get_hatch() == UNSEEN for it in bars(axes)]
    assert hatched.count(True) == 1 < len(hatched)
    assert "[U] seen in no source" in below(figure)
    assert "quote none of them" in below(figure)


@pytest.mark.parametrize(("extra", "mark"), [({}, "[P]"), (UNVERIFIED, "[U, medium]")])
def test_the_best_method_without_prompts_is_an_upright_stroke_dashed_where_unseen(
    extra: Row, mark: str
) -> None:
    worse = {**NETWORK, "model": "V-Net", "value": 0.3}
    figure = draw_modes(shown(*TWO_MODES, {**NETWORK, **extra}, worse))
    (axes,) = drawn(figure)
    strokes = [it for it in axes.collections if isinstance(it, LineCollection)]
    assert [it.get_segments()[0][:, 0].tolist() for it in strokes] == [[0.9, 0.9]] * 2
    whole = LineCollection([], linestyles="solid").get_linestyle()
    assert [it.get_linestyle() == whole for it in strokes] == [not extra] * 2
    assert legend(figure)[-1] == f"paper: U-Net {mark}"


def test_substitutes_and_generated_data_are_named_and_set_apart() -> None:
    mine = ours(
        {"dataset": "kvasir_seg", "target": "polyp", "role": "substitute"},
        {"dataset": "kvasir_seg", "target": "polyp", "role": "substitute", "prompt": "point"},
        {"dataset": "phantoms", "target": "polyp", "role": "phantoms", "stands_for": ""},
    )
    figure = draw_modes(shown(*TWO_MODES, mine=mine))
    left = drawn(figure)[0]
    assert [it.get_text().replace("\n", " ") for it in left.get_yticklabels()] == [
        "Kvasir: adenoma",
        "kvasir_seg: polyp, substitute for Kvasir",
        "phantoms: polyp, generated: plumbing only",
    ]
    rules = [it for it in left.lines if np.array_equal(it.get_xdata(), [0, 1])]
    assert len(rules) == 2
    assert "their values are no repetition of the paper's" in below(figure)
    assert "and nothing of the paper" in below(figure)


def test_what_was_left_out_is_counted() -> None:
    run = study_run(values=published(*TWO_MODES), withheld=7)
    assert "7 values that no source shows are left out" in below(draw_modes(Shown.of(run)))


def test_a_curve_per_series_through_its_values_ours_thicker() -> None:
    mine = ours(*({"prompt": "clicks", "attempt": it, "value": 0.2 * it} for it in (2, 1)))
    other = {**CLICKS[0], "model": "RITM", "selection": ""}
    figure = draw_attempts(shown(*CLICKS, other, mine=mine))
    (axes,) = drawn(figure)
    papers, ritm, own = axes.lines
    assert np.asarray(papers.get_ydata()) == pytest.approx([0.1, 0.2, 0.3])
    assert np.array_equal(own.get_xdata(), [1, 2])
    assert own.get_linewidth() > 2 * papers.get_linewidth()
    assert (papers.get_linestyle(), ritm.get_linestyle()) == ("-", "--")
    assert legend(figure) == [
        "paper: sam_vit_b, single [P]", "paper: RITM [P]", "ours: builtin, single",
    ]  # fmt: skip


def test_a_mean_over_targets_stands_for_them_in_a_curve_and_of_each_role_alone() -> None:
    of_all = [{**it, "dataset": "all", "target": "all"} for it in CLICKS]
    mine = ours(*(
        {**it, "role": "substitute", "dataset": dataset, "target": "polyp"}
        for it in CLICKS for dataset in ("kvasir_seg", "polypgen")
    ))  # fmt: skip
    panels = drawn(draw_attempts(shown(*CLICKS, *of_all, mine=mine)))
    assert [it.get_title("left").replace("\n", " ") for it in panels] == [
        "mean over targets",
        "kvasir_seg: polyp, substitute for Kvasir",
        "polypgen: polyp, substitute for Kvasir",
    ]


def test_bars_of_a_group_stand_in_the_order_of_the_legend() -> None:
    figure = draw_methods(shown(*TWO_MODES, NETWORK, mine=ours({"value": 0.7})))
    (axes,) = drawn(figure)
    assert [it.get_height() for it in sorted(bars(axes), key=Rectangle.get_x)] == [
        0.8, 0.6, 0.7, 0.9,
    ]  # fmt: skip
    assert legend(figure) == [
        "paper: sam_vit_b, box, single [P]",
        "paper: sam_vit_b, point, single [P]",
        "ours: builtin, box, single",
        "paper: U-Net [P]",
    ]
    assert "left to right in the order of the legend" in below(figure)


def test_the_table_in_colours_writes_every_value_with_its_mark_and_says_where_none_is() -> None:
    rows = [*TWO_MODES, {**NETWORK, "target": "b", "evidence": "other_paper"}]
    (axes,) = drawn(draw_matrix(shown(*rows)))
    assert [it.get_text() for it in axes.texts] == [
        "no value", "0.800 P", "no value", "0.600 P", "0.900 O", "no value",
    ]  # fmt: skip


def test_a_run_of_no_study_has_no_such_picture(make: Make) -> None:
    assert pictures_of(make.material(make.scores({}))) == []


def test_of_modes_that_click_the_mask_shown_is_drawn(make: Make) -> None:
    rows = [
        {"dataset": "pranet_kvasir", "structure": "polyp", "prompt": "clicks", "attempt": attempt,
         "final": attempt == 2, "selection": rule, "value": value, "level": "frame"}
        for attempt in (1, 2) for rule, value in (("single", 0.5), ("oracle_iou", 0.9))
    ]  # fmt: skip
    material = replace(
        make.material(make.scores(*rows)),
        study=study_run("pranet_kvasir"),
        shown={"clicks": "single"},
    )
    seen = material.scores[material.scores["selection"] == "single"]
    assert pictures_of(material) == pictures_of(replace(material, scores=seen)) != []
