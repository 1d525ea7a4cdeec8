"""What a command line asks for, before anything is composed: key=value arguments, by what they set.

Choices (`dataset=[busi,acdc]`), settings (`limit=20`) and values of one choice
(`dataset.image_folder.root=...`).
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from samb.choices import GROUPS, one_of
from samb.errors import RequestError
from samb.selections import USUAL_RULES, Rule

STUDY = "study"
"""The key and the group of studies, which stand for choices of the others."""


@dataclass(frozen=True)
class Settings:
    """The settings of configs/run.yaml, checked."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$")] | None = None
    seed: Annotated[int, Field(ge=0, strict=True)] = 0
    prompt_repeats: Annotated[int, Field(ge=1, strict=True)] = 1
    limit: Annotated[int, Field(ge=1, strict=True)] | None = None
    selection: Annotated[tuple[Rule, ...], Field(min_length=1)] = USUAL_RULES
    max_failed: Annotated[int, Field(ge=0, strict=True)] | None = None
    allowed_failed: Annotated[float, Field(ge=0, le=1)] = 0.0
    prompts_from: str | None = None

    def __post_init__(self) -> None:
        if len(set(self.selection)) < len(self.selection):
            msg = f"selection should name each rule once, got {', '.join(self.selection)}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Request:
    """Arguments of the form key=value, by what they set; of two for one key the last one counts."""

    choices: dict[str, list[str]]
    settings: dict[str, str]
    values: dict[str, str]

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "Request":
        request = cls({}, {}, {})
        for argument in arguments:
            key, equals, value = argument.partition("=")
            if not equals or not key:
                msg = f"expected arguments of the form key=value, got {argument!r}"
                raise RequestError(msg)
            request._place(key, value)
        return request

    def _place(self, key: str, value: str) -> None:
        known = {item.name for item in dataclasses.fields(Settings)}
        if key in GROUPS:
            self.choices[key] = names_in(value)
        elif key.partition(".")[0] == STUDY:
            raise RequestError(_no_study_here(key))
        elif "." in key:
            self.values[key] = value
        elif key in known:
            self.settings[key] = value
        else:
            raise RequestError(f"there is no setting {key!r}{one_of(key, {*known, *GROUPS})}")


def _no_study_here(key: str) -> str:
    if key == STUDY:
        return "study=NAME is of samb run, sweep, prompts write and prompts show; not of this"
    return f"{key}: a study's rules are not changed here; write configs/study/NAME.yaml of your own"


def asked(arguments: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Choices by group, and settings as text, as the command line names them."""
    request = Request.parse(arguments)
    return request.choices, request.settings


def names_in(value: str) -> list[str]:
    """`a`, `a,b` and `[a,b]` are the same list."""
    if value.strip().startswith("[") != value.strip().endswith("]"):
        raise RequestError(f"expected a list such as [a,b], got {value!r}: a bracket is missing")
    return [name for name in re.split(r"[\s,]+", value.strip().strip("[]")) if name]
