"""A comparison in a terminal; below 100 columns without the intervals."""

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from samb.reports.comparison.verdict import Cell, Verdict
from samb.reports.comparison.words import (
    METHOD,
    headline,
    interval,
    number,
    reasons,
    short,
    worst_first,
)
from samb.reports.names import counted
from samb.reports.terminal import ROOMY

MOST = 20
"""Cells and differences."""
MOST_REASONS = 10


def terminal_comparison(verdict: Verdict, width: int = ROOMY) -> RenderableType:
    """Cells, worst first; what differs; the notes; last the verdict with its reasons."""
    parts: list[RenderableType] = []
    if verdict.cells:
        parts.append(_table(worst_first(verdict)[:MOST], roomy=width >= ROOMY))
        parts += _more(len(verdict.cells) - MOST, "cell")
    if verdict.differences:
        parts.append(Text("recorded differences (baseline → run):"))
        shown = verdict.differences[:MOST]
        parts += [Text(f"  {it.what}: {it.baseline} → {it.run}") for it in shown]
        parts += _more(len(verdict.differences) - MOST, "difference")
    parts += [Text(f"· {note}", "dim") for note in (*verdict.notes, METHOD)]
    parts.append(Text(headline(verdict), "bold green" if verdict.passed else "bold red"))
    wrong = [Text(f"  {about}: {told}", "red") for about, told in reasons(verdict)]
    return Group(*parts, *wrong[:MOST_REASONS], *_more(len(wrong) - MOST_REASONS, "reason"))


def _more(count: int, what: str) -> list[RenderableType]:
    told = f"  and {counted(count, f'more {what}')}: see --json or --markdown"
    return [Text(told, "dim")] if count > 0 else []


def _table(cells: Sequence[Cell], *, roomy: bool) -> Table:
    names = [(cell.about.dataset, *short(cell.about)) for cell in cells]
    shared = [len(set(column)) == 1 for column in zip(*names, strict=True)]
    title = Text(" · ".join(_parts(names[0], shared, wanted=True)))
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    table.pad_edge = False
    table.add_column("cell", overflow="fold")
    numbers = ("baseline", "run", "loss", *(("interval",) if roomy else ()), "grp", "")
    for name in numbers:
        table.add_column(f" {name}", justify="right", no_wrap=True)
    for cell, name in zip(cells, names, strict=True):
        values = (number(cell.baseline), number(cell.run), number(cell.loss, sign=True))
        reach = (interval(cell),) if roomy else ()
        verdict = Text(" fail", "red") if cell.problems else Text(" ok", "green")
        line = (", ".join(_parts(name, shared, wanted=False)), *values, *reach, str(cell.groups))
        table.add_row(
            *(Text(f"{' ' if index else ''}{it}") for index, it in enumerate(line)), verdict
        )
    return table


def _parts(name: Sequence[str], shared: Sequence[bool], *, wanted: bool) -> list[str]:
    """Those parts of a cell's name that all cells share, or those that tell it apart."""
    return [part for part, same in zip(name, shared, strict=True) if same == wanted]
