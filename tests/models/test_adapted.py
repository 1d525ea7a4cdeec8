"""An adapted SAM stands on the very file it was adapted from."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from samb.errors import RequestError
from samb.models.adapted import AdaptedSam
from samb.models.preprocessing import Preprocessing
from samb.models.random_weights import random_weights
from samb.models.store import sha256_of

SMALL = Preprocessing(side=64)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.safetensors"
    save_file(random_weights("tiny", 64, seed=0), path)
    return path


@pytest.fixture
def learnt(tmp_path: Path) -> str:
    name = "mask_decoder.iou_token.weight"
    save_file({name: torch.ones(1, 64)}, tmp_path / "learnt.safetensors")
    return str(tmp_path / "learnt.safetensors")


def model(base: Path, learnt: str, name: str | None, sha256: str | None) -> AdaptedSam:
    return AdaptedSam("tiny", learnt, str(base), name, sha256, preprocessing=SMALL)


def test_what_was_learnt_is_refused_on_another_base_of_the_same_shapes(
    base: Path, learnt: str
) -> None:
    pinned = model(base, learnt, "first", sha256_of(base))
    pinned.check()
    save_file(random_weights("tiny", 64, seed=1), base)
    with pytest.raises(
        RequestError, match=rf"adapted from first with SHA-256 {pinned.base_sha256}, and the file "
    ):
        pinned.check()


def test_a_config_from_before_bases_were_pinned_still_loads(base: Path, learnt: str) -> None:
    model(base, learnt, None, None).check()


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("sam_vit_b", "`samb models fetch sam_vit_b` gets it"), (None, "`samb models fetch NAME`")],
)
def test_a_base_that_is_not_there_can_be_fetched(
    tmp_path: Path, learnt: str, name: str | None, remedy: str
) -> None:
    with pytest.raises(RequestError, match=f"no checkpoint at .*gone.pth.*{remedy}"):
        model(tmp_path / "gone.pth", learnt, name, "0" * 64).check()


def test_a_base_that_was_verified_is_not_read_through_again(
    base: Path, learnt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path / "cache"))
    pinned = model(base, learnt, "first", sha256_of(base))
    monkeypatch.setattr("samb.models.store.compute_sha256", pytest.fail)
    pinned.check()
