"""`samb adapt` and `samb models import` as a person meets them."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from samb.adapt.authors import PARTS, exported
from samb.adapt.history import History
from samb.models.changes import Changes, Lora
from samb.models.official import assemble
from samb.models.random_weights import random_weights
from samb.models.substitutions import substitute
from tests.cli.test_commands import Samb, flat, samb

__all__ = ["samb"]

SMALL = [
    "model=sam_random",
    "model.sam_random.preprocessing.side=64",
    "dataset=phantoms",
    "dataset.phantoms.kinds=[polyp]",
    "dataset.phantoms.count=4",
]


def short(recipe: str) -> list[str]:
    values = ("steps=2", "validation.every_steps=1", "validation.targets=2")
    return [f"recipe={recipe}", *(f"recipe.{recipe}.{value}" for value in values)]


def test_an_adapted_model_runs_beside_the_one_it_came_from(samb: Samb) -> None:
    said = samb("adapt", *short("medsam_v1"), *SMALL)
    assert said.status == 0, said.err
    assert "trained parameters: 233,148" in said.out
    card = card_of("medsam_v1_sam_random")
    assert card["training_data"] == [
        "none",
        "phantoms (Phantoms, generated images with exact references)",
    ]
    ran = samb("run", *SMALL[1:], "model=[sam_random,medsam_v1_sam_random]", "prompt=box")
    assert ran.status == 0, ran.err
    assert "medsam_v1" in ran.out
    assert "from sam_random: random weights" in flat(ran.out)


def card_of(name: str) -> dict[str, Any]:
    content = yaml.safe_load(Path(f"configs/model/{name}.yaml").read_text())
    card: dict[str, Any] = content[name]["card"]
    return card


def test_a_card_says_what_of_the_recipe_was_changed_and_what_the_model_stands_on(
    samb: Samb, base: Path
) -> None:
    changed = ["recipe.medsam_v1.losses.dice=0", "recipe.medsam_v1.optimiser.learning_rate=0.5"]
    said = samb("adapt", *short("medsam_v1"), *changed, *ON_BASE, "recipe.medsam_v1.seed=7")
    assert said.status == 0, said.err
    card = card_of("tuned")
    assert card["faithful_to"] == (
        "code, with 6 values changed: losses.dice=0.0 (1.0), optimiser.learning_rate=0.5 (1e-05), "
        "validation.every_steps=1 (50), validation.targets=2 (64), steps=2 (400), seed=7 (0)"
    )
    assert card["seed"] == 7
    assert card["base"] == "base (A tiny SAM)"
    assert card["licence"].startswith("CC0 of the base (base base); ")
    assert card["licence"].endswith("(phantoms)")
    assert "CC0 of the base (base base)" in flat(said.out)


def test_a_card_gives_the_score_of_every_mode_before_and_after(samb: Samb) -> None:
    arguments = [*short("medsam_v1"), "recipe.medsam_v1.prompts.box=1", *SMALL, "name=two"]
    assert samb("adapt", *arguments).status == 0
    scores = History(Path("results/adaptations/two/history.csv"))
    card = card_of("two")
    kept = int(card["validation_dsc"].split()[2])
    assert list(card["validation_dsc_by_mode"]) == ["box_outward_19", "box"]
    for mode, said in card["validation_dsc_by_mode"].items():
        values = scores.curve(f"dsc {mode}")[1]
        assert said == f"{values[kept]:.3f}, {values[0]:.3f} before"


NAMES = ("first", "again")


def test_a_folder_holds_the_recipe_as_it_ran_and_it_runs_again(samb: Samb) -> None:
    assert samb("adapt", *short("medsam_v1"), *SMALL, "name=first").status == 0
    folder = Path("results/adaptations/first")
    Path("configs/recipe").mkdir()
    shutil.copy(folder / "recipe.yaml", "configs/recipe")
    said = samb("adapt", "recipe=recipe", *SMALL, "name=again")
    assert said.status == 0, said.err
    ours, theirs = (Path(f"results/adaptations/{it}/weights.safetensors") for it in NAMES)
    assert ours.read_bytes() == theirs.read_bytes()
    first, again = (card_of(name)["faithful_to"] for name in NAMES)
    assert first == again
    assert first.startswith("code, with 3 values changed: validation.every_steps=1 (50), ")


def test_a_folder_names_the_groups_that_were_kept_apart(samb: Samb) -> None:
    arguments = [*short("medsam_v1"), "recipe.medsam_v1.validation.fraction=0.5", *SMALL]
    assert samb("adapt", *arguments, "name=mine").status == 0
    written = Path("results/adaptations/mine/validation_groups.csv").read_text().splitlines()
    assert written[0] == "dataset,group"
    assert len(set(written[1:])) == 2
    assert all(line.startswith("phantoms,") for line in written[1:])


def test_an_adaptation_cannot_have_the_name_of_the_recipe_in_its_folder(samb: Samb) -> None:
    said = samb("adapt", *short("medsam_v1"), *SMALL, "name=recipe")
    assert said.status == 2
    assert "give this model another name with name=..." in flat(said.err)


def test_a_prompt_free_model_answers_without_a_prompt(samb: Samb) -> None:
    assert samb("adapt", *short("samed"), *SMALL, "name=head").status == 0
    ran = samb("run", *SMALL[2:], "model=head", "prompt=prompt_free")
    assert ran.status == 0, ran.err
    assert "polyp" in ran.out


def test_the_same_command_again_goes_on_and_keeps_its_name(samb: Samb) -> None:
    arguments = [*short("msa_2d"), *SMALL, "name=mine"]
    first, second = samb("adapt", *arguments), samb("adapt", *arguments)
    assert first.status == second.status == 0, second.err
    assert "step 2" in first.out
    assert "step 1:" not in second.out


def test_a_name_that_another_model_has_is_refused(samb: Samb) -> None:
    said = samb("adapt", *short("medsam_v1"), *SMALL, "name=box_fill")
    assert said.status == 2
    assert "there is already a model 'box_fill'" in flat(said.err)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dataset=phantoms"], "choose a recipe, as in recipe=medsam_v1"),
        (["recipe=medsam", "dataset=phantoms"], "there is no recipe 'medsam'; did you mean"),
        (["recipe=medsam_v1"], "choose at least one dataset to train on"),
        (["recipe=medsam_v1", "recipe.samed.steps=3"], "recipe 'samed' is not chosen"),
        (
            ["recipe=medsam_v1", "recipe.medsam_v1.step=3", "dataset=phantoms"],
            "recipe medsam_v1 has no parameter 'step'; did you mean 'steps'?",
        ),
        (
            ["recipe=medsam_v1", "model=box_fill", "dataset=phantoms", "limit=2"],
            "only SAM can be adapted, and this is a BoxFill",
        ),
        (
            [*short("medsam_v1"), *SMALL, "recipe.medsam_v1.trains=[mask_decode]"],
            "there is no such module; in the model there are: image_encoder, prompt_encoder",
        ),
        (
            [*short("medsam_v1"), *SMALL, "seed=7"],
            "seed=7: a training takes dataset, model, limit, name and what the recipe has, as "
            "recipe.medsam_v1.seed",
        ),
        (
            [*short("medsam_v1"), *SMALL, "recipe.medsam_v1.preprocessing.side=100"],
            "the recipe's input does not fit the model: preprocessing.side must be a multiple",
        ),
        (
            [
                *short("medsam_v1"),
                *SMALL[2:],
                "model=builtin",
                "recipe.medsam_v1.preprocessing.side=336",
            ],
            "an input of small must have a side of a multiple of 32 px, got preprocessing.side=336",
        ),
        (
            [*short("builtin"), *SMALL, "recipe.builtin.shares.dsb2018=2"],
            "recipe builtin has a share of dsb2018, which is not among the datasets of this "
            "training: phantoms",
        ),
        (
            [*short("medsam_v1"), *SMALL, "limit=1"],
            "dataset phantoms has 1 group with targets, and at least two are needed",
        ),
    ],
)
def test_a_wrong_request_is_answered_with_a_sentence(
    samb: Samb, arguments: list[str], sentence: str
) -> None:
    said = samb("adapt", *arguments)
    assert said.status == 2
    assert sentence in flat(said.err)


def test_recipes_are_listed_and_shown(samb: Samb) -> None:
    listed, shown = samb("list", "recipes"), samb("show", "recipe", "samed")
    assert "medsam_v1" in listed.out
    assert "code" in listed.out
    assert "hitachinsk/SAMed" in shown.out


@pytest.fixture
def base(samb: Samb) -> Path:
    """A tiny SAM with a checkpoint, named `base`."""
    Path("configs/model").mkdir(parents=True)
    path = Path("base.pth").resolve()
    torch.save(random_weights("tiny", 64, seed=0), path)
    content = {
        "_target_": "samb.models.sam.Sam",
        "architecture": "tiny",
        "checkpoint": str(path),
        "preprocessing": {"side": 64},
        "card": {"title": "A tiny SAM", "licence": "CC0 of the base"},
    }
    Path("configs/model/base.yaml").write_text(yaml.safe_dump({"base": content}))
    return path


ON_BASE = ["model=base", *SMALL[2:], "name=tuned"]


def test_an_adapted_model_is_refused_on_another_file_under_its_bases_name(
    samb: Samb, base: Path
) -> None:
    assert samb("adapt", *short("medsam_v1"), *ON_BASE).status == 0
    digest = hashlib.sha256(base.read_bytes()).hexdigest()
    assert samb("models", "verify", "tuned").status == 0
    torch.save(random_weights("tiny", 64, seed=1), base)
    said = samb("run", *SMALL[2:], "model=tuned", "prompt=box")
    assert said.status == 2
    assert f"adapted from base with SHA-256 {digest}, and the file there has" in flat(said.err)


def test_polyp_sams_three_files_become_a_model(samb: Samb, base: Path) -> None:
    files = exported("polyp_sam", torch.load(base))
    for part in PARTS:
        torch.save(files[part], f"{part}.pth")
    names = [f"{part}.pth" for part in PARTS]
    said = samb("models", "import", "polyp_sam", *names, "--name", "polyp", "--base", "base")
    assert said.status == 0, said.err
    content = yaml.safe_load(Path("configs/model/polyp.yaml").read_text())["polyp"]
    assert content["preprocessing"]["channels"] == "bgr"
    ran = samb("run", *SMALL[2:], "model=polyp", "prompt=box", "limit=1")
    assert ran.status == 0, ran.err


def test_a_samed_file_becomes_a_prompt_free_model_on_its_base(samb: Samb, base: Path) -> None:
    torch.save(samed_file(), "epoch_159.pth")
    arguments = ("--name", "mine", "--base", "base", "--classes", "polyp")
    said = samb("models", "import", "samed", "epoch_159.pth", *arguments)
    assert said.status == 0, said.err
    content = yaml.safe_load(Path("configs/model/mine.yaml").read_text())["mine"]
    assert content["changes"]["lora"] == {"rank": 3}
    assert content["checkpoint"] == str(base)
    assert content["base"] == "base"
    assert content["base_sha256"] == hashlib.sha256(base.read_bytes()).hexdigest()
    ran = samb("run", *SMALL[2:], "model=mine", "prompt=prompt_free", "limit=1")
    assert ran.status == 0, ran.err


def test_a_file_that_does_not_fit_leaves_no_config(samb: Samb, base: Path) -> None:
    torch.save({"image_encoder.pos_embed": torch.zeros(1, 2, 2, 32)}, "other.pth")
    said = samb("models", "import", "medsam", "other.pth", "--name", "mine", "--base", "base")
    assert said.status == 2
    assert "do not fit" in flat(said.err)
    assert not left_behind()


def left_behind() -> list[Path]:
    found = (*Path("configs/model").glob("*.yaml"), *Path("cache").rglob("*.safetensors"))
    return [path for path in found if path.name != "base.yaml"]


def samed_file() -> dict[str, torch.Tensor]:
    sam = assemble("tiny", 64, random_weights("tiny", 64, seed=0))
    substitute(sam, Changes(lora=Lora(3), classes=("polyp",)))
    return exported("samed", sam.state_dict())["model"]


PLAIN = random_weights("tiny", 64, seed=0)
NESTED = {"epoch": 3, **PLAIN}
SECOND_BLOCK = {"image_encoder.blocks.1.Space_Adapter.D_fc1.weight": torch.zeros(8, 32)}
FLAT = {"image_encoder.blocks.0.Space_Adapter.D_fc1.weight": torch.zeros(8)}
POLYP = ["--classes", "polyp"]


@pytest.mark.parametrize(
    ("author", "content", "options", "sentence"),
    [
        ("msa_2d", PLAIN, ["--base", "base"], "hold a Space_Adapter in every block, and this one"),
        ("msa_2d", SECOND_BLOCK, ["--base", "base"], "to read its size, got none"),
        ("msa_2d", FLAT, ["--base", "base"], "to read its size, got shape (8,)"),
        ("medsam", PLAIN, ["--base", "box_fill"], "--base box_fill is a BoxFill, and adaptations"),
        ("medsam", NESTED, ["--base", "base"], "its 'epoch' is of type int"),
        ("medsam", PLAIN, ["--base", "base", "--side", "100"], "a multiple of 16 px, got 100"),
        ("medsam", PLAIN, ["--base", "base", "--side", "0"], "greater than 0, got 0"),
        ("medsam", PLAIN, ["--base", "base", "--name", "a.b"], "digits, _ and - alone, got 'a.b'"),
        ("samed", samed_file(), [*POLYP, "--base", "sam_random"], "sam_random is a SamRandom"),
        ("samed", samed_file(), POLYP, "`samb models fetch sam_vit_b`"),
        ("samed", PLAIN, [*POLYP, "--base", "base"], "and this one holds none"),
        ("samed", samed_file(), ["--classes", "a,b", "--base", "base"], "tensors do not fit"),
    ],
)
def test_a_wrong_import_is_answered_with_a_sentence_and_leaves_nothing(
    samb: Samb,
    base: Path,
    author: str,
    content: dict[str, object],
    options: list[str],
    sentence: str,
) -> None:
    torch.save(content, "theirs.pth")
    said = samb("models", "import", author, "theirs.pth", "--name", "mine", *options)
    assert said.status == 2
    assert sentence in flat(said.err)
    assert "failed where it should not" not in said.err
    assert not left_behind()


def test_an_import_does_not_write_over_the_tensors_of_another(samb: Samb, base: Path) -> None:
    torch.save(PLAIN, "theirs.pth")
    there = Path("cache/checkpoints/mine.safetensors")
    there.parent.mkdir(parents=True)
    there.write_bytes(b"of another config folder")
    said = samb("models", "import", "medsam", "theirs.pth", "--name", "mine", "--base", "base")
    assert said.status == 2
    assert "is there already" in flat(said.err)
    assert there.read_bytes() == b"of another config folder"


def test_a_recipe_from_nothing_takes_no_model_of_samb_runs_defaults(samb: Samb) -> None:
    values = ("steps=1", "preprocessing.side=64", "validation.targets=2", "images_per_step=1")
    changed = [f"recipe.builtin_start.{value}" for value in values]
    said = samb("adapt", "recipe=builtin_start", *changed, *SMALL[2:], "name=first")
    assert said.status == 0, said.err
