"""A config's mapping -> the object it stands for, checked; the mistakes become sentences."""

import dataclasses
import importlib
import inspect
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from samb.choices import one_of
from samb.errors import RequestError

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """One choice, built: its name, the object, and the YAML it came from."""

    name: str
    built: T
    target: str
    params: Mapping[str, Any]
    card: Mapping[str, Any]


def build_parts(choices: Mapping[str, Any], group: str, interface: type[T]) -> tuple[Part[T], ...]:
    """Every choice of one group, built as a subclass of its interface."""
    return tuple(_build_part(name, choice, group, interface) for name, choice in choices.items())


def _build_part(name: str, choice: Mapping[str, Any], group: str, interface: type[T]) -> Part[T]:
    params = {key: value for key, value in choice.items() if key not in {"_target_", "card"}}
    missing = [key for key, value in params.items() if value == "???"]
    if missing:
        msg = f"{group} {name} needs {missing[0]}: give {group}.{name}.{missing[0]}=..."
        raise RequestError(msg)
    target = str(choice["_target_"])
    cls = locate(target)
    if not issubclass(cls, interface):
        raise RequestError(f"{group} {name}: {target} should be a {interface.__name__}")
    built = validated(cls, params, f"{group} {name}")
    return Part(name, built, target, params, choice.get("card") or {})


def locate(target: str) -> type[Any]:
    """The class behind a `_target_`: of samb, or of a package the user trusts by name."""
    trusted = {"samb", *filter(None, os.environ.get("SAMB_TRUST", "").split(","))}
    module, _, name = target.rpartition(".")
    if target.partition(".")[0] not in trusted:
        msg = (
            f"a config asks for {target}, and only classes of {', '.join(sorted(trusted))} may be "
            f"built; name its package in SAMB_TRUST if you trust it"
        )
        raise RequestError(msg)
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise RequestError(f"a config asks for {target}: {error}") from error
    if not inspect.isclass(found) or not dataclasses.is_dataclass(found):
        raise RequestError(f"a config asks for {target}, which is not a dataclass")
    return found


def validated(cls: type[T], params: Mapping[str, Any], where: str) -> T:
    """The frozen dataclass made of these parameters, checked against its annotations."""
    names = [item.name for item in dataclasses.fields(cls)]  # type: ignore[arg-type] # locate checked
    for key in params:
        if key not in names:
            raise RequestError(f"{where} has no parameter {key!r}{one_of(key, names)}")
    try:
        return TypeAdapter(cls).validate_python(dict(params))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        given = f", got {first['input']!r}" if place else ""
        raise RequestError(f"{where}: {place}{': ' if place else ''}{said}{given}") from error
