"""Small pools and trainings that several tests share."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from samb.adapt.playing import Mode
from samb.adapt.pool import Picture, Pool, read_case, split
from samb.adapt.recipe import Input, Losses, Optimiser, Recipe, Validation
from samb.adapt.session import Session, start_of
from samb.datasets.random_shapes import RandomShapes
from samb.models.preprocessing import Preprocessing
from samb.models.random_sam import SamRandom
from samb.prompts.box import Box

TINY = SamRandom(preprocessing=Preprocessing(side=64))
RECIPE = Recipe(
    trains=("mask_decoder",),
    prompts={"box": 1.0},
    preprocessing=Input(),
    losses=Losses(),
    optimiser=Optimiser(learning_rate=1e-3),
    validation=Validation(fraction=0.25, every_steps=2, targets=6),
    steps=4,
    images_per_step=2,
    targets_per_image=2,
)
Make = Callable[..., Session]


def pictures(count: int = 8) -> list[Picture]:
    cases = RandomShapes(count=count, size=64).cases()
    return [picture for case in cases for picture in read_case("shapes", case)[0]]


@pytest.fixture(scope="session")
def pool() -> Pool:
    return split(pictures(), [], RECIPE.validation.fraction, 0)


@pytest.fixture
def session(pool: Pool, tmp_path: Path) -> Make:
    """A training of the tiny model in a folder; keywords replace fields of the recipe."""

    def make(folder: str = "training", identity: str = "{}", **changed: object) -> Session:
        recipe = replace(RECIPE, **changed)  # type: ignore[arg-type]  # any field
        (tmp_path / folder).mkdir(exist_ok=True)
        modes = tuple(Mode(name, Box(), 1.0) for name in recipe.prompts)
        start = start_of(recipe, TINY, pool)
        return Session(recipe, pool, modes, start, tmp_path / folder, identity, "cpu")

    return make
