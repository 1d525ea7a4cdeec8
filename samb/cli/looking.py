"""`samb list` and `samb show`: the config folders and the run folders, without torch."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from rich import box
from rich.syntax import Syntax
from rich.table import Table

from samb.choices import GROUPS, ConfigFolders, one_of
from samb.cli.display import STDOUT
from samb.errors import RequestError

SUMMARY = {"dataset": "modality", "model": "training_data", "prompt": "source", "metric": "source"}
"""What of a card stands in the second column of a list."""


def list_kind(kind: str, runs: Path) -> None:
    """Print the choices of a kind with a line about each."""
    group = kind.removesuffix("s")
    if group == "run":
        _list_runs(runs)
        return
    _known(group)
    folders = ConfigFolders.find()
    table = Table(group, "what it is", SUMMARY[group].replace("_", " "), box=box.SIMPLE)
    for name in folders.choices(group):
        choice = folders.read(group, name)
        card = choice.get("card") or {}
        table.add_row(name, _first_sentence(card, choice), _short(card.get(SUMMARY[group], "")))
    STDOUT.print(table)


def _known(group: str) -> None:
    if group not in GROUPS:
        kinds = [f"{name}s" for name in (*GROUPS, "run")]
        msg = f"there is no kind {group!r}{one_of(group, kinds)}"
        raise RequestError(msg)


def _first_sentence(card: Mapping[str, Any], choice: Mapping[str, Any]) -> str:
    told = card.get("title") or card.get("rule") or card.get("definition") or ""
    if isinstance(told, Mapping):
        told = ", ".join(told)
    state = _missing_file(choice)
    return _short(told) + (f" [yellow]({state})[/yellow]" if state else "")


def _missing_file(choice: Mapping[str, Any]) -> str:
    """`not here` for data or weights that this machine lacks."""
    root, checkpoint = choice.get("root"), choice.get("checkpoint")
    if root and "???" not in root and not Path(_with_environment(root)).expanduser().is_dir():
        return "data not here"
    if checkpoint and checkpoint != "???":
        from samb.models.store import checkpoint_path

        return "" if checkpoint_path(_with_environment(checkpoint)).is_file() else "not fetched"
    return ""


def _with_environment(text: str) -> str:
    """`${oc.env:NAME,default}` resolved without Hydra."""
    head, start, rest = text.partition("${oc.env:")
    if not start:
        return text
    inside, _, tail = rest.partition("}")
    name, _, default = inside.partition(",")
    return head + os.environ.get(name, default) + tail


def _short(value: object, letters: int = 90) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _list_runs(runs: Path) -> None:
    table = Table("run", "data sets", "models", "prompt modes", "scored", box=box.SIMPLE)
    for path in sorted(runs.glob("*/identity.json")):
        names = [key.partition("/") for key in json.loads(path.read_text())]
        row = [", ".join(name for kind, _, name in names if kind == group) for group in GROUPS[:3]]
        scored = "yes" if (path.parent / "scores.parquet").is_file() else "no"
        table.add_row(path.parent.name, *row, scored)
    STDOUT.print(table if table.row_count else f"no runs in {runs}")


def show(kind: str, name: str, runs: Path) -> None:
    """Print everything that is known about one choice, or about one run."""
    group = kind.removesuffix("s")
    if group == "run":
        _show_run(name, runs)
        return
    _known(group)
    folders = ConfigFolders.find()
    choice = folders.read(group, name)
    card = choice.get("card") or {}
    params = {key: value for key, value in choice.items() if key not in {"card", "_target_"}}
    STDOUT.print(f"[bold]{group} {name}[/bold]   {folders.path(group, name)}", soft_wrap=True)
    STDOUT.print(_facts({"class": choice["_target_"], **params, **card}))


def _facts(facts: Mapping[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in facts.items():
        table.add_row(str(key).replace("_", " "), _told(value))
    return table


def _told(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(f"- {' '.join(str(item).split())}" for item in value) or "none"
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {' '.join(str(item).split())}" for key, item in value.items())
    return " ".join(str(value).split()).replace("[", r"\[")


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
            STDOUT.print(Syntax(content, "yaml", background_color="default", word_wrap=True))
