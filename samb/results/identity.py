"""What a run is (its identity, which may not change) and how much of it there is (its extent).

The identity is a map: `seed`, and one entry per data set, model and prompt mode with everything
that could change a number. Entries may be added to a folder; one that is there may not change.
"""

import json
from collections.abc import Mapping
from typing import Any

from samb.errors import RequestError
from samb.results.folder import RunFolder
from samb.results.schema import SCHEMA_VERSION

Identity = Mapping[str, Any]
FILE = "identity.json"


def compatible(run: RunFolder, identity: Identity) -> dict[str, Any]:
    """What the folder's identity would become; RequestError names the first contradiction."""
    wanted = json.loads(json.dumps({"schema_version": SCHEMA_VERSION, **identity}))
    present = run.read_json(FILE) or {}
    for name in sorted(present.keys() & wanted.keys()):
        if present[name] != wanted[name]:
            msg = (
                f"{run.path} holds another run: {difference(name, present[name], wanted[name])}. "
                f"Give this one a name of its own (name=...) or remove the folder"
            )
            raise RequestError(msg)
    return {**present, **wanted}


def claim(run: RunFolder, identity: Identity) -> None:
    """Write the identity into a new folder, or add to an old one what does not contradict it."""
    merged = compatible(run, identity)
    if merged != run.read_json(FILE):
        run.write_text(FILE, json.dumps(merged, indent=1, sort_keys=True))


def difference(name: str, present: object, wanted: object) -> str:
    """The first difference of two entries as words, e.g. `model/x: seed was 0, is now 1`."""
    if isinstance(present, dict) and isinstance(wanted, dict):
        for key in sorted(present.keys() | wanted.keys()):
            if present.get(key) != wanted.get(key):
                return difference(f"{name}: {key}", present.get(key), wanted.get(key))
    return f"{name} was {json.dumps(present)}, is now {json.dumps(wanted)}"
