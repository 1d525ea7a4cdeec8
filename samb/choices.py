"""Which choices there are: the config folders, read without Hydra.

One YAML file is one choice; its file name is its name on the command line and in every table.
"""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from samb.errors import RequestError

GROUPS = ("dataset", "model", "prompt", "metric")


@dataclass(frozen=True)
class ConfigFolders:
    """Where choices are looked up: samb's own folder and, where there is one, the user's."""

    shipped: Path
    user: Path | None

    @classmethod
    def find(cls) -> "ConfigFolders":
        """The shipped configs, and SAMB_CONFIGS or ./configs of the working directory."""
        package = Path(__file__).parent
        inside_wheel, in_checkout = package / "configs", package.parent / "configs"
        shipped = inside_wheel if inside_wheel.is_dir() else in_checkout
        named = os.environ.get("SAMB_CONFIGS")
        user = Path(named or "configs").expanduser().resolve()
        if named and not user.is_dir():
            msg = f"SAMB_CONFIGS should name a folder of configs, but {user} is not a folder"
            raise RequestError(msg)
        return cls(shipped, user if user.is_dir() and user != shipped.resolve() else None)

    def choices(self, group: str) -> dict[str, Path]:
        """Name -> YAML file of one group, sorted; a user's file may not shadow a shipped one."""
        found = {path.stem: path for path in (self.shipped / group).glob("*.yaml")}
        own = self._own(group)
        for name in sorted(found.keys() & own.keys()):
            msg = (
                f"{own[name]} shadows samb's own {group} {name}: numbers under one name must mean "
                f"one thing; rename yours"
            )
            raise RequestError(msg)
        return dict(sorted((found | own).items()))

    def _own(self, group: str) -> dict[str, Path]:
        paths = sorted((self.user / group).glob("*.y*ml")) if self.user else []
        for path in paths:
            if path.suffix != ".yaml" or not re.fullmatch(r"\w[\w-]*", path.stem):
                msg = (
                    f"{path} should be named NAME.yaml, NAME of letters, digits, _ and - alone; "
                    f"rename it"
                )
                raise RequestError(msg)
        return {path.stem: path for path in paths}

    def path(self, group: str, name: str) -> Path:
        """The file behind a choice; a misspelt name lists the choices."""
        choices = self.choices(group)
        if name not in choices:
            hint = self._value_of(name, choices) if group == "metric" else ""
            raise RequestError(f"there is no {group} {name!r}{hint}{one_of(name, choices)}")
        return choices[name]

    def _value_of(self, name: str, choices: Iterable[str]) -> str:
        """Which metrics give a value of that name, as their cards define it."""
        giving = [it for it in choices if name in (self.read("metric", it).get("card") or {})]
        return f" ({name} is a value of {' and '.join(giving)})" if giving else ""

    def read(self, group: str, name: str) -> dict[str, Any]:
        """The choice's mapping as written, interpolations unresolved."""
        path = self.path(group, name)
        content = _load(path)
        if not isinstance(content, dict) or list(content) != [name]:
            keys = list(content) if isinstance(content, dict) else type(content).__name__
            msg = f"{path} should hold one key, {name!r} like the file; it holds {keys}"
            raise RequestError(msg)
        choice: dict[str, Any] = content[name]
        _check(choice, path)
        return choice


def named_templates(
    values: Mapping[str, Any], given: Mapping[str, str], folders: ConfigFolders
) -> dict[str, Any]:
    """Composed choices, in which a template goes by the `name` that the command line gives it.

    With `model.precomputed.name=unet` among the given values, tables say unet. Templates are the
    choices that leave a value to the command line (`???`); others have the name of their file.
    """
    named = dict(values)
    for key, wanted in given.items():
        group, name, parameter = (*key.split("."), "", "")[:3]
        if parameter == "name" and "???" in map(str, folders.read(group, name).values()):
            _check_name(key, wanted, name, folders.choices(group))
            chosen = named[group].items()
            named[group] = {wanted if it == name else it: choice for it, choice in chosen}
    return named


def _check_name(key: str, wanted: str, template: str, taken: Iterable[str]) -> None:
    if not re.fullmatch(r"\w[\w-]*", wanted):
        raise RequestError(f"{key} takes letters, digits, _ and - alone, got {wanted!r}")
    if wanted != template and wanted in taken:
        raise RequestError(f"{key}: there is a choice {wanted!r} already; give it another name")


def _load(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} is not readable as YAML: {one_line(error)}") from error
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error


def _check(choice: object, path: Path) -> None:
    if not isinstance(choice, dict) or not isinstance(choice.get("_target_"), str):
        msg = f"{path}: under its key there should be _target_: samb.ROOM.FILE.CLASS and parameters"
        raise RequestError(msg)
    if not isinstance(choice.get("card") or {}, dict):
        msg = f"{path}: card should be a mapping of facts, got {choice['card']!r}"
        raise RequestError(msg)


def one_line(error: BaseException) -> str:
    """What a parser says, without the lines that point at the place."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        file = "" if mark.name.startswith("<") else f" of {mark.name}"
        return f"{error.problem} in line {mark.line + 1}, column {mark.column + 1}{file}"
    if error.__cause__ and not str(error):
        return one_line(error.__cause__)
    return str(error).partition("\n")[0]


def one_of(wrong: str, right: object) -> str:
    """The tail of a sentence about a misspelling: the nearest name, and all there are."""
    names = sorted(str(name) for name in right)  # type: ignore[attr-defined] # any iterable
    same = [name for name in names if name.lower() == wrong.lower()]
    near = same or difflib.get_close_matches(wrong, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"{hint} There are: {', '.join(names) or 'none'}"
