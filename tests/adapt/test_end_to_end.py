"""Every published recipe learns: it beats its own start on images it did not train on."""

from dataclasses import replace
from pathlib import Path

import pytest

from samb.adapt.history import History
from samb.adapt.playing import Mode
from samb.adapt.pool import Pool, read_case, split
from samb.adapt.recipe import Validation
from samb.adapt.session import Session, start_of
from samb.building import build_parts
from samb.config import compose
from samb.datasets.phantoms import Kind, Phantoms
from samb.models.base import Model
from samb.prompts.base import Prompter
from tests.adapt.test_recipes import SHIPPED, recipe

SMALL = {"preprocessing": {"side": 64}}
"""The built-in model at a quarter of its input, so that a step takes a tenth of a second."""
MIN_PIXELS = 12
"""Of an input of 64 px: what recipes leave out is counted at 256 px or more."""
FASTER = {"learning_rate": 2e-4, "warmup_steps": 5, "decay": "constant"}
"""Published rates are for thousands of steps."""


def builtin() -> Model:
    content = {"builtin": SHIPPED.read("model", "builtin") | SMALL}
    return build_parts(content, "model", Model)[0].built


def pool(kind: Kind) -> Pool:
    cases = Phantoms(kinds=(kind,), count=40, size=64, dimensions=2).cases()
    return split([own for case in cases for own in read_case(kind, case)[0]], [], 0.25, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("medsam_v1", "abdomen"),
        ("medsam_v2", "abdomen"),
        ("skinsam", "abdomen"),
        ("polyp_sam", "abdomen"),
        ("msa_2d", "abdomen"),
        ("samed", "ultrasound"),
    ],
)
def test_a_recipe_beats_its_own_start_on_images_it_did_not_train_on(
    name: str, kind: Kind, tmp_path: Path
) -> None:
    shipped = recipe(name).built
    rules = replace(
        shipped,
        optimiser=replace(shipped.optimiser, **FASTER),  # type: ignore[arg-type]
        validation=Validation(fraction=0.25, every_steps=150, targets=60),
        steps=150,
        images_per_step=4,
        targets_per_image=1,
        min_pixels=min(shipped.min_pixels, MIN_PIXELS),
    )
    mode = f"prompt=[{','.join(rules.prompts)}]"
    prompts = build_parts(compose([mode], SHIPPED)["prompt"], "prompt", Prompter)
    modes = tuple(Mode(it.name, it.built, 1.0) for it in prompts)
    images = pool(kind)
    start = start_of(rules, builtin(), images)
    Session(rules, images, modes, start, tmp_path, "{}", "cpu").run(lambda row: None)
    dsc = History(tmp_path / "history.csv").curve("dsc")[1]
    start_dsc, end_dsc = dsc
    assert end_dsc > start_dsc + 0.1
