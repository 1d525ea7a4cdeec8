from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from samb.errors import RequestError
from samb.models.architectures import Architecture
from samb.models.checkpoints import check_weights, read_weights
from samb.models.official import outline
from samb.models.random_weights import random_weights

SIDE = 64


@pytest.fixture(scope="module")
def weights() -> dict[str, Tensor]:
    return random_weights("tiny", SIDE, seed=0)


def saved(content: object, path: Path) -> Path:
    torch.save(content, path)
    return path


def assert_same(found: object, weights: dict[str, Tensor]) -> None:
    assert isinstance(found, dict)
    assert found.keys() == weights.keys()
    assert all(found[name].equal(own) for name, own in weights.items())


def test_an_official_state_dict_is_read(tmp_path: Path, weights: dict[str, Tensor]) -> None:
    path = saved(weights, tmp_path / "sam.pth")
    found = read_weights(path)
    assert_same(found, weights)
    check_weights(found, "tiny", SIDE, path)


def test_the_older_format_of_torch_is_read(tmp_path: Path, weights: dict[str, Tensor]) -> None:
    path = tmp_path / "old.pth"
    torch.save(weights, path, _use_new_zipfile_serialization=False)
    assert_same(read_weights(path), weights)


@pytest.mark.parametrize("key", ["model", "state_dict"])
def test_a_training_checkpoint_gives_its_weights(
    tmp_path: Path, weights: dict[str, Tensor], key: str
) -> None:
    parallel = {f"module.{name}": own for name, own in weights.items()}
    path = saved({key: parallel, "optimizer": {"lr": 1e-4}, "epoch": 3}, tmp_path / "train.pth")
    assert_same(read_weights(path), weights)


def test_safetensors_are_read(tmp_path: Path, weights: dict[str, Tensor]) -> None:
    path = tmp_path / "sam.safetensors"
    save_file(weights, path)
    assert_same(read_weights(path), weights)


@pytest.mark.parametrize("name", ["sam.pth", "sam.safetensors"])
@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_a_truncated_file_is_a_clear_error(
    tmp_path: Path, weights: dict[str, Tensor], name: str, share: float
) -> None:
    path = tmp_path / name
    if path.suffix == ".pth":
        torch.save(weights, path)
    else:
        save_file(weights, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(RequestError, match=rf"{name}: .*truncated"):
        read_weights(path)


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"\x89PNG\r\n" + bytes(999)])
def test_a_file_of_another_kind_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sam.pth"
    path.write_bytes(content)
    with pytest.raises(RequestError, match=r"sam\.pth: not a PyTorch checkpoint"):
        read_weights(path)


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (Path("should-never-exist"),)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path, *, zipped: bool) -> None:
    path = tmp_path / "sam.pth"
    torch.save({"model": Harmful()}, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(RequestError, match=r"sam\.pth: holds pickled objects beside tensors"):
        read_weights(path)


@pytest.mark.parametrize("content", [[1, 2], {}, torch.zeros(3)])
def test_something_else_than_a_state_dict_is_refused(tmp_path: Path, content: object) -> None:
    path = saved(content, tmp_path / "sam.pth")
    with pytest.raises(RequestError, match="expected a state dict"):
        read_weights(path)


@pytest.mark.parametrize("other", ["vit_b", "vit_l", "vit_h"])
def test_another_architecture_is_named(other: Architecture) -> None:
    found = outline(other, 1024).state_dict()
    wanted: Architecture = "vit_l" if other == "vit_b" else "vit_b"
    sentence = (
        rf"f\.pth: not the weights of {wanted} .*looks like {other}; set architecture={other}"
    )
    with pytest.raises(RequestError, match=sentence):
        check_weights(found, wanted, 1024, Path("f.pth"))


def test_missing_and_unknown_tensors_are_counted_and_one_is_named(
    weights: dict[str, Tensor],
) -> None:
    changed = dict(weights)
    changed["adapter.weight"] = changed.pop("mask_decoder.iou_token.weight")
    sentence = (
        r"1 of its \d+ tensors are missing \(such as mask_decoder.iou_token.weight\), "
        r"1 are unknown \(such as adapter.weight\)"
    )
    with pytest.raises(RequestError, match=sentence):
        check_weights(changed, "tiny", SIDE, Path("f.pth"))


def test_weights_for_another_input_size_are_refused_by_shape(weights: dict[str, Tensor]) -> None:
    sentence = r"image_encoder.pos_embed has shape \(1, 4, 4, 32\), wanted \(1, 8, 8, 32\)"
    with pytest.raises(RequestError, match=sentence):
        check_weights(weights, "tiny", 128, Path("f.pth"))
