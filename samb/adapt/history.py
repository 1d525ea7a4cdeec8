"""Loss and validation DSC by step, as a CSV that grows. Knows no torch."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One step's loss, or one validation."""

    step: int
    """Steps done."""
    loss: float | None = None
    dsc: float | None = None
    """Mean over the modes."""
    by_mode: Mapping[str, float] = field(default_factory=dict)


COLUMNS = ("step", "what", "value")


@dataclass(frozen=True)
class History:
    """history.csv: step, `loss`, `dsc` or `dsc NAME` of a mode, and the value."""

    path: Path

    def add(self, row: Row) -> None:
        """Append one row."""
        new = not self.path.exists()
        with self.path.open("a", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(COLUMNS)
            writer.writerows((row.step, what, f"{value:.6g}") for what, value in _facts(row))

    def curve(self, what: str) -> tuple[list[int], list[float]]:
        """Steps and values, in order; of two for one step the later one counts."""
        found: dict[int, float] = {}
        for step, name, value in self._rows():
            if name == what:
                found[int(step)] = float(value)
        return sorted(found), [found[step] for step in sorted(found)]

    @property
    def names(self) -> tuple[str, ...]:
        """What there is, in order of appearance."""
        return tuple(dict.fromkeys(name for _, name, _ in self._rows()))

    def _rows(self) -> list[Sequence[str]]:
        if not self.path.exists():
            return []
        with self.path.open(newline="") as file:
            return [row for row in list(csv.reader(file))[1:] if len(row) == len(COLUMNS)]


def _facts(row: Row) -> list[tuple[str, float]]:
    facts = [("loss", row.loss), ("dsc", row.dsc)]
    facts += [(f"dsc {mode}", value) for mode, value in row.by_mode.items()]
    return [(name, value) for name, value in facts if value is not None]
