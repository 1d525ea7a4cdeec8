"""`samb data check`: print what a data set holds and what is wrong with it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from samb.cli.display import STDOUT, Display
from samb.cli.errors import DONE, SAID_NO
from samb.config import load_dataset
from samb.datasets.case_facts import Problem
from samb.datasets.set_facts import SetFacts
from samb.reports.data_sheet import data_sheet
from samb.stages.check import Checked, check

SHEETS = Path("results/data")
MOST_SHOWN = 5
"""Problems of one kind that are printed; the JSON file holds all."""
MOST_VALUES = 12


@dataclass(frozen=True)
class CheckOptions:
    """What the command line says beside the data set."""

    limit: int | None
    sheet: Path | None
    json: Path | None
    workers: int


def check_data(name: str, arguments: Sequence[str], options: CheckOptions) -> int:
    """Check, print, draw; returns the exit status."""
    part = load_dataset(name, arguments)
    with Display() as display:
        found = check(name, part.built, options.limit, options.workers, display)
    STDOUT.print(f"[bold]{name}[/bold]  {_plain(part.card.get('title', ''))}", soft_wrap=True)
    STDOUT.print(_overview(found, part.card))
    STDOUT.print(_structures(found.facts))
    for line in _told(found.facts):
        STDOUT.print(line, markup=False, soft_wrap=True)
    if found.sheet:
        path = options.sheet or SHEETS / f"{name}.png"
        _write(path, data_sheet(found.sheet, name))
        STDOUT.print(f"look at {path}", markup=False, soft_wrap=True)
    if options.json:
        _write(options.json, json.dumps(_record(name, found), indent=1).encode())
    return SAID_NO if found.facts.faults else DONE


def _overview(found: Checked, card: Mapping[str, Any]) -> Table:
    facts = found.facts
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = {
        "cases": _cases(facts),
        "splits": _splits(facts),
        "annotators": _annotators(facts),
        "frames": _frames(facts),
        "sizes": _sizes(facts),
        "spacing": _spacing(facts),
        "image values": _values(facts),
        "mask values": _mask_values(found.mask_values),
        "licence": _plain(card.get("licence", "not stated by the config")),
    }
    for key, said in rows.items():
        if said:
            table.add_row(key, said)
    return table


def _cases(facts: SetFacts) -> str:
    groups = len({case.group_id for case in facts.cases})
    unreadable = len({it.case_id for it in facts.problems if it.kind == "unreadable"})
    read = len(facts.cases) + unreadable
    part = f"{read} of {facts.found}" if read < facts.found else f"{facts.found}"
    failed = f", {unreadable} of them unreadable" if unreadable else ""
    return f"{part} in {groups} groups{failed}"


def _splits(facts: SetFacts) -> str:
    named = sorted(case.split for case in facts.cases if case.split is not None)
    return ", ".join(f"{split} {len(list(cases))}" for split, cases in groupby(named))


def _annotators(facts: SetFacts) -> str:
    """Empty where there is but one."""
    names = dict.fromkeys(
        name for case in facts.cases for target in case.targets for name in target.annotators
    )
    return ", ".join(_plain(name) for name in names) if len(names) > 1 else ""


def _frames(facts: SetFacts) -> str:
    frames = sum(case.shape[0] for case in facts.cases)
    filled = sum(case.frames_with_targets for case in facts.cases)
    return f"{frames}, {filled} of them with targets"


def _sizes(facts: SetFacts) -> str:
    """Rows and columns in pixels, and slices of volumes."""
    shapes = [case.shape for case in facts.cases]
    if not shapes:
        return ""
    sides = sorted({(width, height) for _, height, width in shapes}, key=lambda it: it[0] * it[1])
    (least_w, least_h), (most_w, most_h) = sides[0], sides[-1]
    said = f"{least_w} x {least_h} pixels"
    if len(sides) > 1:
        said += f" to {most_w} x {most_h}, {len(sides)} different ones"
    slices = sorted({frames for frames, _, _ in shapes})
    return said + (f"; {_range(slices)} slices" if slices != [1] else "")


def _spacing(facts: SetFacts) -> str:
    known = [case.spacing_mm for case in facts.cases if case.spacing_mm]
    if not known:
        return "unknown: distances count in pixels"
    in_plane = [side for spacing in known for side in spacing[-2:]]
    between = [spacing[0] for spacing in known if len(spacing) == 3]
    said = f"pixels of {_range(in_plane)} mm"
    said += f", slices {_range(between)} mm apart" if between else ""
    unknown = len(facts.cases) - len(known)
    return said + (f"; unknown of {unknown} cases" if unknown else "")


def _values(facts: SetFacts) -> str:
    if not facts.cases:
        return ""
    lows, highs = [it.low for it in facts.cases], [it.high for it in facts.cases]
    channels = sorted({it.channels for it in facts.cases})
    return f"{min(lows):g} to {max(highs):g}, channels: {', '.join(map(str, channels))}"


def _mask_values(values: Sequence[float]) -> str:
    if len(values) <= MOST_VALUES:
        return ", ".join(f"{value:g}" for value in values)
    return f"{values[0]:g} to {values[-1]:g}, {len(values)} different ones"


def _range(values: Iterable[float]) -> str:
    ordered = sorted(values)
    low, high = f"{ordered[0]:.3g}", f"{ordered[-1]:.3g}"
    return low if low == high else f"{low} to {high}"


def _structures(facts: SetFacts) -> Table:
    table = Table("structure", box=box.SIMPLE)
    for title in ("targets", "cases", "smallest", "median", "largest (pixels)"):
        table.add_column(title, justify="right")
    for it in facts.structures:
        numbers = (it.targets, it.cases, it.smallest, it.median, it.largest)
        table.add_row(_plain(it.structure), *(f"{number:,}" for number in numbers))
    return table


def _told(facts: SetFacts) -> Iterable[str]:
    """Every problem as a sentence, by kind; many of one kind are cut, and it is said."""
    if not facts.problems:
        yield "no problem was found"
    ordered = sorted(facts.problems, key=lambda it: (it.expected, it.kind))
    for (expected, kind), these in groupby(ordered, key=lambda it: (it.expected, it.kind)):
        problems = list(these)
        yield f"{kind}{', as its config expects' if expected else ''} ({len(problems)}):"
        yield from (f"  {_sentence(it)}" for it in problems[:MOST_SHOWN])
        if len(problems) > MOST_SHOWN:
            yield f"  ... and {len(problems) - MOST_SHOWN} more; --json FILE holds all"


def _sentence(problem: Problem) -> str:
    return f"{problem.case_id}: {problem.sentence}"


def _record(name: str, found: Checked) -> dict[str, Any]:
    facts = found.facts
    return {
        "dataset": name,
        "found": facts.found,
        "mask_values": found.mask_values,
        "structures": [asdict(it) for it in facts.structures],
        "problems": [asdict(it) for it in facts.problems],
        "cases": [asdict(it) for it in facts.cases],
    }


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _plain(value: object) -> str:
    return " ".join(str(value).split()).replace("[", r"\[")
