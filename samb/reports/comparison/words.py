"""A comparison in sentences and cells of text, for every form it is shown in."""

import math
from collections.abc import Iterator

from samb.reports.comparison.choice import FINAL
from samb.reports.comparison.verdict import About, Cell, Verdict
from samb.reports.names import ORACLE, counted, is_oracle, shown_prompt
from samb.reports.text import NOTHING

HEADER = (
    "data set", "structure", "prompt mode", "model", "metric", "baseline", "run", "loss",
    "interval", "allowed", "groups", "verdict",
)  # fmt: skip
FIRST_NUMBER = HEADER.index("baseline")
METHOD = (
    "Loss: mean over groups of paired scores, positive where the run is worse. A cell fails where "
    "its loss is larger than allowed, its adjusted p value is at most 0.05 and its interval "
    "excludes zero. Sign flips of whole groups give both: p so that a run that lost nothing fails "
    "in at most 5 % of comparisons, the intervals so that their lower ends hold together."
)


def headline(verdict: Verdict) -> str:
    """One sentence: passed or not, and of how much."""
    cells = counted(len(verdict.cells), "cell")
    against = f"{verdict.run} against {verdict.baseline}"
    if verdict.passed:
        return f"passed: {against}, {cells}, none lost more than allowed"
    failed = len(verdict.failed_cells)
    parts = [f"{failed} of {cells} failed"] if failed else []
    parts += [counted(len(verdict.problems), "other problem")] if verdict.problems else []
    return f"FAILED: {against}, {' and '.join(parts)}"


def lines(about: About) -> str:
    """A cell's name on one line."""
    return ", ".join((about.dataset, *short(about)))


def short(about: About) -> tuple[str, str, str, str]:
    """Structure with its level, mode with what is unusual about it, model, metric with unit."""
    level = "" if about.level == "frame" and not about.scope else about.level
    where = ", ".join(part for part in (level, about.scope.replace("_", " ")) if part)
    structure = f"{about.structure} ({where})" if where else about.structure
    return structure, _mode(about), about.model, " ".join((about.metric, about.unit)).strip()


def _mode(about: About) -> str:
    version = "" if about.version == "1" else f" v{about.version}"
    attempt = "" if about.attempt == FINAL else f", attempt {about.attempt}"
    mark = f"; {ORACLE}" if is_oracle(about.selection) else ""
    return f"{shown_prompt(about.prompt)}{version}{attempt} ({about.selection}{mark})"


def row(cell: Cell) -> tuple[str, ...]:
    """One line of the table, in the order of HEADER."""
    return (
        cell.about.dataset,
        *short(cell.about),
        number(cell.baseline),
        number(cell.run),
        number(cell.loss, sign=True),
        interval(cell),
        f"{cell.allowed:g}",
        str(cell.groups),
        "; ".join(it.kind for it in cell.problems) or "ok",
    )


def number(value: float, *, sign: bool = False) -> str:
    """Four decimals, because a hundredth is at stake."""
    if math.isnan(value):
        return NOTHING
    return f"{value:+.4f}" if sign else f"{value:.4f}"


def interval(cell: Cell) -> str:
    """`[low, high]` of the loss; nothing where there is none."""
    if cell.interval is None:
        return NOTHING
    return f"[{cell.interval.low:+.4f}, {cell.interval.high:+.4f}]"


def reasons(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """(what about, what is wrong) of everything that failed."""
    for problem in verdict.problems:
        yield (
            {"failed": "failed cases", "slower": "speed"}.get(problem.kind, "scores"),
            (problem.told),
        )
    for cell in verdict.failed_cells:
        yield lines(cell.about), "; ".join(it.told for it in cell.problems)


def worst_first(verdict: Verdict) -> list[Cell]:
    """Failed cells, then the others by how much of what is allowed they lost."""
    return sorted(verdict.cells, key=lambda cell: (not cell.problems, -_share(cell)))


def _share(cell: Cell) -> float:
    return -math.inf if math.isnan(cell.loss) else cell.loss / max(cell.allowed, 1e-9)
