"""configs/ and the command line -> one validated Experiment. The only file that knows Hydra.

A command line holds choices (`dataset=[busi,acdc]`), settings (`limit=20`) and values of one
choice (`dataset.image_folder.root=...`). Hydra composes the choices; values are applied
afterwards, so that text such as `masks/{stem}.png` is taken literally where the parameter is text.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import hydra
import yaml
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import Field

from samb.building import Part, build_parts, locate, validated
from samb.choices import GROUPS, ConfigFolders, one_of
from samb.datasets.base import Dataset
from samb.errors import RequestError
from samb.metrics.base import Metric
from samb.models.base import Model
from samb.prompts.base import Prompter
from samb.selections import SELECTIONS, Selection


@dataclass(frozen=True)
class Settings:
    """The settings of configs/run.yaml, checked."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] | None = None
    seed: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1)] | None = None
    selection: Annotated[tuple[Selection, ...], Field(min_length=1)] = SELECTIONS
    max_failed: Annotated[int, Field(ge=0)] | None = None
    allowed_failed: Annotated[float, Field(ge=0, le=1)] = 0.0


@dataclass(frozen=True)
class Experiment:
    """Everything that a run needs, validated whole before any data is read."""

    datasets: tuple[Part[Dataset], ...]
    models: tuple[Part[Model], ...]
    prompts: tuple[Part[Prompter], ...]
    metrics: tuple[Part[Metric], ...]
    settings: Settings
    resolved: str = field(repr=False)
    """The composed config as YAML."""


def load_experiment(arguments: Sequence[str], folders: ConfigFolders | None = None) -> Experiment:
    """Compose, check and build; RequestError names what is wrong with the command or a config."""
    return build_experiment(compose(arguments, folders or ConfigFolders.find()))


def load_model(name: str) -> Part[Model]:
    """One model, built from its config alone."""
    models: dict[str, Any] = composed_values([f"model={name}"])["model"]
    return build_parts(models, "model", Model)[0]


def composed_values(arguments: Sequence[str]) -> dict[str, Any]:
    """The composed config as plain values, nothing built."""
    plain = OmegaConf.to_container(compose(arguments, ConfigFolders.find()))
    return {str(key): value for key, value in plain.items()} if isinstance(plain, dict) else {}


def compose(arguments: Sequence[str], folders: ConfigFolders) -> DictConfig:
    """The composed config with every argument applied and interpolations resolved."""
    request = _Request.parse(arguments)
    choices = [
        _choice_override(group, request.choices[group], folders) for group in request.choices
    ]
    config = _hydra_compose(choices, folders)
    for key, text in request.settings.items():
        config[key] = _yaml_value(key, text)
    for key, text in request.values.items():
        OmegaConf.update(config, key, _part_value(config, key, text), merge=False)
    try:
        OmegaConf.resolve(config)
    except OmegaConfBaseException as error:
        raise RequestError(f"the config does not resolve: {error}") from error
    return config


def build_experiment(config: DictConfig) -> Experiment:
    """Build every part of a composed config."""
    plain = OmegaConf.to_container(config)
    if not isinstance(plain, dict):
        raise RequestError("a run config should be a mapping")
    groups = {group: plain.get(group) or {} for group in GROUPS}
    settings = {str(key): value for key, value in plain.items() if key not in GROUPS}
    for group in ("dataset", "model", "prompt"):
        if not groups[group]:
            raise RequestError(f"choose at least one {group}, as in {group}=NAME")
    return Experiment(
        datasets=build_parts(groups["dataset"], "dataset", Dataset),
        models=build_parts(groups["model"], "model", Model),
        prompts=build_parts(groups["prompt"], "prompt", Prompter),
        metrics=build_parts(groups["metric"], "metric", Metric),
        settings=validated(Settings, settings, "run"),
        resolved=OmegaConf.to_yaml(config),
    )


@dataclass(frozen=True)
class _Request:
    """Arguments of the form key=value, by what they set."""

    choices: dict[str, list[str]]
    settings: dict[str, str]
    values: dict[str, str]

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "_Request":
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
            self.choices[key] = _names(value)
        elif "." in key:
            self.values[key] = value
        elif key in known:
            self.settings[key] = value
        else:
            raise RequestError(f"there is no setting {key!r}{one_of(key, {*known, *GROUPS})}")


def _names(value: str) -> list[str]:
    """`a`, `a,b` and `[a,b]` are the same list."""
    return [name for name in re.split(r"[\s,]+", value.strip().strip("[]")) if name]


def _choice_override(group: str, names: Iterable[str], folders: ConfigFolders) -> str:
    for name in names:
        folders.read(group, name)
    return f"{group}=[{','.join(names)}]"


def _hydra_compose(overrides: Sequence[str], folders: ConfigFolders) -> DictConfig:
    search = [f"hydra.searchpath=[file://{folders.user}]"] if folders.user else []
    with hydra.initialize_config_dir(str(folders.shipped.resolve()), version_base="1.3"):
        config = hydra.compose("run", [*search, *overrides])
    OmegaConf.set_struct(config, False)
    return config


def _part_value(config: DictConfig, key: str, text: str) -> Any:
    group, _, rest = key.partition(".")
    name, _, parameter = rest.partition(".")
    if group not in GROUPS or not parameter:
        raise RequestError(f"expected GROUP.CHOICE.PARAMETER=value, got {key!r}; groups: {GROUPS}")
    chosen = config[group] or {}
    if name not in chosen:
        raise RequestError(f"{key}: {group} {name!r} is not chosen{one_of(name, list(chosen))}")
    return text if _is_text(chosen[name]["_target_"], parameter) else _yaml_value(key, text)


def _is_text(target: str, parameter: str) -> bool:
    hints = typing.get_type_hints(locate(target))
    hint = hints.get(parameter)
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return str in options


def _yaml_value(key: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RequestError(f"{key}: cannot read {text!r} as a value: {error}") from error
