"""Whether data lie on this machine, asked of a choice as it is written, without reading any."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def data_are_here(dataset: Mapping[str, Any], root: str | None = None) -> bool:
    """Whether the folder of a data set is there; one that needs none is always there.

    `root` stands for the choice's own, as `dataset.NAME.root=...` would.
    """
    named = dataset.get("root") if root is None else root
    if named is None:
        return True
    return "???" not in named and Path(with_environment(named)).expanduser().is_dir()


def with_environment(text: str) -> str:
    """`${oc.env:NAME,default}` resolved without Hydra."""
    head, start, rest = text.partition("${oc.env:")
    if not start:
        return text
    inside, _, tail = rest.partition("}")
    name, _, default = inside.partition(",")
    return head + os.environ.get(name, default) + tail
