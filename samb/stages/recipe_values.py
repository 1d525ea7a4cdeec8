"""A recipe's YAML with the changes of a command line."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from samb.choices import ConfigFolders, one_line
from samb.errors import RequestError

GROUP = "recipe"


def split_arguments(arguments: Sequence[str]) -> tuple[str, dict[str, str], list[str]]:
    """The recipe's name, its values by path (`optimiser.learning_rate`), and what is left."""
    name, values, others = "", {}, []
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key == GROUP:
            name = value
        elif key.startswith(f"{GROUP}."):
            values[key.removeprefix(f"{GROUP}.")] = value
        else:
            others.append(argument)
    if not name:
        msg = "choose a recipe, as in recipe=medsam_v1; `samb list recipes` names them"
        raise RequestError(msg)
    return name, {_without(name, path): value for path, value in values.items()}, others


def _without(name: str, path: str) -> str:
    if not path.startswith(f"{name}."):
        msg = f"recipe.{path}: recipe {path.partition('.')[0]!r} is not chosen, {name!r} is"
        raise RequestError(msg)
    return path.removeprefix(f"{name}.")


def recipe_choice(folders: ConfigFolders, name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The recipe as its YAML says, with these values; its own checks come when it is built."""
    choice: dict[str, Any] = copy.deepcopy(folders.read(GROUP, name))
    for path, text in values.items():
        *parents, last = path.split(".")
        place = choice
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise RequestError(f"recipe.{name}.{path}: {parent} holds no values")
        place[last] = _value(f"recipe.{name}.{path}", text)
    return choice


def _value(key: str, text: str) -> Any:
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RequestError(f"{key}: cannot read {text!r} as a value: {one_line(error)}") from error
    # YAML 1.1 reads 1e-3 as text.
    return float(value) if isinstance(value, str) and _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
