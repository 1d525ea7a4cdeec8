"""Where checkpoints lie, and their SHA-256. Knows no torch."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path


def cache_root() -> Path:
    """SAMB_CACHE, or ~/.cache/samb."""
    return Path(os.environ.get("SAMB_CACHE") or Path.home() / ".cache" / "samb")


SHIPPED = Path(__file__).parent / "weights"
"""Weights that come with samb."""


def checkpoint_path(checkpoint: str) -> Path:
    """A bare file name comes with samb or lies in the cache's `checkpoints`; else it is a path."""
    given = Path(checkpoint).expanduser()
    if given.parent == Path() and not checkpoint.startswith("."):
        if (SHIPPED / given).is_file():
            return SHIPPED / given
        return cache_root() / "checkpoints" / given
    return given


def sha256_of(path: Path) -> str:
    """The same, remembered by path, size, inode and times of change."""
    status = path.stat()
    seen = (status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
    key = "|".join(map(str, (path.resolve(), *seen)))
    known = _remembered()
    if key not in known:
        known[key] = compute_sha256(path)
        _remember(known)
    return known[key]


def compute_sha256(path: Path) -> str:
    """SHA-256 of a file as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _memory() -> Path:
    return cache_root() / "sha256.json"


def _remembered() -> dict[str, str]:
    """Unreadable memory is no memory: the digest is computed again."""
    with suppress(OSError, ValueError):
        known = json.loads(_memory().read_text())
        if isinstance(known, dict):
            return {str(key): str(digest) for key, digest in known.items()}
    return {}


def _remember(known: dict[str, str]) -> None:
    """A cache that cannot be written costs time, not correctness."""
    temporary = _memory().with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        temporary.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(known, indent=1))
        temporary.replace(_memory())
