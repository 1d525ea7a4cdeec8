"""`samb list studies`, `samb show study`: what there is, and how much of it is on this machine."""

from collections.abc import Mapping, Sequence
from functools import partial

from rich import box
from rich.table import Table
from rich.text import Text

from samb.building import Part
from samb.choices import ConfigFolders
from samb.cli.display import STDOUT
from samb.config import load_study
from samb.presence import data_are_here
from samb.reports.names import ROLES, counted
from samb.reports.text import NOTHING
from samb.studies.published import is_unverified, published
from samb.studies.roles import standing, taken
from samb.studies.study import Data, Study


def list_studies() -> None:
    """A line for each study, with how much of it is on this machine."""
    folders = ConfigFolders.find()
    table = Table("study", "what it is", "fidelity", "data on this machine", box=box.SIMPLE)
    table.columns[0].no_wrap = True
    for name in folders.choices("study"):
        study = load_study(name, folders)
        facts = [str(study.card.get(key, "")) for key in ("title", "fidelity")]
        table.add_row(name, *map(Text, facts), _here(study.built, folders))
    STDOUT.print(table)
    STDOUT.print("the paper's own data sets and those that substitutes stand for, of all it has")


def _here(study: Study, folders: ConfigFolders) -> str:
    roles = [_role(study, it, folders) for it in study.data]
    counts = [f"{roles.count(role)} {said}" for role, said in _COUNTED.items() if role in roles]
    return f"{', '.join(counts) or 'none'} of {len(roles)}"


_COUNTED = {"paper": "own", "substitute": "by substitutes"}


def _role(study: Study, data: Data, folders: ConfigFolders) -> str:
    """What stands for a data set of the paper: its own, a substitute, or nothing (empty)."""
    names = taken(study, data, partial(_is_here, folders))
    if not names:
        return ""
    return "paper" if names[0] == data.dataset else "substitute"


def _is_here(folders: ConfigFolders, dataset: str) -> bool:
    return data_are_here(folders.read("dataset", dataset))


def study_facts(name: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """The card as text, and the rules as `samb run` takes them."""
    study = load_study(name)
    rule = study.built.table
    return study.card, {
        "prompt modes": dict(study.built.modes),
        "selections": ", ".join(study.built.selections),
        "metrics": ", ".join(study.built.metrics),
        "models": ", ".join(study.built.models),
        "table": f"{', '.join(rule.metrics)}; level {rule.level}, over {rule.over}, "
        f"across {rule.across}",
    }


def show_data(name: str) -> None:
    """The paper's data sets, what reads them, what is here, and what a run takes."""
    folders = ConfigFolders.find()
    study = load_study(name, folders)
    headers = ("data set of the paper", "read by", "substitutes", "a run here takes", "remarks")
    table = Table(*headers, box=box.SIMPLE, pad_edge=False)
    for data in study.built.data:
        names = taken(study.built, data, partial(_is_here, folders))
        roles = [f"{it} ({ROLES[standing(study.built, it).role]})" for it in names]
        table.add_row(
            Text(data.name),
            Text(_marked([data.dataset] if data.dataset else [], folders)),
            Text(_marked(data.substitutes, folders)),
            Text(", ".join(roles) or "nothing"),
            Text(_remarks(data)),
        )
    STDOUT.print(table)
    if not any(_role(study.built, it, folders) for it in study.built.data):
        STDOUT.print(
            "Nothing of it is on this machine: a run takes phantoms, to show the plumbing."
        )
    _tell_published(study)


def _remarks(data: Data) -> str:
    scored = [f"{counted(data.images, 'image')} scored by the paper;"] if data.images else []
    return " ".join([*scored, *data.why.split()])


def _marked(names: Sequence[str], folders: ConfigFolders) -> str:
    here = [f"{it}{'' if _is_here(folders, it) else ' (not here)'}" for it in names]
    return ", ".join(here) or NOTHING


def _tell_published(study: Part[Study]) -> None:
    every = published(study.name, unverified=True)
    unseen = int(is_unverified(every).sum())
    said = f"{counted(len(every) - unseen, 'published value')} that a source shows"
    said += f", and {unseen} that none does (--show-unverified)" if unseen else ""
    STDOUT.print(f"{said}: samb show published {study.name}", markup=False, soft_wrap=True)
    STDOUT.print(f"now: samb run study={study.name} model=builtin limit=2", markup=False)
