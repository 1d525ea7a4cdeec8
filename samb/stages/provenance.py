"""Where numbers come from: what is recorded beside them."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samb.cores import usable_cores
from samb.results.folder import RunFolder
from samb.stages.drift import Drift

FILE = "provenance.json"
PACKAGES = (
    "samb", "torch", "torchvision", "segment-anything", "numpy", "scipy", "pandas", "pillow",
    "nibabel", "SimpleITK", "pycocotools", "scikit-image",
)  # fmt: skip


@dataclass(frozen=True)
class Session:
    """One command that adds to a run, in a file of its own: shards do not lose each other's."""

    arguments: Sequence[str]
    device: str
    prompt_files: Mapping[str, str] = field(default_factory=dict)
    """File of prompts -> its SHA-256."""
    started: str = field(default_factory=lambda: _now())
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def begin(self, folder: RunFolder) -> None:
        """Write what is known before the first answer, so that a killed session is known too."""
        self._write(folder, {"finished": None})

    def end(
        self, folder: RunFolder, seconds: Mapping[str, float], drift: Mapping[str, Drift]
    ) -> None:
        """Complete the session, and gather all of them with the data's fingerprints."""
        total = sum(seconds.values())
        share = {what: round(spent / total, 4) for what, spent in seconds.items() if total}
        self._write(folder, {
            "finished": _now(),
            "drift": {model: it.record() for model, it in drift.items()},
            "seconds": {what: round(spent, 3) for what, spent in seconds.items()},
            "share_of_time": share,
        })  # fmt: skip
        gathered = {"data": data_fingerprints(folder), "sessions": sessions(folder)}
        folder.write_text(FILE, json.dumps(gathered, indent=1))

    def _write(self, folder: RunFolder, more: Mapping[str, Any]) -> None:
        entry = {
            "started": self.started,
            **more,
            "arguments": list(self.arguments),
            "device": self.device,
            "prompt_files": dict(self.prompt_files),
            "cores": usable_cores(),
            "threads": os.environ.get("OMP_NUM_THREADS", "as many as cores"),
            "samb_commit": commit(),
            "python": sys.version.split()[0],
            "platform": platform.platform(),
            "packages": packages(),
        }
        folder.write_text(f"sessions/{self.name}.json", json.dumps(entry, indent=1))


def sessions(folder: RunFolder) -> list[dict[str, Any]]:
    """Every session of a run, by its start; `finished` is null for one that was killed."""
    files = sorted((folder.path / "sessions").glob("[!.]*.json"))
    found: list[dict[str, Any]] = [json.loads(path.read_text()) for path in files]
    return sorted(found, key=lambda entry: str(entry["started"]))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


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
