"""`samb doctor`: what works on this machine, and what to do about the rest."""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from samb import pipeline
from samb.choices import GROUPS, ConfigFolders
from samb.cli.display import STDOUT
from samb.errors import SambError
from samb.models.devices import available_devices
from samb.models.store import cache_root, checkpoint_path
from samb.stages.provenance import packages

LEAST_FREE_GB = 5


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    about: str
    good: bool
    told: str


def examine() -> bool:
    """Print every finding; whether all is well. Missing data or weights are no illness."""
    findings = [check() for check in CHECKS]
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        mark = "[green]ok[/green]" if finding.good else "[red]problem[/red]"
        table.add_row(mark, finding.about, finding.told)
    STDOUT.print(table)
    return all(finding.good for finding in findings)


def _packages() -> Finding:
    found = packages()
    missing = [name for name, version in found.items() if version == "not installed"]
    told = ", ".join(f"{name} {version}" for name, version in found.items())
    return Finding("packages", not missing, told)


def _devices() -> Finding:
    return Finding("devices", True, ", ".join(available_devices()))


def _official_classes() -> Finding:
    from samb.models.official import outline

    try:
        outline("tiny", 256)
    except (ImportError, RuntimeError) as error:
        return Finding("segment_anything", False, f"{error}; install samb again")
    return Finding("segment_anything", True, "its classes load")


def _configs() -> Finding:
    folders = ConfigFolders.find()
    try:
        counts = [f"{len(folders.choices(group))} {group}s" for group in GROUPS]
        for group in GROUPS:
            for name in folders.choices(group):
                folders.read(group, name)
    except SambError as error:
        return Finding("configs", False, str(error))
    own = f"yours: {folders.user}" if folders.user else "none of your own (./configs)"
    return Finding("configs", True, f"{', '.join(counts)}; {own}")


def _data() -> Finding:
    root = os.environ.get("SAMB_DATA")
    if root is None:
        return Finding("data", True, "SAMB_DATA is not set; shipped data sets look in ./data")
    there = Path(root).expanduser().is_dir()
    told = f"SAMB_DATA={root}" if there else f"SAMB_DATA={root} is not a folder; correct it"
    return Finding("data", there, told)


def _checkpoints() -> Finding:
    folders = ConfigFolders.find()
    choices = {name: folders.read("model", name) for name in folders.choices("model")}
    wanted = {name: it["checkpoint"] for name, it in choices.items() if it.get("url")}
    there = [name for name, file in wanted.items() if checkpoint_path(file).is_file()]
    told = f"{', '.join(there) or 'none'} fetched into {cache_root() / 'checkpoints'}"
    return Finding("checkpoints", True, f"{told}; get one with `samb models fetch sam_vit_b`")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    return Finding("disk", free > LEAST_FREE_GB, f"{free:.0f} GB free here")


def _trial() -> Finding:
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = pipeline.run(
                ["dataset=phantoms", "model=box_fill", "prompt=box", "limit=1"],
                pipeline.Place(runs=Path(folder), workers=1),
            )
        except SambError as error:
            return Finding("trial run", False, str(error))
    return Finding("trial run", True, f"{len(result.scores)} scores on one phantom")


CHECKS: tuple[Callable[[], Finding], ...] = (
    _packages, _devices, _official_classes, _configs, _data, _checkpoints, _disk, _trial,
)  # fmt: skip
