"""A comparison in a terminal."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from samb.reports.comparison.verdict import Cell, Verdict
from samb.reports.comparison.words import METHOD, headline, interval, number, reasons, short
from samb.reports.comparison.words import worst_first as ordered
from samb.reports.names import counted

MOST = 20
"""Cells, reasons and differences each."""
WORDS = ("structure", "prompt mode", "model", "metric")
NUMBERS = ("baseline", "run", "loss", "interval", "grp", "")


def terminal_comparison(verdict: Verdict) -> RenderableType:
    """Cells, worst first; what differs; the notes; last the verdict with its reasons."""
    cells = ordered(verdict)
    parts: list[RenderableType] = [_table(cells[:MOST])] if cells else []
    parts += _more(len(cells), "cell")
    if verdict.differences:
        parts.append(Text("recorded differences (baseline → run):"))
        parts += [
            Text(f"  {it.what}: {it.baseline} → {it.run}") for it in verdict.differences[:MOST]
        ]
        parts += _more(len(verdict.differences), "difference")
    parts += [Text(f"· {note}", "dim") for note in (*verdict.notes, METHOD)]
    parts.append(Text(headline(verdict), "bold green" if verdict.passed else "bold red"))
    wrong = [Text(f"  {about}: {told}", "red") for about, told in reasons(verdict)]
    return Group(*parts, *wrong[:MOST], *_more(len(wrong), "reason"))


def _more(count: int, what: str) -> list[RenderableType]:
    more = counted(count - MOST, f"more {what}")
    return [Text(f"  {more}: see --json or --markdown", "dim")] if count > MOST else []


def _table(cells: list[Cell]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in WORDS:
        table.add_column(name, overflow="fold")
    for name in NUMBERS:
        table.add_column(name, justify="right", no_wrap=True)
    several = len({cell.about.dataset for cell in cells}) > 1
    for cell in cells:
        structure, *others = short(cell.about)
        where = f"{cell.about.dataset}: {structure}" if several else structure
        values = (number(cell.baseline), number(cell.run), number(cell.loss, sign=True))
        failed = ("fail", "red") if cell.problems else ("ok", "green")
        line = (where, *others, *values, interval(cell), str(cell.groups))
        table.add_row(*map(Text, line), Text(*failed))
    return table
