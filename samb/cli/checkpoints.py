"""`samb models fetch` and `samb models verify`."""

from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
from rich.progress import TransferSpeedColumn as Speed

from samb.choices import ConfigFolders
from samb.cli.display import STDOUT
from samb.config import load_model
from samb.errors import RequestError
from samb.models.fetch import CheckpointSource
from samb.models.fetch import fetch as download
from samb.models.store import checkpoint_path


def fetch(name: str) -> None:
    """Download with a progress bar, resumed and verified."""
    choice = ConfigFolders.find().read("model", name)
    source = _source(name, choice)
    path = checkpoint_path(choice["checkpoint"])
    columns = ("{task.description}", BarColumn(), DownloadColumn(), Speed(), TimeRemainingColumn())
    with Progress(*columns, console=STDOUT, disable=not STDOUT.is_terminal) as bar:
        task = bar.add_task(name, total=source.bytes)
        download(source, path, lambda done, total: bar.update(task, completed=done, total=total))
    STDOUT.print(f"{path} is there and verified (SHA-256)", markup=False, soft_wrap=True)


def _source(name: str, choice: dict[str, Any]) -> CheckpointSource:
    card = choice.get("card") or {}
    keys = ("url", "bytes", "sha256")
    found: dict[str, Any] = {key: choice.get(key) or card.get(key) for key in keys}
    if not all(found.values()):
        how = card.get("how_to_get_it") or "its card names no address"
        msg = f"model {name} cannot be fetched by samb: {how}"
        raise RequestError(msg)
    return CheckpointSource(str(found["url"]), int(found["bytes"]), str(found["sha256"]))


def verify(name: str) -> None:
    """Check the file, its SHA-256 and that the weights fit the architecture."""
    model = load_model(name)
    model.built.check()
    facts = ", ".join(f"{key} {value}" for key, value in model.built.identity().items())
    STDOUT.print(f"{name} can be loaded: {facts}", markup=False, soft_wrap=True)
