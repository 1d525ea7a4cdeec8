"""How much of a data set a run covers. The extent may grow; what it names never changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from samb.errors import RequestError
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
