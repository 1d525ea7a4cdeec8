"""Stable hashes of names, and the random streams derived from them.

A stream never depends on the order of work: equal names give equal numbers on every machine, for
every model, whatever the shards, the limit or the other modes of a run.
"""

import hashlib

import numpy as np


def stable_hash(*names: object) -> int:
    """128 bits of SHA-256 over the names, kept apart by a separator no name can hold."""
    text = "\x1f".join(str(name).replace("\x1f", "\x1f\x1f") for name in names)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


def stream(*names: object) -> np.random.Generator:
    """The random stream that belongs to these names."""
    return np.random.default_rng(stable_hash(*names))
