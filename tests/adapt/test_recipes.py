"""Every shipped recipe builds, says what it follows, and trains what its paper trains."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from samb.adapt.network import train_only
from samb.adapt.recipe import Recipe
from samb.adapt.samples import Samples
from samb.building import Part, build_parts
from samb.choices import ConfigFolders
from samb.config import compose
from samb.models.changes import Changes
from samb.models.official import outline
from samb.models.preprocessing import Preprocessing
from samb.models.substitutions import substitute
from samb.prompts.base import Prompter
from samb.streams import stream
from samb.types import FloatArray
from tests.adapt.conftest import pictures
from tests.strategies import task_of

SHIPPED = ConfigFolders(ConfigFolders.find().shipped, None)
NAMES = sorted(SHIPPED.choices("recipe"))
ORGANS = ("spleen", "kidney_r", "kidney_l", "gall", "liver", "stomach", "aorta", "pancreas")


def recipe(name: str) -> Part[Recipe]:
    return build_parts({name: SHIPPED.read("recipe", name)}, "recipe", Recipe)[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_recipe_says_what_it_follows_and_where_that_is_written(name: str) -> None:
    card = recipe(name).card
    assert card["faithful_to"] in {"paper", "code", "nothing published"}
    assert card["title"]
    assert card["source"]


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_mode_of_a_recipe_is_one_of_the_benchmark(name: str) -> None:
    assert set(recipe(name).built.prompts) <= set(SHIPPED.choices("prompt"))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("medsam_v1", 4_058_340),
        ("medsam_v2", 93_729_252),
        ("skinsam", 4_064_560),
        ("polyp_sam", 93_735_472),
        ("samed", 4_913_621),
        ("msa_2d", 7_100_928 + 4_058_340),
    ],
)
def test_a_recipe_trains_exactly_the_parameters_of_its_paper_on_vit_b(
    name: str, count: int
) -> None:
    rules = recipe(name).built
    classes = ORGANS if rules.prompt_free else ()
    with torch.device("meta"):
        sam = outline("vit_b", 512 if rules.prompt_free else 1024)
        substitute(sam, Changes(rules.changes.lora, rules.changes.adapters, classes))
    assert sum(own.numel() for own in train_only(sam, rules.trains)) == count


def test_the_low_rank_part_of_samed_is_147_456_parameters() -> None:
    with torch.device("meta"):
        sam = outline("vit_b", 512)
        substitute(sam, Changes(lora=recipe("samed").built.changes.lora))
    names = [name for name, _ in sam.named_parameters() if "_up." in name or "_down." in name]
    own = dict(sam.named_parameters())
    assert sum(own[name].numel() for name in names if "qkv" in name) == 147_456


@pytest.mark.parametrize(
    ("name", "resize", "intensity", "channels"),
    [
        ("medsam_v1", "stretch", "mean_std", None),
        ("medsam_v2", "stretch", "min_max", None),
        ("polyp_sam", "stretch", "unit", "bgr"),
        ("samed", "stretch", "unit", None),
    ],
)
def test_a_recipe_shows_images_as_its_code_does(
    name: str, resize: str, intensity: str, channels: str | None
) -> None:
    seen = recipe(name).built.preprocessing
    assert (seen.resize, seen.intensity, seen.channels) == (resize, intensity, channels)


def outward(name: str) -> FloatArray:
    """(400, 4) how far the boxes of a recipe's only mode lie outside the target, in px of 1024."""
    mode = f"prompt=[{','.join(recipe(name).built.prompts)}]"
    prompter = build_parts(compose([mode], SHIPPED)["prompt"], "prompt", Prompter)[0].built
    mask = np.zeros((1024, 1024), dtype=bool)
    mask[400:600, 400:600] = True
    task = task_of(mask[None])
    drawn = [prompter.next_prompts(task, [], stream(index))[0].box_xyxy for index in range(400)]
    return np.array(drawn) @ np.diag([-1, -1, 1, 1]) - [-400, -400, 599, 599]


@pytest.mark.parametrize(
    ("name", "most", "step"), [("medsam_v1", 76, 4), ("skinsam", 76, 4), ("medsam_v2", 20, 1)]
)
def test_boxes_are_as_loose_as_those_the_code_trains_with(name: str, most: int, step: int) -> None:
    assert set(np.unique(outward(name)).tolist()) == set(range(0, most + 1, step))


def test_medsam_v1_leaves_out_targets_of_100_px_of_256() -> None:
    assert recipe("medsam_v1").built.min_pixels == 101


def test_samed_sees_a_quarter_of_the_images_as_they_are() -> None:
    rules = replace(recipe("samed").built, images_per_step=1)
    shown = pictures(1)[0]
    samples = Samples([shown], rules, Preprocessing(resize="stretch", side=64))
    unmoved = sum(np.array_equal(samples.step(it)[0].image, shown.image) for it in range(200))
    # 200 draws at one in four: the standard deviation is 6.1.
    assert 50 - 25 < unmoved < 50 + 25
