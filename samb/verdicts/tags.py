"""What kind of thing a target is, by its name: tags.yaml, the first rule that fits."""

import re
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

FILE = Path(__file__).parent / "tags.yaml"


def has_tag(rows: pd.DataFrame, wanted: tuple[str, ...]) -> "pd.Series[bool]":
    """Rows (with dataset and target) whose target has one of these tags."""
    names = rows["dataset"].astype(str) + ": " + rows["target"].astype(str)
    hits = {name: bool(tags_of(name).intersection(wanted)) for name in names.unique()}
    return names.map(hits).astype(bool)


@cache
def tags_of(name: str) -> frozenset[str]:
    """Tags of `DATASET: TARGET`, letter case aside; none where no rule fits."""
    for pattern, tags in _rules():
        if re.search(pattern, name, re.IGNORECASE):
            return frozenset(tags)
    return frozenset()


@cache
def _rules() -> tuple[tuple[str, tuple[str, ...]], ...]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple((str(rule["name"]), tuple(rule["tags"])) for rule in content)
