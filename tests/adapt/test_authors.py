"""Files with the authors' own key names, made up in the right shapes, come in and go out again."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor

from samb.adapt.authors import AUTHORS, PARTS, Author, exported, imported
from samb.errors import RequestError
from samb.models.changes import Adapters, Changes, Lora
from samb.models.checkpoints import read_weights
from samb.models.official import Sam, assemble, outline
from samb.models.random_weights import random_weights
from samb.models.substitutions import substitute

WEIGHTS = random_weights("tiny", 64, seed=0)
CHANGES = {
    "medsam": Changes(),
    "polyp_sam": Changes(),
    "samed": Changes(lora=Lora(rank=4), classes=("liver", "spleen")),
    "msa_2d": Changes(adapters=Adapters()),
}


def changed(author: Author) -> Sam:
    sam = assemble("tiny", 64, WEIGHTS)
    substitute(sam, CHANGES[author])
    return sam


def equal(ours: Mapping[str, Tensor], theirs: Mapping[str, Tensor]) -> bool:
    return list(ours) == list(theirs) and all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.mark.parametrize("author", AUTHORS)
def test_what_goes_out_under_an_authors_names_comes_in_again(author: Author) -> None:
    tensors = changed(author).state_dict()
    if author == "samed":
        kept = ("_down.", "_up.", "prompt_encoder.", "mask_decoder.")
        tensors = {key: own for key, own in tensors.items() if any(part in key for part in kept)}
    back = imported(author, exported(author, tensors))
    assert equal(dict(sorted(back.items())), dict(sorted(tensors.items())))


def test_samed_names_queries_then_values_block_by_block() -> None:
    names = exported("samed", changed("samed").state_dict())["model"]
    assert {f"w_{letter}_{number:03d}" for letter in "ab" for number in range(4)} <= names.keys()
    model = changed("samed").image_encoder.blocks
    with torch.no_grad():
        model[1].attn.qkv.value_down.weight.fill_(7)
    tensors = {
        "image_encoder.blocks.1.attn.qkv.value_down.weight": model[1].attn.qkv.value_down.weight
    }
    assert list(exported("samed", tensors)["model"]) == ["w_a_003"]


def test_a_file_of_samed_fits_the_model_it_is_for() -> None:
    theirs = exported("samed", changed("samed").state_dict())["model"]
    answer = changed("samed").load_state_dict(imported("samed", {"f": theirs}), strict=False)
    assert not answer.unexpected_keys


def test_the_medical_sam_adapter_names_its_relative_positions_in_its_own_way() -> None:
    names = exported("msa_2d", changed("msa_2d").state_dict())["model"].keys()
    assert "image_encoder.blocks.0.attn.rel_h" in names
    assert "image_encoder.blocks.0.Space_Adapter.D_fc1.weight" in names
    assert "image_encoder.blocks.0.MLP_Adapter.D_fc2.bias" in names
    assert "image_encoder.blocks.0.mlp.lin1.weight" in names


def test_an_adapter_that_the_2d_model_never_uses_is_left_out() -> None:
    theirs = exported("msa_2d", changed("msa_2d").state_dict())["model"]
    unused = {"image_encoder.blocks.0.Depth_Adapter.D_fc1.weight": torch.zeros(2)}
    found = imported("msa_2d", {"file": {**theirs, **unused}})
    assert found.keys() == changed("msa_2d").state_dict().keys()


def test_polyp_sams_three_files_have_no_prefix() -> None:
    files = exported("polyp_sam", WEIGHTS)
    assert tuple(files) == PARTS
    assert "pos_embed" in files["image_encoder"]


def test_one_file_is_not_polyp_sams_three() -> None:
    with pytest.raises(RequestError, match="a file for each of image_encoder, prompt_encoder"):
        imported("polyp_sam", {"image_encoder": WEIGHTS})


def test_a_training_file_of_medsam_is_read_behind_its_prefixes(tmp_path: Path) -> None:
    path = tmp_path / "medsam_model_best.pth"
    nested = {"model": {f"module.{key}": own for key, own in WEIGHTS.items()}, "epoch": 3}
    torch.save(nested, path)
    assert set(read_weights(path)) == set(outline("tiny", 64).state_dict())


def test_another_file_is_not_taken_for_samed() -> None:
    with pytest.raises(RequestError, match="w_a_000"):
        imported("samed", {"other.pth": WEIGHTS})
