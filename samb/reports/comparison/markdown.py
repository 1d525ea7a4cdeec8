"""A comparison as a comment on a pull request."""

from collections.abc import Iterator, Sequence

from samb.reports.comparison.verdict import Cell, Verdict
from samb.reports.comparison.words import (
    FIRST_NUMBER,
    HEADER,
    METHOD,
    headline,
    reasons,
    row,
    worst_first,
)
from samb.reports.text import escape_markdown

MOST = 100
"""Rows and reasons; a comment on GitHub holds 65,536 characters."""


def markdown(verdict: Verdict) -> str:
    """Verdict and reasons at once; all cells, what differs and how to read it folded away."""
    return "\n\n".join(_parts(verdict)) + "\n"


def _parts(verdict: Verdict) -> Iterator[str]:
    yield f"### samb compare: {escape_markdown(headline(verdict))}"
    wrong = [f"- **{escape_markdown(a)}**: {escape_markdown(b)}" for a, b in reasons(verdict)]
    if wrong:
        yield _cut(wrong)
    cells = worst_first(verdict)
    if cells:
        yield _folded(f"{len(cells)} cells, worst first", _table(cells))
    if verdict.differences:
        told = [
            f"- {escape_markdown(it.what)}: {escape_markdown(it.baseline)} → "
            f"{escape_markdown(it.run)}"
            for it in verdict.differences
        ]
        yield _folded(f"{len(told)} recorded differences (baseline → run)", _cut(told))
    yield "\n".join(f"- {escape_markdown(note)}" for note in (*verdict.notes, METHOD))


def _table(cells: Sequence[Cell]) -> str:
    aligned = [":---"] * FIRST_NUMBER + ["---:"] * (len(HEADER) - FIRST_NUMBER)
    body = [[escape_markdown(text) for text in row(cell)] for cell in cells]
    table = [f"| {' | '.join(line)} |" for line in (list(HEADER), aligned, *body[:MOST])]
    return "\n".join(table) + _more(len(body))


def _cut(items: Sequence[str]) -> str:
    return "\n".join(items[:MOST]) + _more(len(items))


def _more(count: int) -> str:
    return f"\n\nand {count - MOST} more, in the JSON" if count > MOST else ""


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"
