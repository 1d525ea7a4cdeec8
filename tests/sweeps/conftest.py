"""Where sweeps of tests work."""

from pathlib import Path

import pytest

from samb.pipeline import Place
from samb.stages.progress import Progress
from samb.sweeps import sweep
from tests.sweeps.small import InThisProcess


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> list[InThisProcess]:
    """Sweeps work in this process; the workers that they made."""
    made: list[InThisProcess] = []

    def make(progress: Progress) -> InThisProcess:
        made.append(InThisProcess(progress))
        return made[-1]

    monkeypatch.setattr(sweep, "Worker", make)
    return made


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty folder to work in, without data or weights."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path / "cache"))
    for name in ("SAMB_DATA", "SAMB_CONFIGS", "SAMB_RUNS"):
        monkeypatch.delenv(name, raising=False)
    return Place(tmp_path / "runs", device="cpu", workers=1)
