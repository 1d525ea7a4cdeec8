"""What a training writes of itself is what it was."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from samb.adapt.protocol import changes_of, write_recipe
from samb.adapt.recipe import Input, Recipe
from samb.building import build_parts
from samb.models.changes import Changes, Lora
from tests.adapt.conftest import RECIPE
from tests.adapt.test_recipes import NAMES, recipe


@pytest.mark.parametrize("name", NAMES)
def test_a_written_recipe_is_read_as_the_same_recipe(name: str, tmp_path: Path) -> None:
    shipped = recipe(name)
    write_recipe(tmp_path, shipped.built, shipped.card)
    content = yaml.safe_load((tmp_path / "recipe.yaml").read_text(encoding="utf-8"))
    (read,) = build_parts(content, "recipe", Recipe)
    assert read.built == shipped.built
    assert read.card == shipped.card


def test_changes_are_named_by_their_path_with_what_was_stated() -> None:
    changed = replace(
        RECIPE,
        prompts={"point_random_1": 2.0},
        preprocessing=Input(side=64),
        changes=Changes(lora=Lora(2)),
    )
    assert sorted(changes_of(changed, RECIPE)) == [
        "changes.lora.rank=2 (unset)",
        "preprocessing.side=64 (unset)",
        "prompts.box=unset (1.0)",
        "prompts.point_random_1=2.0 (unset)",
    ]


def test_nothing_changed_is_no_change() -> None:
    assert changes_of(RECIPE, replace(RECIPE)) == []
