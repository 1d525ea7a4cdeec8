"""`samb show published`: what a study's paper published, as tables for a terminal."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from samb.cli.display import STDOUT
from samb.config import load_study
from samb.errors import RequestError
from samb.ordering import natural_order
from samb.reports.names import counted, shown_prompt
from samb.reports.text import NOTHING
from samb.studies.published import EVIDENCE, MARKS, is_unverified, published, sources
from samb.studies.study_run import StudyRun

LINE = ["dataset", "target", "model"]
COLUMN = ["prompt", "selection"]


def show_published(name: str, *, show_unverified: bool, figures: Path | None) -> None:
    """What a paper published, a table per metric, as wide as there is room; and as pictures."""
    study = load_study(name)
    table = published(name, unverified=show_unverified)
    left = len(published(name, unverified=True)) - len(table)
    STDOUT.print(f"[bold]published by {name}[/bold]   {counted(len(table), 'value')}")
    marked = table.assign(told=_told(table))
    for metric, rows in marked.groupby("metric", sort=False):
        for title, part in _parts(rows):
            for block in _blocks(_pivot(part), STDOUT.width):
                STDOUT.print(_grid(f"{metric}{title}", block))
    _tell_evidence(table)
    if left:
        said = f"{counted(left, 'value')} that no source shows {'are' if left > 1 else 'is'} left"
        STDOUT.print(f"{said} out: --show-unverified shows them, marked", markup=False)
    if figures is not None:
        run = StudyRun(name, study.built, study.card, {}, (), table, withheld=left)
        _draw(run, figures)


def _draw(run: StudyRun, folder: Path) -> None:
    """The pictures of the study, NAME_KIND.png."""
    from samb.reports.study_figures.draw import study_pictures

    pictures = study_pictures(run)
    if not pictures:
        more = f"; --show-unverified adds {run.withheld}" if run.withheld else ""
        raise RequestError(f"the published values of {run.name} are too few for a picture{more}")
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        path = folder / picture.name.replace("study", run.name, 1)
        path.write_bytes(picture.png)
        STDOUT.print(f"wrote {path}", markup=False, soft_wrap=True)


def _parts(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Modes of one prompt, then each mode that clicks, click by click; with the end of a title.

    Of clicks the selection stands beside the model, so that columns are clicks alone.
    """
    clicks = rows.groupby("prompt")["attempt"].transform("max") > 1
    if not clicks.all():
        yield "", rows[~clicks]
    for prompt, found in rows[clicks].groupby("prompt"):
        pairs = zip(found["model"], found["selection"], strict=True)
        models = [f"{model}, {rule}" if rule else model for model, rule in pairs]
        columns = [f"click {attempt}" for attempt in found["attempt"]]
        told = found.assign(model=models, selection="", prompt=columns)
        yield f" by click, {shown_prompt(str(prompt))}", told


def _told(table: pd.DataFrame) -> list[str]:
    """`0.398 P`; the mark alone is left out where all values have the same, and a source."""
    kinds = set(table["evidence"])
    alike = len(kinds) == 1 and not is_unverified(table).any()
    pairs = zip(table["value"], table["evidence"], strict=True)
    return [f"{value:.3f}" + ("" if alike else f" {MARKS[kind]}") for value, kind in pairs]


def _pivot(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells by LINE and COLUMN; data sets, targets and models in the order of the table."""
    ordered = rows.assign(**{
        name: pd.Categorical(rows[name], list(dict.fromkeys(rows[name])), ordered=True)
        for name in LINE
    })  # fmt: skip
    cells = ordered.groupby([*LINE, *COLUMN], observed=True)["told"].agg(" / ".join)
    return cells.unstack(COLUMN, fill_value=NOTHING)


def _blocks(pivot: pd.DataFrame, width: int) -> list[pd.DataFrame]:
    """The columns split so that each part has room beside the names of the lines."""
    names = [max(map(len, map(str, pivot.index.get_level_values(it)))) for it in LINE]
    keys: list[tuple[str, str]] = [(str(it[0]), str(it[1])) for it in pivot.columns]
    columns = sorted(keys, key=lambda key: (natural_order(key[0]), key[1]))
    widths = [max(map(len, (*_header(*it).split("\n"), *pivot[it]))) for it in columns]
    room = max(width - sum(names) - 2 * len(names), 24)
    blocks: list[list[tuple[str, str]]] = [[]]
    taken_up = 0
    for column, wide in zip(columns, widths, strict=True):
        if blocks[-1] and taken_up + wide + 1 > room:
            blocks.append([])
            taken_up = 0
        blocks[-1].append(column)
        taken_up += wide + 1
    return [pivot[block] for block in blocks if block]


def _header(prompt: str, selection: str) -> str:
    """Prompt mode and selection, one short word under the other."""
    words = f"{shown_prompt(prompt)}\n{selection}".replace("_", "_\n").split("\n")
    return "\n".join(filter(None, words))


def _grid(metric: str, block: pd.DataFrame) -> Table:
    table = Table(title=Text(metric), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.title_justify = "left"
    for name in ("data set", "target", "model"):
        table.add_column(name, overflow="fold", vertical="bottom")
    for column in block.columns:
        header = Text(_header(str(column[0]), str(column[1])))
        table.add_column(header, justify="right", no_wrap=True, vertical="bottom")
    before = ""
    for (dataset, target, model), cells in zip(block.index, block.to_numpy(), strict=True):
        if any(cell != NOTHING for cell in cells):
            words = ("" if dataset == before else dataset, target, model)
            table.add_row(*map(Text, (*words, *cells)))
            before = dataset
    return table


def _tell_evidence(table: pd.DataFrame) -> None:
    letters = {MARKS[kind].partition(",")[0] for kind in set(table["evidence"])}
    for letter in EVIDENCE:
        if letter in letters:
            every = "all " if len(letters) == 1 else ""
            STDOUT.print(f"{every}{letter}: {EVIDENCE[letter]}", markup=False, soft_wrap=True)
    known = sources()
    for source in dict.fromkeys(filter(None, table["source"])):
        STDOUT.print(f"source: {known.get(source, source)}", markup=False, soft_wrap=True)
