"""The main table in a terminal; below 100 columns without the distances."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from samb.reports.footer import footer
from samb.reports.material import Material
from samb.reports.names import shown_dataset
from samb.reports.overview import Overview
from samb.reports.section import Section
from samb.reports.sections import sections
from samb.reports.tables import MainRow, main_rows
from samb.reports.text import HEADER, cells, level_cell

WORDS = ("structure", "prompt mode", "model")
SLICES = "slices"
"""Column of volumes: all, or those with a reference, where the prompts presuppose one."""
NUMBERS = ("DSC", "95 % interval", "HD95", "ASSD", "targets", "groups", "undefined")
SHORT = {"targets": "n", "groups": "grp", "undefined": "und"}
DISTANCES = ("HD95", "ASSD")
ROOMY = 100
"""Columns of a terminal from which distances have room."""
WIDEST = 18
"""Columns of words narrower than this are folded only where numbers would have no room."""


def terminal_table(material: Material, width: int = ROOMY) -> RenderableType:
    """One table per data set and level, then the footer; grp: groups, und: undefined scores.

    Where volumes of two scopes stand in one table, a column says which slices a row is of.
    """
    numbers = tuple(it for it in NUMBERS if width >= ROOMY or it not in DISTANCES)
    tables = [
        _table(*place, tuple(rows), material, numbers, width)
        for place, rows in groupby(main_rows(material), key=_place)
    ]
    sentences = [Text(f"· {sentence}", style="dim") for sentence in footer(material)]
    told = "n: targets, grp: groups, und: scored targets with an undefined value"
    narrow = "" if numbers == NUMBERS else "; HD95 and ASSD stand in the report"
    key = [Text(told + narrow, "dim")]
    title = Text(material.title, style="bold")
    further = _further(material, width)
    return Group(title, *tables, *(key if tables else []), *sentences, *further)


def _further(material: Material, width: int) -> Iterator[RenderableType]:
    for section in sections(material):
        if section.in_terminal:
            yield Text(f"\n{section.title}", style="bold")
            yield from _section(section, width)
            yield from (Text(f"· {sentence}", style="dim") for sentence in section.notes)


def _section(section: Section, width: int) -> Iterator[RenderableType]:
    """One table per data set, with the columns that have room; then what the short names mean."""
    kept = [index for index, it in enumerate(section.numbers) if width >= it.from_width]
    words = len(section.words)
    names = [section.numbers[index].short or section.numbers[index].name for index in kept]
    shown = section.lines if section.terminal_lines is None else section.terminal_lines
    for dataset, found in groupby(shown, key=lambda line: line[0]):
        lines = [[*line[1:words], *(line[words + index] for index in kept)] for line in found]
        yield _grid(dataset, section.words[1:], names, lines, width)
    short = [f"{it.short}: {it.name}" for it in (section.numbers[i] for i in kept) if it.short]
    left = [it.name for it in section.numbers if width < it.from_width]
    left += (
        [f"{len(section.lines) - len(shown)} more lines"] if len(shown) < len(section.lines) else []
    )
    narrow = f"; in the report: {', '.join(left)}" if left else ""
    yield Text(", ".join(short) + narrow, "dim")


def terminal_overview(material: Material, width: int = ROOMY) -> RenderableType:
    """Mean DSC per data set, prompt mode and model, with intervals where there is room; footer."""
    overview = Overview.of(material)
    lines = overview.lines(material, interval=True)
    widths = [max(map(len, column), default=0) for column in zip(*lines, strict=True)]
    roomy = sum(widths) + 2 * len(widths) <= width
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for place, name in enumerate(overview.header(material)):
        table.add_column(Text(name), justify="left" if place < 2 else "right", overflow="fold")
    for line in _once(overview.lines(material, interval=roomy)):
        table.add_row(*map(Text, line))
    told = "mean DSC over groups, all structures together" + ("; 95 % interval" if roomy else "")
    sentences = [Text(f"· {sentence}", style="dim") for sentence in footer(material)]
    return Group(Text(material.title, style="bold"), table, Text(told, "dim"), *sentences)


def _place(row: MainRow) -> tuple[str, str]:
    return row.dataset, row.level


def _table(
    dataset: str,
    level: str,
    rows: tuple[MainRow, ...],
    material: Material,
    numbers: tuple[str, ...],
    width: int,
) -> Table:
    units = {distance.unit for row in rows for distance in (*row.hd95, *row.assd)}
    unit = units.pop() if len(units) == 1 else ""
    mixed = len({row.scope for row in rows}) > 1
    level = level if mixed else level_cell(rows[0])
    named = shown_dataset(dataset, material)
    title = f"{named} ({level}{f', distances in {unit}' if unit else ''})"
    words = (*WORDS, SLICES) if mixed else WORDS
    lines = [_line(row, material, unit, (*words, *numbers)) for row in rows]
    return _grid(title, words, [SHORT.get(name, name) for name in numbers], lines, width)


def _grid(
    title: str, words: Sequence[str], numbers: Sequence[str], lines: list[list[str]], width: int
) -> Table:
    """Words are folded where there is no room, numbers never."""
    table = Table(title=Text(title), box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    table.title_justify = "left"
    widest = [max(map(len, column)) for column in zip((*words, *numbers), *lines, strict=True)]
    least = _least(widest[: len(words)], width - sum(widest[len(words) :]) - len(widest) - 1)
    for name, least_width in zip(words, least, strict=True):
        table.add_column(name, overflow="fold", min_width=least_width)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    for line in _once(lines):
        table.add_row(*map(Text, line))
    return table


def _least(widest: list[int], room: int) -> list[int]:
    """Least widths of columns of words: WIDEST, or less where numbers would lose their room."""
    limit = WIDEST
    while limit > 1 and sum(min(it, limit) for it in widest) > room:
        limit -= 1
    return [min(it, limit) for it in widest]


def _line(row: MainRow, material: Material, unit: str, columns: tuple[str, ...]) -> list[str]:
    line = dict(zip(HEADER, cells(row, material), strict=True))
    line[SLICES] = row.scope.removesuffix("_slices")
    for name in DISTANCES:
        line[name] = line[name].removesuffix(f" {unit}")
    return [line[name] for name in columns]


def _once(lines: list[list[str]]) -> Iterator[list[str]]:
    """What stands first is written once, on its first line."""
    before = ""
    for structure, *others in lines:
        yield ["" if structure == before else structure, *others]
        before = structure
