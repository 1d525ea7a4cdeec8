"""How choices are named and ordered wherever a report shows them."""

import re
from collections.abc import Mapping

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material

ORACLE = "oracle: uses the reference, not deployable"
ORACLE_NOTE = f"({ORACLE.replace(':', '):', 1)}"
"""Explains the mark of `shown_mode`, in every picture that has it."""
ROLES = {
    "paper": "paper's data",
    "substitute": "substitute",
    "phantoms": "plumbing only",
    "own": "own data",
}
"""What a data set is to the study of its run, beside its name in every table."""


def shown_dataset(name: str, material: Material) -> str:
    """A data set, in a run of a study with what it is to the study; `all data sets` as it is."""
    if material.study is None or name not in material.study.data:
        return name
    return f"{name} ({ROLES[material.study.data[name].role]})"


def with_roles(table: pd.DataFrame, material: Material) -> pd.DataFrame:
    """A table of data with a column `role` after `dataset`, in a run of a study."""
    if material.study is None or "dataset" not in table or "role" in table:
        return table
    data = material.study.data
    roles = [data[name].role if name in data else "" for name in table["dataset"]]
    after = list(table.columns).index("dataset") + 1
    return pd.concat(
        [table.iloc[:, :after], pd.Series(roles, table.index, str, "role"), table.iloc[:, after:]],
        axis=1,
    )


def shown_prompt(name: str) -> str:
    """A mode's name with its decimal point: `box_jitter_0p1` becomes `box_jitter_0.1`."""
    return re.sub(r"(?<=\d)p(?=\d)", ".", name)


def shown_mode(name: str, selection: str) -> str:
    """A mode where there is little room: `point_random_1 (oracle)` where an oracle selects."""
    return f"{shown_prompt(name)} (oracle)" if is_oracle(selection) else shown_prompt(name)


def shown_selection(name: str) -> str:
    """A selection; one that looks at the reference says that it cannot be deployed."""
    return f"{name} ({ORACLE})" if is_oracle(name) else name


def is_oracle(selection: str) -> bool:
    """Whether a selection looks at the reference."""
    return selection.startswith("oracle")


def shown_model(name: str, material: Material) -> str:
    """A model's name, marked where it is a floor."""
    return f"{name} (floor)" if is_floor(material.card("model", name)) else name


def is_floor(card: Mapping[str, object]) -> bool:
    """Whether a model uses no image: what the prompt alone is worth."""
    return card.get("floor") is True


def model_order(name: str, material: Material) -> tuple[bool, tuple[str | float, ...]]:
    """Sort key: models by name, then floors."""
    return is_floor(material.card("model", name)), natural_order(name)


def counted(count: int, noun: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
