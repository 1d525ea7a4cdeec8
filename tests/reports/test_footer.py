from collections.abc import Sequence
from typing import Any

import pytest

from samb.reports.footer import METHOD, footer
from samb.reports.overlap import same_data


def said(sentences: Sequence[str], *parts: str) -> str:
    """The one sentence that has all parts."""
    (found,) = [s for s in sentences if all(part in s for part in parts)]
    return found


def test_failed_and_refused_cases_are_counted_with_their_reasons(make: Any) -> None:
    outcomes = make.outcomes(
        ("busi", "a", "g", "", "", "failed", "cannot read a.png"),
        ("busi", "b", "g", "", "", "failed", "cannot read b.png."),
        ("busi", "c", "g", "sam", "box_jitter_0p1", "refused", "too thin"),
        ("busi", "d", "g", "sam", "box", "done", ""),
    )
    sentences = footer(make.material(make.scores(), outcomes))
    assert said(sentences, "failed") == (
        "busi: 2 of 4 cases failed before any model saw it; "
        "first reasons: a: cannot read a.png; b: cannot read b.png."
    )
    assert said(sentences, "refused by") == (
        "busi: 1 of 4 cases refused by sam (box_jitter_0.1); reason: c: too thin."
    )


def test_more_reasons_than_are_shown_are_counted(make: Any) -> None:
    rows = [("busi", f"c{n}", "g", "", "", "failed", f"reason {n}") for n in range(5)]
    sentence = said(footer(make.material(make.scores(), make.outcomes(*rows))), "busi")
    assert "c2: reason 2; and 2 more." in sentence
    assert "reason 3" not in sentence


def test_a_run_without_failures_says_so(make: Any) -> None:
    outcomes = make.outcomes(
        ("busi", "a", "g", "sam", "box", "done", ""),
        ("busi", "a", "g", "sam", "point_random_1", "done", ""),
    )
    sentences = footer(make.material(make.scores({}), outcomes))
    assert "No case failed and none was refused (1 case)." in sentences


def test_a_gap_is_explained_once_and_is_no_failure(make: Any) -> None:
    outcomes = make.outcomes(
        ("busi", "a", "g", "box_fill", "everything", "gap", "it needs a prompt"),
        ("busi", "b", "g", "box_fill", "everything", "gap", "it needs a prompt"),
    )
    sentences = footer(make.material(make.scores({}), outcomes))
    assert said(sentences, "Gap") == (
        "Gap, not an error: box_fill cannot do everything (it needs a prompt)."
    )
    assert said(sentences, "No case failed")


def test_undefined_scores_are_counted_by_metric(make: Any) -> None:
    scores = make.scores(
        {"metric": "hd95", "unit": "px", "value": float("nan")},
        {"metric": "hd95", "unit": "px", "case": "c2"},
    )
    assert "HD95 1 of 2" in said(footer(make.material(scores)), "Undefined")


def test_it_says_which_selection_counts_and_marks_an_oracle(make: Any) -> None:
    scores = make.scores(
        {"prompt": "box_jitter_0p1"},
        {"prompt": "point_random_1", "selection": "oracle_dice"},
    )
    headline = {"box_jitter_0p1": "single", "point_random_1": "oracle_dice"}
    sentence = said(footer(make.material(scores, headline=headline)), "Which candidate")
    assert "single for box_jitter_0.1" in sentence
    assert "oracle_dice (oracle: uses the reference, not deployable) for point_random_1" in sentence


def test_scores_that_the_main_table_cannot_show_are_named(make: Any) -> None:
    scores = make.scores({}, {"model": "box_fill", "selection": "first"})
    assert said(footer(make.material(scores, headline={"box": "single"})), "only in the long") == (
        "kvasir_seg, box_fill, box is only in the long table: no score under single."
    )


def test_slices_of_a_volume_that_was_never_assembled_are_named(make: Any) -> None:
    scope = {"scope": "reference_slices"}
    volume = {"level": "volume", "frame": -1, **scope}
    scores = make.scores(volume, {"model": "other", **scope})
    assert said(footer(make.material(scores)), "only in the long") == (
        "kvasir_seg, other, box is only in the long table: no score at volume level."
    )


def test_the_method_is_stated_even_for_nothing_and_nothing_is_called_nothing(make: Any) -> None:
    sentences = footer(make.material(make.scores()))
    assert sentences[0].startswith("Nothing was scored")
    assert METHOD in sentences


def test_notes_of_models_and_floors_are_told(make: Any) -> None:
    cards = {"model/sam_random": {"note": "Random weights."}, "model/box_fill": {"floor": True}}
    scores = make.scores({"model": "sam_random"}, {"model": "box_fill"})
    sentences = footer(make.material(scores, cards=cards))
    assert "sam_random: Random weights." in sentences
    assert said(sentences, "Floors (box_fill)")


def test_several_annotators_are_told(make: Any) -> None:
    scores = make.scores({"annotator": "a"}, {"annotator": "b"})
    assert said(footer(make.material(scores)), "kvasir_seg has 2 annotators")


def test_a_model_trained_on_what_it_is_tested_on_is_a_warning(make: Any) -> None:
    cards = {
        "model/medsam": {"training_data": ["ISIC 2018", "Kvasir-SEG (train)"]},
        "model/sam": {"training_data": "SA-1B"},
        "dataset/kvasir_seg": {"title": "Kvasir-SEG: polyps"},
    }
    scores = make.scores({"model": "medsam"}, {"model": "sam"})
    assert "medsam" in said(footer(make.material(scores, cards=cards)), "Warning")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("kvasir_seg", "Kvasir-SEG", True),
        ("isic2018", "ISIC 2018, task 1", True),
        ("busi", "BUSI and others", True),
        ("busi", "business cards", False),
        ("ph2", "", False),
        ("acdc", "SA-1B", False),
    ],
)
def test_names_are_compared_whatever_their_spelling(one: str, other: str, same: bool) -> None:
    assert same_data(one, other) is same
    assert same_data(other, one) is same


def test_cases_are_counted_without_the_rows_of_whole_data_sets(make: Any) -> None:
    outcomes = make.outcomes(
        ("busi", "", "", "unet", "box", "gap", "it understands no box"),
        ("busi", "a", "g", "unet", "prompt_free", "refused", "no file"),
        ("busi", "b", "g", "unet", "prompt_free", "done", ""),
    )
    sentences = footer(make.material(make.scores({}), outcomes))
    assert said(sentences, "busi:").startswith("busi: 1 of 2 cases refused by unet")


def test_gaps_of_different_reasons_are_each_told(make: Any) -> None:
    outcomes = make.outcomes(
        ("busi", "", "", "unet", "prompt_free", "gap", "on busi: no files"),
        ("acdc", "", "", "unet", "prompt_free", "gap", "on acdc: no files"),
    )
    gaps = [it for it in footer(make.material(make.scores({}), outcomes)) if "Gap" in it]
    assert [it.partition("(")[2] for it in gaps] == ["on acdc: no files).", "on busi: no files)."]


def test_what_a_model_holds_for_no_case_is_told_once(make: Any) -> None:
    outcomes = make.outcomes(
        ("busi", "", "", "unet", "prompt_free", "unused", "2 of its 5 files belong to no case"),
        ("busi", "", "", "unet", "prompt_free_2", "unused", "2 of its 5 files belong to no case"),
    )
    told = [it for it in footer(make.material(make.scores({}), outcomes)) if "under unet" in it]
    assert told == ["busi under unet: 2 of its 5 files belong to no case."]


def test_a_structure_that_no_target_has_is_told_with_those_there_are(make: Any) -> None:
    named = {"model": "unet", "selection": "by_class"}
    false = {"metric": "false_positive_px", "unit": "px"}
    scores = make.scores(
        {**named, "structure": "liver"},
        {**named, **false, "structure": "liver", "frame": 2},
        {**named, **false, "structure": "Spleen"},
    )
    assert said(footer(make.material(scores)), "Warning: unet names") == (
        "Warning: unet names Spleen, which no target of kvasir_seg is called (there are: liver); "
        "only false positives are counted of it."
    )
