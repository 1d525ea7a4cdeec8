import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from samb.building import build_parts, locate, validated
from samb.datasets.base import Dataset
from samb.errors import RequestError
from samb.prompts.base import Prompter
from samb.prompts.box import Box


@dataclass(frozen=True)
class Sample:
    """Parameters of several kinds."""

    text: str
    count: Annotated[int, Field(ge=1)] = 1
    pair: tuple[float, float] = (0.0, 1.0)
    labels: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pair[0] > self.pair[1]:
            msg = f"pair should rise, got {self.pair}"
            raise ValueError(msg)


def box(**params: Any) -> dict[str, Any]:
    return {"box": {"_target_": "samb.prompts.box.Box", **params}}


def test_a_choice_becomes_its_object_with_name_parameters_and_card() -> None:
    (part,) = build_parts(box(jitter=0.25, card={"version": 2}), "prompt", Prompter)
    assert part.built == Box(0.25)
    assert (part.name, part.target) == ("box", "samb.prompts.box.Box")
    assert (part.params, part.card) == ({"jitter": 0.25}, {"version": 2})


def test_parameters_are_made_of_what_yaml_gives() -> None:
    built = validated(Sample, {"text": "a", "pair": [1, 2], "labels": {"liver": 1}}, "it")
    assert built == Sample("a", 1, (1.0, 2.0), {"liver": 1})


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"txt": "a"}, "it has no parameter 'txt'; did you mean 'text'? There are: count, labels"),
        ({"count": 0}, "it: count should be greater than or equal to 1, got 0"),
        ({"count": "many"}, "it: count should be a valid integer"),
        ({"count": "many"}, ", got 'many'"),
        ({"pair": "1,2"}, "it: pair should be a list, as in [a,b], got '1,2'"),
        ({"pair": [1, "x"]}, "it: pair.1 should be a valid number"),
        ({"labels": {"liver": "x"}}, "it: labels.liver should be a valid integer"),
        ({"pair": [2, 1]}, "it: pair should rise, got (2.0, 1.0)"),
    ],
)
def test_a_wrong_parameter_is_one_sentence_with_what_was_wanted_and_given(
    params: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RequestError, match=re.escape(sentence)) as caught:
        validated(Sample, {"text": "a", **params}, "it")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("given", [{}, {"root": "???"}])
def test_a_missing_value_names_the_argument_to_give(given: dict[str, str]) -> None:
    choice = {"_target_": "samb.datasets.image_folder.ImageFolder", **given}
    with pytest.raises(RequestError, match=r"needs root: give dataset\.mine\.root=\.\.\.$"):
        build_parts({"mine": choice}, "dataset", Dataset)


def test_a_misspelt_parameter_is_said_before_what_is_missing() -> None:
    choice = {"_target_": "samb.datasets.image_folder.ImageFolder", "root": "???", "rot": "x"}
    with pytest.raises(RequestError, match="no parameter 'rot'; did you mean 'root'"):
        build_parts({"mine": choice}, "dataset", Dataset)


def test_a_class_of_another_room_is_refused() -> None:
    with pytest.raises(RequestError, match=r"dataset box: .*Box should be a Dataset"):
        build_parts(box(), "dataset", Dataset)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("os.path.join", "it asks for os.path.join, and only classes of samb may be built"),
        ("Box", "it asks for Box, and only classes of samb"),
        ("sambal.Box", "it asks for sambal.Box, and only classes of samb"),
        ("samb", "it asks for samb: "),
        ("samb.nowhere.Box", "it asks for samb.nowhere.Box: No module named 'samb.nowhere'"),
        ("samb.prompts.box.Bx", "it asks for samb.prompts.box.Bx: module"),
        ("samb.building.os.system", "it asks for samb.building.os.system: No module named"),
        ("samb.building.locate", "it asks for samb.building.locate, which is not a dataclass"),
        ("samb.prompts.base.Prompter", "it asks for samb.prompts.base.Prompter, which is not"),
    ],
)
def test_only_dataclasses_of_samb_may_be_built(target: str, sentence: str) -> None:
    with pytest.raises(RequestError, match=re.escape(sentence)):
        locate(target, "it")


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module outside samb with a prompter of its own; returns its `_target_`."""
    source = (
        "from dataclasses import dataclass\n"
        "from samb.prompts.box import Box\n"
        "@dataclass(frozen=True)\n"
        "class Wide(Box):\n"
        "    pass\n"
    )
    (tmp_path / "lab_prompts.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lab_prompts", raising=False)
    return "lab_prompts.Wide"


def test_a_package_is_not_even_imported_unless_it_is_trusted(
    plugin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAMB_TRUST", raising=False)
    with pytest.raises(RequestError, match="name its package in SAMB_TRUST if you trust it"):
        locate(plugin, "prompt wide")
    assert "lab_prompts" not in sys.modules


@pytest.mark.parametrize("trust", ["lab_prompts", "other,lab_prompts", "other, lab_prompts"])
def test_a_package_that_samb_trust_names_is_built(
    plugin: str, monkeypatch: pytest.MonkeyPatch, trust: str
) -> None:
    monkeypatch.setenv("SAMB_TRUST", trust)
    (part,) = build_parts({"wide": {"_target_": plugin, "jitter": 0.1}}, "prompt", Prompter)
    assert isinstance(part.built, Box)
    assert part.built.jitter == 0.1
