"""A config's mapping -> the object it stands for, checked; the mistakes become sentences."""

import dataclasses
import importlib
import inspect
import os
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

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
    target = str(choice["_target_"])
    cls = locate(target, f"{group} {name}")
    if not issubclass(cls, interface):
        raise RequestError(f"{group} {name}: {target} should be a {interface.__name__}")
    check_names(cls, params, f"{group} {name}")
    for key in (*params, *_required(cls)):
        if params.get(key, "???") == "???":
            raise RequestError(f"{group} {name} needs {key}: give {group}.{name}.{key}=...")
    built = validated(cls, params, f"{group} {name}")
    return Part(name, built, target, params, choice.get("card") or {})


def _required(cls: type[Any]) -> list[str]:
    missing = dataclasses.MISSING
    return [
        item.name
        for item in dataclasses.fields(cls)
        if item.default is missing and item.default_factory is missing
    ]


def locate(target: str, where: str) -> type[Any]:
    """The class behind a `_target_`: of samb, or of a package the user trusts by name.

    `where` names the choice in the sentence of a RequestError.
    """
    trusted = {"samb", *os.environ.get("SAMB_TRUST", "").replace(",", " ").split()}
    module, _, name = target.rpartition(".")
    if target.partition(".")[0] not in trusted:
        msg = (
            f"{where} asks for {target}, and only classes of {', '.join(sorted(trusted))} may be "
            f"built; name its package in SAMB_TRUST if you trust it"
        )
        raise RequestError(msg)
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise RequestError(f"{where} asks for {target}: {error}") from error
    if not inspect.isclass(found) or not dataclasses.is_dataclass(found):
        raise RequestError(f"{where} asks for {target}, which is not a dataclass")
    return found


def check_names(cls: type[Any], names: Iterable[str], where: str) -> None:
    """Raise RequestError for a name that is no parameter of the dataclass."""
    known = [item.name for item in dataclasses.fields(cls) if item.init]
    for name in names:
        if name not in known:
            raise RequestError(f"{where} has no parameter {name!r}{one_of(name, known)}")


def _check_all_names(cls: type[Any], params: Mapping[str, Any], where: str) -> None:
    """Also of the dataclasses within, whose unknown parameters pydantic would drop unseen."""
    check_names(cls, params, where)
    hints = typing.get_type_hints(cls)
    for name, value in params.items():
        for part, inner in _parts(hints[name], value):
            _check_all_names(part, inner, f"{where}: {name}")


def _parts(hint: Any, value: Any) -> Iterator[tuple[type[Any], Mapping[str, Any]]]:
    """Dataclasses that a parameter holds, alone or in a tuple, with the mappings given for them.

    A dataclass or None is the dataclass; one among other types may stand for any of them.
    """
    items = [it for it in typing.get_args(hint) if it not in (type(None), ...)] or [hint]
    values = value if isinstance(value, list) else [value]
    for it in values:
        known = len(items) == 1 and dataclasses.is_dataclass(items[0])
        if known and isinstance(items[0], type) and isinstance(it, Mapping):
            yield items[0], it


def validated(cls: type[T], params: Mapping[str, Any], where: str) -> T:
    """The frozen dataclass made of these parameters, checked against its annotations."""
    _check_all_names(cls, params, where)
    try:
        return TypeAdapter(cls).validate_python(dict(params))
    except ValidationError as error:
        raise RequestError(f"{where}: {_said(error.errors()[0])}") from error


def _said(error: ErrorDetails) -> str:
    """What pydantic found, as `limit should be greater than or equal to 1, got 0`."""
    said = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return said
    place = ".".join(str(part) for part in error["loc"])
    said = re.sub(r"^\w+ should", "should", said).replace("a valid tuple", "a list, as in [a,b]")
    return f"{place}{'' if said.startswith('should') else ':'} {said}, got {error['input']!r}"
