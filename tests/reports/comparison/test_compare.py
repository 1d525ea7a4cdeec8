import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samb.errors import RequestError
from samb.reports.comparison.choice import Choice
from samb.reports.comparison.rules import Rules

ALL = Choice(metrics=())


def test_a_run_compared_with_itself_in_another_order_never_fails(bench: Any) -> None:
    scores = bench.scores()
    for seed in range(3):
        verdict = bench.compare(scores, scores.sample(frac=1, random_state=seed), ALL)
        assert verdict.passed
        assert [cell.loss for cell in verdict.cells] == [0.0] * 12
        assert not verdict.differences


def test_a_planted_loss_in_one_structure_is_found_and_nothing_else(bench: Any) -> None:
    scores = bench.scores()
    verdict = bench.compare(scores, bench.worse(scores, 0.03, structure="liver"))
    assert bench.failed(verdict) == {
        ("liver", "box", "dsc"): ["loss"],
        ("liver", "point_random_1", "dsc"): ["loss"],
    }
    assert not verdict.problems


def test_a_planted_loss_in_one_mode_is_found_and_nothing_else(bench: Any) -> None:
    scores = bench.scores()
    verdict = bench.compare(scores, bench.worse(scores, 0.03, prompt="box"))
    assert set(bench.failed(verdict)) == {(it, "box", "dsc") for it in ("liver", "spleen", "polyp")}


def test_a_loss_of_the_allowed_size_passes_however_certain(bench: Any) -> None:
    scores = bench.scores()
    lower = scores.assign(value=scores["value"] - 0.01 * (scores["metric"] == "dsc"))
    verdict = bench.compare(scores, lower)
    assert verdict.passed
    assert all(cell.adjusted_p < 0.001 for cell in verdict.cells)
    assert not bench.compare(scores, lower, rules=Rules(allowed=0.009)).passed


def test_a_loss_that_is_the_same_in_all_groups_up_to_rounding_has_no_width(bench: Any) -> None:
    scores = bench.scores()
    scores = scores[scores["group"] < "g06"]
    lower = scores.assign(value=scores["value"] - 0.05 * (scores["metric"] == "dsc"))
    for cell in bench.compare(scores, lower).cells:
        assert (cell.interval.low, cell.interval.high) == pytest.approx((0.05, 0.05))


def test_a_large_loss_of_one_group_alone_is_no_evidence(bench: Any) -> None:
    scores = bench.scores()
    verdict = bench.compare(scores, bench.worse(scores, 0.6, group="g00", structure="liver"))
    (cell, _) = (it for it in verdict.cells if it.about.structure == "liver")
    assert cell.loss == pytest.approx(0.6 / 20, abs=0.001)
    assert cell.adjusted_p > 0.05
    assert cell.interval.low <= 0
    assert verdict.passed


def test_a_cell_fails_only_where_its_interval_excludes_zero(bench: Any) -> None:
    scores = bench.scores()
    noisy = scores.assign(value=scores["value"] - np.random.default_rng(3).normal(
        0.035, 0.08, len(scores)))  # fmt: skip
    cells = bench.compare(scores, noisy, ALL).cells
    assert {cell.interval.low > 0 for cell in cells} == {True, False}
    for cell in cells:
        assert (cell.interval.low > 0) == (cell.adjusted_p <= 0.05)
        assert bool(cell.problems) == (cell.interval.low > 0 and cell.loss > cell.allowed)


def test_larger_distances_are_losses_and_smaller_ones_are_not(bench: Any) -> None:
    scores = bench.scores()
    distance = scores["metric"] == "hd95"
    further = scores.assign(value=scores["value"] + 0.6 * distance)
    verdict = bench.compare(scores, further, Choice(metrics=("hd95",)))
    assert all(kinds == ["loss"] for kinds in bench.failed(verdict).values())
    assert len(verdict.failed_cells) == 6
    assert verdict.cells[0].loss == pytest.approx(0.6)
    assert verdict.cells[0].allowed == 0.5
    assert bench.compare(further, scores, Choice(metrics=("hd95",))).passed


def test_of_signed_errors_the_size_counts(bench: Any) -> None:
    scores = bench.scores().replace({"metric": {"dsc": "volume_error"}})
    signed = scores.assign(value=np.where(scores["unit"] == "", -0.1, scores["value"]))
    other = signed.assign(value=np.where(scores["unit"] == "", 0.1, scores["value"]))
    choice = Choice(metrics=("volume_error",))
    assert bench.compare(signed, other, choice).cells[0].loss == 0
    larger = signed.assign(value=np.where(scores["unit"] == "", 0.3, scores["value"]))
    assert bench.compare(signed, larger, choice).cells[0].loss == pytest.approx(0.2)


def test_means_and_loss_are_over_groups_of_targets_that_both_define(bench: Any) -> None:
    scores = bench.scores()
    scores = scores[(scores["structure"] == "liver") & (scores["prompt"] == "box")]
    scores = scores[(scores["metric"] == "dsc") & scores["group"].isin(["g00", "g01"])]
    first = scores.assign(value=[0.9, 0.7, 0.5, 0.6])
    second = scores.assign(value=[0.8, math.nan, 0.3, 0.5])
    (cell,) = bench.compare(first, second).cells
    assert cell.baseline == pytest.approx((0.9 + 0.55) / 2)
    assert cell.run == pytest.approx((0.8 + 0.4) / 2)
    assert cell.loss == pytest.approx((0.1 + 0.15) / 2)
    assert (cell.groups, cell.paired, cell.defined) == (2, 4, 3)


def test_more_undefined_scores_fail_and_fewer_do_not(bench: Any) -> None:
    scores = bench.scores()
    undefined = scores.copy()
    undefined.loc[(undefined["structure"] == "polyp") & (undefined["group"] == "g03"), "value"] = (
        math.nan
    )
    verdict = bench.compare(scores, undefined)
    assert bench.failed(verdict) == {
        ("polyp", "box", "dsc"): ["undefined"], ("polyp", "point_random_1", "dsc"): ["undefined"]
    }  # fmt: skip
    assert verdict.failed_cells[0].problems[0].told == (
        "2 scores newly undefined (2 are now, 0 were before)"
    )
    assert bench.compare(undefined, scores).passed
    assert bench.compare(undefined, undefined).passed


def test_newly_undefined_scores_do_not_hide_behind_others_that_became_defined(bench: Any) -> None:
    scores = bench.scores()
    before, after = scores.copy(), scores.copy()
    before.loc[before["group"] == "g03", "value"] = math.nan
    after.loc[after["group"] == "g04", "value"] = math.nan
    assert not bench.compare(before, after).passed


def test_missing_targets_fail_where_they_are_missing(bench: Any) -> None:
    scores = bench.scores()
    gone = (scores["case"] == "g07/1") & (scores["structure"] == "spleen")
    verdict = bench.compare(scores, scores[~gone])
    assert bench.failed(verdict) == {
        ("spleen", "box", "dsc"): ["missing"], ("spleen", "point_random_1", "dsc"): ["missing"]
    }  # fmt: skip
    told = verdict.failed_cells[0].problems[0].told
    assert told == "1 of 40 scores of the baseline are missing"


def test_a_missing_cell_fails_and_a_new_one_is_told(bench: Any) -> None:
    scores = bench.scores()
    fewer = scores[scores["prompt"] == "box"]
    verdict = bench.compare(scores, fewer)
    assert len(verdict.failed_cells) == 3
    assert {kind for kinds in bench.failed(verdict).values() for kind in kinds} == {"missing"}
    wider = bench.compare(fewer, scores)
    assert wider.passed
    assert wider.notes[0] == "3 cells of the run stand in no baseline and are not judged."


def test_another_version_of_a_mode_is_another_mode(bench: Any) -> None:
    scores = bench.scores()
    assert len(bench.compare(scores, scores.assign(version=2)).failed_cells) == 6


def test_measuring_nothing_is_no_pass(bench: Any) -> None:
    scores = bench.scores()
    nothing = scores.assign(value=math.nan)
    verdict = bench.compare(nothing, nothing)
    assert [it.kind for it in verdict.problems] == ["nothing"]
    assert not bench.compare(scores, scores.iloc[:0]).passed
    with pytest.raises(RequestError, match="holds nothing to compare under metric aji"):
        bench.compare(scores, scores, Choice(metrics=("aji",)))


def test_with_fewer_than_five_groups_size_alone_decides_and_says_so(bench: Any) -> None:
    scores = bench.scores()
    few = scores[scores["group"] < "g04"]
    verdict = bench.compare(few, bench.worse(few, 0.05, structure="liver"))
    assert {key[0] for key in bench.failed(verdict)} == {"liver"}
    assert (
        "judged by size alone: 4 of at least 5 groups" in verdict.failed_cells[0].problems[0].told
    )
    assert "6 cells of 6 with fewer than 5 groups" in verdict.notes[0]


def test_newly_failed_cases_fail_and_old_ones_do_not(bench: Any) -> None:
    scores = bench.scores()
    before = bench.side(scores, failed=frozenset({("d", "x", "", "")}))
    now = bench.side(scores, failed=frozenset({("d", "x", "", ""), ("d", "y", "sam", "box")}))
    (problem,) = bench.compare(before, now).problems
    assert problem.kind == "failed"
    assert problem.told == "1 case failed or was refused only now: d/y"
    assert bench.compare(now, before).passed
    assert "does not tell which cases failed" in bench.compare(
        bench.side(scores, failed=None), now).notes[0]  # fmt: skip


@pytest.mark.parametrize(("now", "passed"), [(0.14, True), (0.16, False), (None, False)])
def test_a_slower_run_fails_where_speed_is_asked_for(
    bench: Any, now: float | None, passed: bool
) -> None:
    scores = bench.scores()
    before = bench.side(scores, seconds_per_unit=0.1)
    run = bench.side(scores, seconds_per_unit=now)
    assert bench.compare(before, run, rules=Rules(slower=1.5)).passed == passed
    assert bench.compare(before, run).passed


def test_two_models_are_compared_by_a_mapping(bench: Any) -> None:
    scores = bench.scores()
    other = bench.worse(scores, 0.05, prompt="box").assign(model="medsam")
    both = pd.concat([scores, other])
    verdict = bench.compare(both, both, Choice(models={"sam": "medsam"}))
    assert {key[1] for key in bench.failed(verdict)} == {"box"}
    assert {cell.about.model for cell in verdict.cells} == {"sam"}
    assert bench.compare(both, both, Choice(models={"medsam": "sam"})).passed
    with pytest.raises(RequestError, match="no scores of model 'sma'; it has medsam, sam"):
        bench.compare(both, both, Choice(models={"sma": "sam"}))


def test_where_the_models_differ_in_name_the_way_to_compare_them_is_told(bench: Any) -> None:
    scores = bench.scores()
    verdict = bench.compare(scores, scores.assign(model="medsam"))
    assert not verdict.passed
    assert verdict.notes[1] == (
        "run has no scores of sam; it has medsam. Two models are compared with --model A=B."
    )


def test_annotators_and_repeats_are_paired_with_their_own(bench: Any) -> None:
    scores = bench.scores()
    second = scores.assign(annotator="second", value=scores["value"] / 2)
    again = scores.assign(repeat=1, value=scores["value"] / 3)
    run = pd.concat([again, second, scores])
    assert bench.compare(pd.concat([scores, second, again]), run).passed
    assert {cell.paired for cell in bench.compare(run, run).cells} == {120}


def test_only_headline_final_and_main_level_count_unless_all_is_asked_for(bench: Any) -> None:
    scores = bench.scores()
    clicks = scores[scores["prompt"] == "box"].assign(prompt="clicks")
    more = pd.concat([
        scores,
        scores.assign(selection="oracle_dice"),
        scores.assign(level="frame", scope="reference_slices"),
        clicks.assign(attempt=1, final=False),
        clicks.assign(attempt=2),
    ])  # fmt: skip
    side = bench.side(more, headline={"box": "single", "point_random_1": "single"})
    assert len(bench.compare(side, side).cells) == 9
    assert len(bench.compare(side, side, Choice(everything=True)).cells) == 2 * (3 * 6 + 3 * 3)
    oracle = bench.compare(side, side, Choice(selections=("oracle_dice",)))
    assert {cell.about.selection for cell in oracle.cells} == {"oracle_dice"}


def test_the_number_of_attempts_may_change(bench: Any) -> None:
    scores = bench.scores()
    assert bench.compare(scores.assign(attempt=5), scores.assign(attempt=4)).passed


def test_counts_are_neither_good_nor_bad_and_are_left_out(bench: Any) -> None:
    scores = bench.scores().replace({"metric": {"dsc": "pixels"}})
    more = scores.assign(value=np.where(scores["unit"] == "", 9.0, scores["value"]))
    cells = bench.compare(scores, more, ALL).cells
    assert {cell.about.metric for cell in cells} == {"hd95"}


def test_a_metric_that_nobody_describes_is_refused(bench: Any) -> None:
    scores = bench.scores().replace({"metric": {"dsc": "mine"}})
    with pytest.raises(RequestError, match="nobody says which way mine is better"):
        bench.compare(scores, scores, ALL)


def test_two_scores_of_one_thing_are_refused(bench: Any) -> None:
    scores = bench.scores()
    with pytest.raises(RequestError, match="two scores of the same thing"):
        bench.compare(scores, pd.concat([scores, scores]))


@pytest.mark.parametrize(
    "wrong", [{"allowed": -0.1}, {"slower": 0}, {"allowed_distance": math.nan}]
)
def test_limits_below_nothing_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="should be"):
        Rules(**wrong)
