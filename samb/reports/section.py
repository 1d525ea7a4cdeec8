"""A further table of a report: one record, rendered like the main table wherever a report goes."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from samb.reports.text import latex_notes, latex_table, markdown_notes, markdown_table


@dataclass(frozen=True)
class Column:
    """A column of numbers."""

    name: str
    short: str = ""
    """Its header in a terminal; empty: the name."""
    from_width: int = 0
    """Columns of a terminal from which it has room."""


@dataclass(frozen=True)
class Section:
    """A table as text and as data."""

    name: str
    """Stem of its CSV file."""
    title: str
    words: tuple[str, ...]
    """Headers of the first columns; the first of them is the data set."""
    numbers: tuple[Column, ...]
    lines: tuple[tuple[str, ...], ...]
    """Cells, in the order of words and numbers."""
    notes: tuple[str, ...]
    data: pd.DataFrame
    """The same with unrounded numbers."""
    in_terminal: bool = True
    terminal_lines: tuple[tuple[str, ...], ...] | None = None
    """What a terminal shows of the lines; None: all of them."""

    @property
    def header(self) -> tuple[str, ...]:
        """Every column's name."""
        return (*self.words, *(column.name for column in self.numbers))


def without_empty_columns(
    numbers: Sequence[Column], lines: Sequence[Sequence[str]], nothing: str
) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    """Columns of numbers that say something, and the lines with those alone."""
    words = len(lines[0]) - len(numbers) if lines else 0
    kept = [
        place
        for place in range(len(numbers))
        if any(line[words + place] != nothing for line in lines)
    ]
    return (
        tuple(numbers[place] for place in kept),
        tuple((*line[:words], *(line[words + place] for place in kept)) for line in lines),
    )


def markdown_section(section: Section) -> str:
    """Title, table and notes as GitHub Markdown."""
    table = markdown_table(section.header, len(section.words), section.lines)
    parts = [f"## {section.title}", table, markdown_notes(section.notes)]
    return "\n" + "\n\n".join(parts) + "\n"


def latex_section(section: Section) -> str:
    """Table and notes for a paper."""
    table = latex_table(section.header, len(section.words), section.lines, section.title)
    return f"\n{table}{latex_notes(section.notes)}"
