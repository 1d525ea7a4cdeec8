"""What was trained, for whoever repeats it: the recipe as it was, and who validated. No torch."""

import csv
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from samb.adapt.pool import Pool
from samb.adapt.recipe import Recipe

RECIPE, GROUPS = "recipe.yaml", "validation_groups.csv"
NAME = Path(RECIPE).stem
"""Under which the written recipe runs: `samb adapt recipe=recipe`."""
HEADER = f"""\
# The recipe with every value it ran with. Put into configs/recipe/, it runs as it is:
# samb adapt recipe={NAME}. Under another file name, its key must be that name.
"""


def write_recipe(folder: Path, recipe: Recipe, card: Mapping[str, Any]) -> None:
    """recipe.yaml: every value, defaults too, so that it means the same under later versions."""
    target = f"{Recipe.__module__}.{Recipe.__qualname__}"
    content = {NAME: {"_target_": target, **plain(asdict(recipe)), "card": dict(card)}}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    (folder / RECIPE).write_text(HEADER + text, encoding="utf-8")


def write_groups(folder: Path, pool: Pool) -> None:
    """validation_groups.csv: dataset and group of all that was kept apart."""
    with (folder / GROUPS).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("dataset", "group"))
        writer.writerows(sorted({(it.dataset, it.group_id) for it in pool.validation}))


def changes_of(recipe: Recipe, stated: Recipe) -> list[str]:
    """Values that differ from the stated ones, as `optimiser.learning_rate=0.5 (1e-05)`.

    One that is not there, or None, is `unset`.
    """
    ours, theirs = (dict(_flat(asdict(it))) for it in (recipe, stated))
    paths = [it for it in dict.fromkeys((*ours, *theirs)) if ours.get(it) != theirs.get(it)]
    return [f"{it}={_said(ours.get(it))} ({_said(theirs.get(it))})" for it in paths]


def _said(value: Any) -> str:
    return "unset" if value is None else str(plain(value))


def _flat(values: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, it in values.items():
        found += _flat(it, f"{above}{key}.") if isinstance(it, dict) else [(f"{above}{key}", it)]
    return found


def plain(value: Any) -> Any:
    """Tuples as lists, whatever the depth, for YAML."""
    if isinstance(value, Mapping):
        return {key: plain(it) for key, it in value.items()}
    return [plain(it) for it in value] if isinstance(value, list | tuple) else value
