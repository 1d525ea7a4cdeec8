"""What a comparison found."""

from dataclasses import dataclass
from typing import Literal

from samb.reports.comparison.rules import Rules
from samb.reports.statistics import Interval

Kind = Literal["loss", "missing", "undefined", "failed", "slower", "nothing"]


@dataclass(frozen=True)
class Problem:
    """One reason to say no."""

    kind: Kind
    told: str


@dataclass(frozen=True)
class About:
    """What a cell is about; the baseline's names."""

    dataset: str
    structure: str
    level: str
    scope: str
    model: str
    prompt: str
    version: str
    selection: str
    attempt: str
    metric: str
    unit: str


@dataclass(frozen=True)
class Cell:
    """One line: means over groups of the targets that both define."""

    about: About
    baseline: float
    run: float
    loss: float
    """Mean over groups, more is worse whatever the metric; NaN where no target is defined twice."""
    interval: Interval | None
    """Of the loss; each of its ends holds for all cells together with 95 % confidence."""
    why_no_interval: str
    adjusted_p: float | None
    """Of a loss of zero or less, adjusted for all cells."""
    allowed: float
    groups: int
    paired: int
    """Scores that both hold: targets times repeats times annotators."""
    defined: int
    """Of these, those with a value on both sides."""
    missing: int
    """Scores of the baseline that the run lacks."""
    new: int
    """Scores of the run that the baseline lacks; nothing is wrong with them."""
    undefined_before: int
    """In the baseline, of the scores that both hold."""
    undefined: int
    newly_undefined: int
    """Undefined in the run and defined in the baseline."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Difference:
    """Something recorded that is not the same."""

    what: str
    baseline: str
    run: str


@dataclass(frozen=True)
class Verdict:
    """The whole comparison."""

    baseline: str
    run: str
    rules: Rules
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]
    """Those that belong to no cell."""
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether there is no reason to say no."""
        return not self.problems and not self.failed_cells

    @property
    def failed_cells(self) -> tuple[Cell, ...]:
        """Cells with a problem."""
        return tuple(cell for cell in self.cells if cell.problems)
