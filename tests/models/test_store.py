import hashlib
import os
from pathlib import Path

import pytest

from samb.models import store
from samb.models.store import cache_root, checkpoint_path, sha256_of


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_bare_name_lies_in_the_cache_and_a_path_where_it_says(cache: Path) -> None:
    assert checkpoint_path("sam.pth") == cache / "checkpoints" / "sam.pth"
    assert checkpoint_path("/data/sam.pth") == Path("/data/sam.pth")
    assert checkpoint_path("mine/sam.pth") == Path("mine/sam.pth")
    assert checkpoint_path("./sam.pth") == Path("sam.pth")
    assert checkpoint_path("~/sam.pth") == Path.home() / "sam.pth"


def test_without_samb_cache_the_cache_is_in_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAMB_CACHE")
    assert cache_root() == Path.home() / ".cache" / "samb"


def test_a_digest_is_computed_once_and_again_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    assert sha256_of(file) == hashlib.sha256(b"one").hexdigest()
    monkeypatch.setattr(store, "compute_sha256", lambda _: "computed again")
    assert sha256_of(file) == hashlib.sha256(b"one").hexdigest()
    file.write_bytes(b"two")
    os.utime(file, ns=(1, 1))
    assert sha256_of(file) == "computed again"


@pytest.mark.parametrize("memory", ["no JSON", "[1]"])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, cache: Path, memory: str) -> None:
    cache.mkdir()
    (cache / "sha256.json").write_text(memory)
    file = tmp_path / "file"
    file.write_bytes(b"one")
    assert sha256_of(file) == hashlib.sha256(b"one").hexdigest()


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    file = tmp_path / "file"
    file.write_bytes(b"one")
    assert sha256_of(file) == hashlib.sha256(b"one").hexdigest()
