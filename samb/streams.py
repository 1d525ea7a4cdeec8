"""Stable hashes of names, and the random streams derived from them.

A stream never depends on the order of work: equal names give equal numbers on every machine, for
every model, whatever the shards, the limit or the other modes of a run.
"""

import hashlib

import numpy as np


def stable_hash(*names: object) -> int:
    """128 bits of SHA-256 over the names, kept apart by a separator that is escaped in names."""
    text = "\x1f".join(_escaped(str(name)) for name in names)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


def _escaped(name: str) -> str:
    return name.replace("\\", r"\\").replace("\x1f", r"\x1f")


def stream(*names: object) -> np.random.Generator:
    """The random stream that belongs to these names."""
    return np.random.default_rng(stable_hash(*names))
