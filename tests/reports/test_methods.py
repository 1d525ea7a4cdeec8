from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from samb.reports.against import compared_models, promptless
from samb.reports.difference_table import difference_section
from samb.reports.material import Material
from samb.reports.methods import against_methods, method_section
from samb.reports.paired import holm, paired

HEADLINE = {"box": "single", "prompt_free": "by_class", "everything": "oracle_iou"}
UNET: Mapping[str, object] = {"model": "unet", "prompt": "prompt_free", "selection": "by_class"}
GAINS = (0.1, 0.2, 0.3, 0.25, 0.15, 0.05)


def material(make: Any, *rows: Mapping[str, object]) -> Material:
    made: Material = make.material(
        make.scores(*rows),
        headline=HEADLINE,
        whole_views=frozenset({"prompt_free", "everything"}),
    )
    return made


def groups(gains: tuple[float, ...] = GAINS, **fields: object) -> Iterator[dict[str, object]]:
    """One target a group: the U-Net has 0.5, the model with a box 0.5 and what it gains."""
    for number, gain in enumerate(gains):
        place = {"case": f"c{number}", "group": f"p{number}", **fields}
        yield {**UNET, **place, "value": 0.5}
        yield {**place, "value": 0.5 + gain}


def test_a_prompted_model_is_paired_with_a_method_whatever_the_mode(make: Any) -> None:
    (found,) = against_methods(material(make, *groups()))
    assert (found.model, found.prompt, found.method) == ("sam_vit_b", "box", "unet")
    assert found.method_prompt == "prompt_free"
    assert found.comparison == paired(GAINS)
    assert (found.pairs, found.left_out, found.averaged) == (6, 0, False)


def test_the_objects_of_a_frame_are_averaged_where_the_method_names_structures(make: Any) -> None:
    polyps = [{"object_id": f"polyp/{n}", "value": value} for n, value in ((1, 0.5), (2, 1.0))]
    (found,) = against_methods(material(make, {**UNET, "value": 0.5}, *polyps))
    assert found.comparison.effect == 0.25
    assert (found.pairs, found.averaged) == (1, True)


def test_the_objects_of_a_method_are_paired_one_by_one(make: Any) -> None:
    cellpose = {"model": "cellpose", "prompt": "everything", "selection": "oracle_iou"}
    rows = [
        {"object_id": f"nucleus/{n}", "value": value, **fields}
        for n in (1, 2)
        for value, fields in ((0.25 * n, cellpose), (1.0, {}))
    ]
    (found,) = against_methods(material(make, *rows, {"object_id": "nucleus/3"}))
    assert found.comparison.effect == (0.75 + 0.5) / 2
    assert (found.pairs, found.left_out, found.averaged) == (2, 1, False)


def test_every_repeat_is_held_against_the_one_answer_of_the_method(make: Any) -> None:
    repeats = [{"repeat": n, "value": value} for n, value in enumerate((0.5, 0.75, 1.0))]
    (found,) = against_methods(material(make, {**UNET, "value": 0.5}, *repeats))
    assert (found.comparison.effect, found.pairs) == (0.25, 3)


def test_of_volumes_slices_are_compared_too_and_the_scopes_are_told_apart(make: Any) -> None:
    whole: dict[str, object] = {"level": "volume", "frame": -1}
    asked, every = {"scope": "reference_slices"}, {"scope": "all_slices"}
    rows = [
        {**UNET, **every, **whole, "value": 0.5},
        {**asked, **whole, "value": 0.75},
        {**UNET, **every, "value": 0.75},
        {**asked, "value": 0.875},
    ]
    frame, volume = against_methods(material(make, *rows))
    assert (frame.level, frame.comparison.effect, frame.told_slices) == ("frame", 0.125, False)
    assert (volume.level, volume.comparison.effect, volume.told_slices) == ("volume", 0.25, True)
    section = method_section(material(make, *rows))
    assert section is not None
    assert any("level volume are not like for like" in note for note in section.notes)


def test_two_methods_are_compared_once(make: Any) -> None:
    nnunet = {**UNET, "model": "nnunet", "value": 0.75}
    found = against_methods(material(make, {**UNET, "value": 0.5}, nnunet, {"value": 1.0}))
    assert [(it.model, it.method, it.comparison.effect) for it in found] == [
        ("sam_vit_b", "nnunet", 0.25),
        ("unet", "nnunet", -0.25),
        ("sam_vit_b", "unet", 0.5),
    ]


def test_p_values_are_corrected_over_the_rows_of_the_table(make: Any) -> None:
    rows = [*groups(), *groups((0.1, -0.1, 0.02, 0.03, -0.05, 0.2), structure="tool")]
    again = ({**row, "model": "other"} for row in groups() if "model" not in row)
    section = method_section(material(make, *rows, *again))
    assert section is not None
    p = list(section.data["sign_flip_p"])
    assert list(section.data["sign_flip_p_holm"]) == pytest.approx(holm(p))
    assert set(section.data["minus"]) == {"unet"}


def test_a_method_that_comes_first_in_the_alphabet_does_not_hide_models_from_each_other(
    make: Any,
) -> None:
    bet = {**UNET, "model": "bet"}
    shown = material(make, {**bet}, {"model": "medsam"}, {"model": "sam_vit_b"})
    assert compared_models(shown) == ["medsam", "sam_vit_b", "bet"]
    section = difference_section(shown)
    assert section is not None
    assert list(section.data["model"]) == ["sam_vit_b"]
    assert not any("Without a row" in note for note in section.notes)


def test_where_nobody_was_prompted_there_is_no_such_table(make: Any) -> None:
    everything = {"prompt": "everything", "selection": "oracle_iou"}
    shown = material(make, everything, {**everything, "model": "medsam"})
    assert promptless(shown) == frozenset()
    assert method_section(shown) is None
