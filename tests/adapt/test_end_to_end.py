"""Every published recipe learns: it beats its own start on images it did not train on."""

from dataclasses import replace
from pathlib import Path

import pytest

from samb.adapt.history import History
from samb.adapt.playing import Mode
from samb.adapt.pool import read_case, split
from samb.adapt.recipe import Validation
from samb.adapt.session import Session, start_of
from samb.building import build_parts
from samb.choices import ConfigFolders
from samb.config import compose
from samb.datasets.phantoms import Phantoms
from samb.prompts.base import Prompter
from tests.adapt.conftest import TINY
from tests.adapt.test_recipes import NAMES, SHIPPED, recipe

CASES = list(Phantoms(kinds=("polyp",), count=24, size=64).cases())
POOL = split([own for case in CASES for own in read_case("polyps", case)[0]], [], 0.25, 0)
FOR_THE_TINY_MODEL = {
    # Published rates are for weights that are good already, and these are random.
    "learning_rate": 2e-3,
    "warmup_steps": 10,
    "decay": "constant",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name != "builtin"])
def test_a_recipe_beats_its_own_start_on_images_it_did_not_train_on(
    name: str, tmp_path: Path
) -> None:
    shipped = recipe(name).built
    rules = replace(
        shipped,
        optimiser=replace(shipped.optimiser, **FOR_THE_TINY_MODEL),  # type: ignore[arg-type]
        validation=Validation(fraction=0.25, every_steps=50, targets=16),
        steps=200,
        images_per_step=4,
        targets_per_image=1,
    )
    chosen = compose([f"prompt=[{','.join(rules.prompts)}]"], ConfigFolders(SHIPPED.shipped, None))
    prompts = build_parts(chosen["prompt"], "prompt", Prompter)
    modes = tuple(Mode(it.name, it.built, 1.0) for it in prompts)
    start = start_of(rules, TINY, POOL)
    Session(rules, POOL, modes, start, tmp_path, "{}", "cpu").run(lambda row: None)
    dsc = History(tmp_path / "history.csv").curve("dsc")[1]
    assert max(dsc[1:]) > dsc[0] + 0.1
