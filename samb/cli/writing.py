"""`samb init data`: a data set YAML for a folder somebody has."""

import re
from pathlib import Path

from samb.choices import ConfigFolders
from samb.cli.display import STDOUT
from samb.datasets.inspect import describe_folder, yaml_text
from samb.errors import RequestError


def init_data(folder: Path, name: str | None, configs: Path) -> None:
    """Write configs/dataset/NAME.yaml and say what was seen and how to go on."""
    guess = describe_folder(folder)
    chosen = name or re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")
    path = _free_path(chosen, configs)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml_text(guess, chosen))
    STDOUT.print(f"wrote {path}", markup=False, soft_wrap=True)
    for sentence in (*guess.seen, *guess.doubts):
        STDOUT.print(f"  {sentence}", markup=False)
    STDOUT.print(f"look at it: samb data check {chosen}", markup=False)
    STDOUT.print(f"now: samb run dataset={chosen} model=box_fill prompt=box limit=2", markup=False)


def _free_path(name: str, configs: Path) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        msg = f"a data set's name holds letters, digits, _ and - alone, got {name!r}; give --name"
        raise RequestError(msg)
    path = configs / "dataset" / f"{name}.yaml"
    if path.exists() or name in ConfigFolders.find().choices("dataset"):
        msg = f"there is already a data set {name!r}; give this one another name with --name"
        raise RequestError(msg)
    return path
