"""`samb list` and `samb show`: the config folders and the run folders, without torch."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from rich import box
from rich.table import Table

from samb.choices import GROUPS, ConfigFolders, one_of
from samb.cli.display import STDOUT
from samb.errors import RequestError
from samb.ordering import natural_order
from samb.presence import data_are_here, with_environment

LISTED = (*GROUPS, "recipe", "claim")
"""Kinds of choices."""
SECOND = {
    "dataset": "modality",
    "model": "training_data",
    "prompt": "",
    "metric": "values",
    "recipe": "faithful_to",
    "claim": "statement",
}
"""What of a card stands beside the title in a list."""


def list_kind(kind: str, runs: Path) -> None:
    """Print the choices of a kind with a line about each."""
    group = _group(kind)
    if group == "study":
        from samb.cli.studying import list_studies

        list_studies()
        return
    if group == "run":
        _list_runs(runs)
        return
    if group == "attribute":
        _list_attributes()
        return
    _known(group)
    folders = ConfigFolders.find()
    choices = {name: folders.read(group, name) for name in folders.choices(group)}
    table = Table(group, box=box.SIMPLE)
    table.columns[0].no_wrap = True
    table.add_column("what it is")
    if SECOND[group]:
        table.add_column(SECOND[group].replace("_", " "))
    for name in sorted(choices, key=natural_order):
        table.add_row(name, *_told_in_list(group, choices[name]))
    STDOUT.print(table)


def _list_attributes() -> None:
    from samb.metrics.attributes import DEFINITIONS

    STDOUT.print("Of every target on every frame: report/attributes.csv, and result.attributes.")
    table = Table("attribute", "what it is", box=box.SIMPLE)
    for name, definition in DEFINITIONS.items():
        table.add_row(name, definition)
    STDOUT.print(table)


def _told_in_list(group: str, choice: Mapping[str, Any]) -> list[str]:
    card = choice.get("card") or {}
    missing = _missing_file(choice)
    title = _line(card.get("title", "")) + (f" [yellow]({missing})[/yellow]" if missing else "")
    if group == "metric":
        values = [name for name, it in card.items() if isinstance(it, dict) and "definition" in it]
        return [title, ", ".join(values)]
    return [title, _short(card.get(SECOND[group], ""))] if SECOND[group] else [title]


def _known(group: str) -> None:
    if group not in (*LISTED, "study"):
        kinds = [*(f"{name}s" for name in (*LISTED, "attribute", "run")), "studies"]
        msg = f"there is no kind {group + 's'!r}{one_of(group + 's', kinds)}"
        raise RequestError(msg)


def _missing_file(choice: Mapping[str, Any]) -> str:
    """`not here` for data or weights that this machine lacks."""
    root, checkpoint = choice.get("root"), choice.get("checkpoint")
    if root and "???" not in root and not data_are_here(choice):
        return "data not here"
    if checkpoint and checkpoint != "???":
        from samb.models.store import checkpoint_path

        return "" if checkpoint_path(with_environment(checkpoint)).is_file() else "not fetched"
    return ""


def _line(value: object) -> str:
    return " ".join(str(value).split()).replace("[", r"\[")


def _short(value: object, letters: int = 60) -> str:
    text = _line("; ".join(value) if isinstance(value, list) else value)
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _list_runs(runs: Path) -> None:
    table = Table("run", "data sets", "models", "prompt modes", "scored", box=box.SIMPLE)
    for path in sorted(runs.glob("*/identity.json")):
        names = [key.partition("/") for key in json.loads(path.read_text())]
        row = [", ".join(name for kind, _, name in names if kind == group) for group in GROUPS[:3]]
        scored = "yes" if (path.parent / "scores.parquet").is_file() else "no"
        table.add_row(path.parent.name, *row, scored)
    STDOUT.print(table if table.row_count else f"no runs in {runs}")


def _group(kind: str) -> str:
    """`datasets` and `studies` are `dataset` and `study`."""
    return "study" if kind == "studies" else kind.removesuffix("s")


def show(
    kind: str, name: str, runs: Path, *, show_unverified: bool = False, figures: Path | None = None
) -> None:
    """Print everything that is known about one choice, or about one run."""
    group = _group(kind)
    if group == "published":
        from samb.cli.published import show_published

        show_published(name, show_unverified=show_unverified, figures=figures)
        return
    if show_unverified or figures is not None:
        option = "--show-unverified" if show_unverified else "--figures"
        raise RequestError(f"{option} is of `samb show published NAME`")
    if group == "run":
        _show_run(name, runs)
        return
    if group == "attribute":
        _show_attribute(name)
        return
    _known(group)
    folders = ConfigFolders.find()
    choice = folders.read(group, name)
    if group == "study":
        _show_study(name, folders)
        return
    card = choice.get("card") or {}
    params = {key: value for key, value in choice.items() if key not in {"card", "_target_"}}
    STDOUT.print(f"[bold]{group} {name}[/bold]   {folders.path(group, name)}", soft_wrap=True)
    STDOUT.print(_facts({"class": choice["_target_"], **params, **card}))


def _show_study(name: str, folders: ConfigFolders) -> None:
    from samb.cli.studying import show_data, study_facts

    card, rules = study_facts(name)
    STDOUT.print(f"[bold]study {name}[/bold]   {folders.path('study', name)}", soft_wrap=True)
    STDOUT.print(_facts({**card, **rules}))
    show_data(name)


def _show_attribute(name: str) -> None:
    from samb.metrics.attributes import DEFINITIONS

    if name not in DEFINITIONS:
        raise RequestError(f"there is no attribute {name!r}{one_of(name, DEFINITIONS)}")
    STDOUT.print(f"[bold]attribute {name}[/bold]   {DEFINITIONS[name]}", soft_wrap=True)


def _facts(facts: Mapping[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in facts.items():
        table.add_row(str(key).replace("_", " "), _told(value))
    return table


def _told(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(f"- {_item(item)}" for item in value) or "none"
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_item(item)}" for key, item in value.items())
    return _line(value)


def _item(value: object) -> str:
    """A mapping in a list gets a line for each of its keys."""
    if isinstance(value, Mapping):
        return "\n  ".join(f"{key}: {_line(_flat(item))}" for key, item in value.items())
    return _line(_flat(value))


def _flat(value: object) -> str:
    """Whatever it holds, on one line."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_flat(item)}".strip() for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(f"[{_flat(it)}]" if isinstance(it, list) else _flat(it) for it in value)
    return str(value)


def _show_run(name: str, runs: Path) -> None:
    folder = next(
        (it for it in (Path(name), runs / name) if (it / "identity.json").is_file()), None
    )
    if folder is None:
        there = [it.parent.name for it in runs.glob("*/identity.json")]
        msg = f"there is no run {name!r}{one_of(name, there)}"
        raise RequestError(msg)
    STDOUT.print(f"[bold]run[/bold] {folder}", soft_wrap=True)
    for file in ("identity.json", "provenance.json"):
        if (folder / file).is_file():
            content = yaml.safe_dump(json.loads((folder / file).read_text()), sort_keys=False)
            STDOUT.print(content, markup=False, soft_wrap=True)
