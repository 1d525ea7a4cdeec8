"""How choices are named and ordered wherever a report shows them."""

import re
from collections.abc import Mapping

from samb.ordering import natural_order
from samb.reports.material import Material

ORACLE = "oracle: uses the reference, not deployable"
ORACLE_NOTE = f"({ORACLE.replace(':', '):', 1)}"
"""Explains the mark of `shown_mode`, in every picture that has it."""


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
