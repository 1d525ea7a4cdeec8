"""How much of a data set a run covers. The extent may grow; what it names never changes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from samb.errors import RequestError
from samb.results.folder import RunFolder
from samb.streams import stable_hash
from samb.types import Case


@dataclass(frozen=True)
class Shard:
    """The `index`-th of `count` disjoint parts of the cases, from 1."""

    index: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """`2/4` is the second of four."""
        index, _, count = text.partition("/")
        if not (index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
            msg = f"--shard should look like 2/4 (the second of four), got {text!r}"
            raise RequestError(msg)
        return cls(int(index), int(count))

    def holds(self, dataset: str, case: Case) -> bool:
        """Whether a case belongs to this shard."""
        return stable_hash("shard", dataset, case.case_id) % self.count == self.index - 1


def in_extent(dataset: str, cases: Sequence[Case], limit: int | None, shard: Shard) -> list[Case]:
    """The cases of the first `limit` groups in hash order that belong to the shard, by case_id.

    Hash order makes the first 20 groups a part of the first 50, and a fair sample of all.
    """
    groups = sorted({case.group_id for case in cases}, key=lambda name: _rank(dataset, name))
    kept = set(groups[:limit])
    return [case for case in cases if case.group_id in kept and shard.holds(dataset, case)]


def _rank(dataset: str, group: str) -> int:
    return stable_hash("limit", dataset, group)


FILE = "extent.json"
"""What was asked for by all commands: data set -> model -> prompt mode -> cases."""


def wanted(run: RunFolder) -> dict[str, dict[str, dict[str, list[str]]]]:
    """The extent of a run; empty for runs that did not record one."""
    return run.read_json(FILE) or {}


def widen(
    run: RunFolder, dataset: str, model: str, modes: Sequence[str], cases: Sequence[str]
) -> None:
    """Add what a command asks for to the extent of a run."""
    extent = wanted(run)
    asked = extent.setdefault(dataset, {}).setdefault(model, {})
    for mode in modes:
        asked[mode] = sorted({*asked.get(mode, ()), *cases})
    run.write_text(FILE, json.dumps(extent, sort_keys=True))


def missing(run: RunFolder) -> pd.DataFrame:
    """Cases that were asked for and not tried yet, columns dataset, model, prompt, cases, wanted.

    A mode that the model cannot take misses nothing; a case that nobody could read was tried.
    """
    outcomes = run.outcomes()
    units = ("dataset", "model", "prompt_mode", "case")
    tried = set(zip(*(outcomes[it] for it in units), strict=True))
    gaps = outcomes[outcomes["status"] == "gap"]
    unable = set(zip(*(gaps[it] for it in units[:3]), strict=True))
    rows = [
        (dataset, model, mode, left, len(cases))
        for dataset, models in wanted(run).items()
        for model, modes in models.items()
        for mode, cases in modes.items()
        if (dataset, model, mode) not in unable
        and (left := sum((dataset, model, mode, case) not in tried for case in cases))
    ]
    return pd.DataFrame(rows, columns=["dataset", "model", "prompt", "cases", "wanted"])
