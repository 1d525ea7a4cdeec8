"""Where numbers come from: what is recorded beside them."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samb.results.folder import RunFolder
from samb.stages.drift import Drift

FILE = "provenance.json"
PACKAGES = (
    "samb", "torch", "torchvision", "segment-anything", "numpy", "scipy", "pandas", "pillow",
    "nibabel", "SimpleITK", "pycocotools", "scikit-image",
)  # fmt: skip


@dataclass(frozen=True)
class Session:
    """One command that added to a run."""

    arguments: Sequence[str]
    device: str
    seconds: Mapping[str, float]
    drift: Mapping[str, Drift]
    """By model; empty where batches are deterministic."""

    def record(self, folder: RunFolder) -> None:
        """Add the session to provenance.json, with versions and data fingerprints as of now."""
        past = folder.read_json(FILE) or {"sessions": []}
        sessions = [*past["sessions"], self._entry()]
        content = {"data": data_fingerprints(folder), "sessions": sessions}
        folder.write_text(FILE, json.dumps(content, indent=1))

    def _entry(self) -> dict[str, Any]:
        total = sum(self.seconds.values())
        return {
            "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "arguments": list(self.arguments),
            "device": self.device,
            "samb_commit": commit(),
            "python": sys.version.split()[0],
            "platform": platform.platform(),
            "packages": packages(),
            "drift": {model: it.record() for model, it in self.drift.items()},
            "seconds": {what: round(spent, 3) for what, spent in self.seconds.items()},
            "share_of_time": {
                what: round(spent / total, 4) for what, spent in self.seconds.items() if total
            },
        }


def packages() -> dict[str, str]:
    """Installed versions of what touches a number."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def commit() -> str:
    """The commit of samb's own checkout, with `+changes` where it has any; else `released`."""
    checkout = Path(__file__).parents[2]
    if not (checkout / ".git").exists():
        return "released"
    head = _git(checkout, "rev-parse", "HEAD") or "unknown"
    return f"{head}+changes" if _git(checkout, "status", "--porcelain") else head


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 # fixed words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def data_fingerprints(folder: RunFolder) -> dict[str, str]:
    """Data set -> SHA-256 over the fingerprints of its cases."""
    lines: dict[str, str] = {}
    for (dataset, case_id), found in folder.fingerprints().items():
        lines[dataset] = lines.get(dataset, "") + f"{case_id}\x1f{found}\n"
    return {dataset: hashlib.sha256(text.encode()).hexdigest() for dataset, text in lines.items()}
