import pytest
import torch

from samb.errors import RequestError
from samb.models.devices import available_devices, default_decode_batch, pick_device


def test_cpu_is_always_there_and_taken_last() -> None:
    assert "cpu" in available_devices()
    assert pick_device("cpu") == "cpu"


def test_an_absent_device_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(RequestError, match=r"'cuda:99' is not on this machine; there is .*cpu"):
        pick_device("cuda:99")


def test_the_best_device_is_taken_when_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert pick_device(None) == "cuda"
    assert pick_device("cuda:1") == "cuda:1"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert pick_device(None) == "mps"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert pick_device(None) == "cpu"


def test_a_cpu_decodes_one_prompt_at_a_time() -> None:
    assert default_decode_batch("cpu") == 1
    assert default_decode_batch("cuda:1") == 64
