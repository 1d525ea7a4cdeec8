"""A comparison as data."""

import dataclasses
import json
import math
from typing import Any

from samb.reports.comparison.verdict import Verdict

VERSION = 1
"""Grows when a reader of older files could not read it."""


def as_json(verdict: Verdict) -> str:
    """All of it, unrounded; what is undefined is null."""
    content = {"version": VERSION, "passed": verdict.passed, **dataclasses.asdict(verdict)}
    return json.dumps(_plain(content), indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(it) for it in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
