"""A prompt-free head learns and is judged on pictures that show nothing, too."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import torch
from torch import Tensor

from samb.adapt.network import Network
from samb.adapt.objectives import PromptFree
from samb.adapt.recipe import Recipe
from samb.adapt.samples import Sample, Samples, tasks_on
from samb.adapt.validation import validation_samples
from samb.models.official import assemble
from samb.models.preprocessing import Preprocessing
from samb.types import BoolArray
from tests.adapt.conftest import RECIPE, TINY, pictures

SMALL = Preprocessing(side=64)
SHOWN = pictures(4)
BARE = [replace(own, case_id=f"bare {own.case_id}", outlines=()) for own in SHOWN]
HEAD = replace(RECIPE, prompts={}, prompt_free=True, images_per_step=1)
LEFT = np.arange(64)[None].repeat(64, axis=0) < 32


@dataclass(frozen=True)
class Answering(Network):
    """Gives the answer it is told."""

    logits: Tensor = field(kw_only=True)

    def semantic(self, features: Tensor) -> Tensor:
        return self.logits


def answering(found: dict[int, BoolArray]) -> Answering:
    """A network of two structures that is sure of these masks (64, 64), by number."""
    logits = torch.full((1, 3, 64, 64), -5.0)
    logits[:, 0] = 0
    for number, mask in found.items():
        logits[0, number][torch.from_numpy(mask)] = 5
    return Answering(assemble("tiny", 64, TINY.weights()), SMALL, "cpu", logits=logits)


def scores(found: dict[int, BoolArray], wanted: BoolArray | None) -> list[float]:
    """Of an answer to a picture that shows the first of two structures, or none."""
    picture = SHOWN[0]
    structure = picture.outlines[0].structure
    tasks = () if wanted is None else tasks_on(picture, picture.image, {0: wanted})
    objective = PromptFree(HEAD, (structure, "other"))
    sample = Sample(picture, picture.image, tasks)
    return objective.scores(answering(found), torch.zeros(1), [sample])["prompt_free"]


@pytest.mark.parametrize(
    ("found", "wanted", "dsc"),
    [
        ({}, None, []),
        ({1: LEFT}, None, [0.0]),
        ({1: LEFT}, LEFT, [1.0]),
        ({}, LEFT, [0.0]),
        ({1: LEFT, 2: ~LEFT}, LEFT, [1.0, 0.0]),
    ],
)
def test_a_structure_found_where_it_is_not_scores_0_and_none_where_none_is_does_not_count(
    found: dict[int, BoolArray], wanted: BoolArray | None, dsc: list[float]
) -> None:
    assert scores(found, wanted) == dsc


@pytest.mark.parametrize("zoom", [(1.0, 1.0), (2.0, 3.0)])
def test_pictures_without_a_target_are_drawn_as_often_as_others(zoom: tuple[float, float]) -> None:
    recipe = replace(HEAD, augmentation=replace(HEAD.augmentation, zoom=zoom))
    samples = Samples([*SHOWN, *BARE], recipe, SMALL)
    bare = sum(not samples.step(step)[0].picture.outlines for step in range(200))
    # 200 draws at one in two: the standard deviation is 7.1.
    assert 100 - 28 < bare < 100 + 28


def test_a_promptable_model_is_asked_for_a_target_every_time() -> None:
    samples = Samples([*SHOWN, *BARE], replace(RECIPE, images_per_step=4), SMALL)
    assert all(sample.tasks for step in range(10) for sample in samples.step(step))


@pytest.mark.parametrize(("recipe", "bare"), [(HEAD, 4), (RECIPE, 0)])
def test_a_prompt_free_head_alone_validates_on_pictures_without_a_target(
    recipe: Recipe, bare: int
) -> None:
    many = replace(recipe, validation=replace(recipe.validation, targets=1000))
    found = validation_samples([*SHOWN, *BARE], many, SMALL)
    assert sum(not sample.tasks for sample in found) == bare


def test_a_picture_of_targets_too_small_to_learn_is_not_one_of_none() -> None:
    blind = replace(HEAD, min_pixels=64 * 64)
    assert not Samples(SHOWN, blind, SMALL).step(0)
    assert not validation_samples(SHOWN, blind, SMALL)


def test_a_picture_without_a_target_counts_as_one_of_those_that_validate() -> None:
    three = replace(HEAD, validation=replace(HEAD.validation, targets=3))
    assert len(validation_samples(BARE, three, SMALL)) == 3


def test_a_head_that_finds_nothing_where_nothing_is_has_the_smaller_loss() -> None:
    objective = PromptFree(HEAD, ("organ", "other"))
    sample = Sample(SHOWN[0], SHOWN[0].image, ())
    right, wrong = (
        objective.loss(answering(found), torch.zeros(1), [sample], 0).item()
        for found in ({}, {1: LEFT})
    )
    assert right < wrong
