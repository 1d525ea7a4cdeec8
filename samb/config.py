"""configs/ and the command line -> one validated Experiment.

With `samb.sweeps.multirun` the only file that knows Hydra.

A command line holds choices (`dataset=[busi,acdc]`), settings (`limit=20`) and values of one
choice (`dataset.image_folder.root=...`). Hydra composes the choices; values are applied
afterwards, so that text such as `masks/{stem}.png` is taken literally where the parameter is text.
"""

import re
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import hydra
import yaml
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from samb.building import Part, build_parts, check_names, locate, validated
from samb.choices import GROUPS, ConfigFolders, named_templates, one_line, one_of
from samb.datasets.base import Dataset
from samb.errors import RequestError
from samb.metrics.base import Metric
from samb.models.base import Model
from samb.presence import data_are_here
from samb.prompts.base import Prompter
from samb.prompts.replayed import choices_of
from samb.request import STUDY, Request, Settings, names_in
from samb.studies.published import published
from samb.studies.roles import datasets
from samb.studies.study import Study

WITHOUT_EFFECT = ("study", "name", "max_failed", "allowed_failed", "limit=null")
"""Keys (one with its value) of a command line that leave every number of a study as it is."""


@dataclass(frozen=True)
class Prompting:
    """What prompts are made from, without metrics and with or without models."""

    datasets: tuple[Part[Dataset], ...]
    models: tuple[Part[Model], ...]
    prompts: tuple[Part[Prompter], ...]
    settings: Settings


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
    study: Part[Study] | None = None
    changed: tuple[str, ...] = ()
    """Arguments that depart from the study."""


def load_experiment(arguments: Sequence[str], folders: ConfigFolders | None = None) -> Experiment:
    """Compose, check and build; RequestError names what is wrong with the command or a config."""
    folders = folders or ConfigFolders.find()
    spelt_out, study = expanded(arguments, folders)
    values = compose(spelt_out, folders)
    if study is None:
        return build_experiment(values)
    published(study.name)
    values[STUDY] = {study.name: folders.read(STUDY, study.name)}
    return replace(build_experiment(values), study=study, changed=_changed(arguments))


def load_prompting(arguments: Sequence[str]) -> Prompting:
    """Data sets, prompt modes and models, of which there may be none: only those that are named."""
    folders = ConfigFolders.find()
    values = compose(expanded(["model=", *arguments], folders)[0], folders)
    _require(values, ("dataset", "prompt"))
    return Prompting(
        datasets=build_parts(values["dataset"], "dataset", Dataset),
        models=build_parts(values["model"], "model", Model),
        prompts=build_parts(values["prompt"], "prompt", Prompter),
        settings=_settings(values),
    )


def sole_dataset(arguments: Sequence[str]) -> Part[Dataset]:
    """The one data set that a command line names."""
    values = compose(arguments, ConfigFolders.find())
    if len(values["dataset"]) != 1:
        names = ", ".join(values["dataset"]) or "none"
        raise RequestError(f"choose one dataset, as in dataset=NAME; got {names}")
    return build_parts(values["dataset"], "dataset", Dataset)[0]


def load_model(name: str) -> Part[Model]:
    """One model, built from its config alone."""
    models: dict[str, Any] = composed_values([f"model={name}"])["model"]
    return build_parts(models, "model", Model)[0]


def load_study(name: str, folders: ConfigFolders | None = None) -> Part[Study]:
    """One study, built from its config alone; a misspelt name lists those there are."""
    choice = (folders or ConfigFolders.find()).read("study", name)
    return build_parts({name: choice}, "study", Study)[0]


def expanded(
    arguments: Sequence[str], folders: ConfigFolders | None = None
) -> tuple[list[str], Part[Study] | None]:
    """Arguments in which what a study says stands for `study=NAME`, and the study.

    It says data sets, prompt modes, models, metrics and selections, each where the arguments name
    none; its data by what is on this machine (`samb.studies.roles`).
    """
    others = [it for it in arguments if it.partition("=")[0] != STUDY]
    named = [it.partition("=")[2] for it in arguments if it.partition("=")[0] == STUDY]
    if not named:
        return others, None
    names = names_in(named[-1])
    if len(names) != 1:
        msg = f"a run takes one study, as in study=NAME, got {', '.join(names) or 'none'}"
        raise RequestError(msg)
    folders = folders or ConfigFolders.find()
    study, request = load_study(names[0], folders), Request.parse(others)
    given = {*request.choices, *request.settings}
    if request.settings.get("prompts_from", "null") != "null":
        given.add("prompt")  # that file has modes of its own
    said = {
        "model": study.built.models,
        "prompt": tuple(study.built.modes),
        "metric": study.built.metrics,
        "selection": study.built.selections,
    }
    if "dataset" not in given:
        said["dataset"] = datasets(study.built, partial(_is_here, folders, request.values))
    spelt_out = [f"{key}=[{','.join(it)}]" for key, it in said.items() if key not in given]
    return [*spelt_out, *others], study


def _is_here(folders: ConfigFolders, values: Mapping[str, str], dataset: str) -> bool:
    choice = folders.read("dataset", dataset)
    return data_are_here(choice, values.get(f"dataset.{dataset}.root"))


def _changed(arguments: Iterable[str]) -> tuple[str, ...]:
    """What of a command line with a study can change a number of it; not where its files lie."""
    found = (it for it in arguments if not {it, it.partition("=")[0]} & set(WITHOUT_EFFECT))
    return tuple(it for it in found if not re.match(r"(dataset|model)\.[^.=]+\.root=", it))


def load_dataset(name: str, arguments: Sequence[str]) -> Part[Dataset]:
    """One data set, built from its config alone; `root=...` stands for `dataset.NAME.root=...`."""
    full = [it if "." in it.partition("=")[0] else f"dataset.{name}.{it}" for it in arguments]
    chosen: dict[str, Any] = composed_values([f"dataset={name}", *full])["dataset"]
    return build_parts(chosen, "dataset", Dataset)[0]


def composed_values(arguments: Sequence[str]) -> dict[str, Any]:
    """The composed config as plain values: settings checked, no part built."""
    values = compose(arguments, ConfigFolders.find())
    _settings(values)
    return values


def compose(arguments: Sequence[str], folders: ConfigFolders) -> dict[str, Any]:
    """The composed config as plain values, every argument applied and interpolations resolved."""
    request = Request.parse(arguments)
    replayed = _replayed(request)
    config = _hydra_compose(request.choices, folders)
    try:
        for key, text in request.settings.items():
            config[key] = _value(key, text, typing.get_type_hints(Settings)[key])
        for key, text in request.values.items():
            _set_value(config, key, text)
        values = OmegaConf.to_container(config, resolve=True)
    except OmegaConfBaseException as error:
        place = f"{error.full_key}: " if error.full_key else ""
        raise RequestError(f"the config does not resolve: {place}{one_line(error)}") from error
    named = named_templates(typing.cast(dict[str, Any], values), request.values, folders)
    return {group: {} for group in GROUPS} | named | replayed


def _replayed(request: Request) -> dict[str, Any]:
    """With `prompts_from`, the modes of that file: all of them, or those that `prompt=` names."""
    path = request.settings.get("prompts_from", "null")
    if path == "null":
        return {}
    return {"prompt": choices_of(path, request.choices.pop("prompt", None))}


def build_experiment(values: Mapping[str, Any]) -> Experiment:
    """Build every part of a composed config."""
    _require(values, GROUPS)
    return Experiment(
        datasets=build_parts(values["dataset"], "dataset", Dataset),
        models=build_parts(values["model"], "model", Model),
        prompts=build_parts(values["prompt"], "prompt", Prompter),
        metrics=build_parts(values["metric"], "metric", Metric),
        settings=_settings(values),
        resolved=yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True),
    )


def _require(values: Mapping[str, Any], groups: Iterable[str]) -> None:
    for group in groups:
        if not values[group]:
            raise RequestError(f"choose at least one {group}, as in {group}=NAME")


def _settings(values: Mapping[str, Any]) -> Settings:
    settings = {key: it for key, it in values.items() if key not in (*GROUPS, STUDY)}
    return validated(Settings, settings, "run")


def _hydra_compose(choices: Mapping[str, Sequence[str]], folders: ConfigFolders) -> DictConfig:
    chosen = [_choice_override(group, names, folders) for group, names in choices.items()]
    search = [f"hydra.searchpath=[{quoted(f'file://{folders.user}')}]"] if folders.user else []
    with hydra.initialize_config_dir(str(folders.shipped.resolve()), version_base="1.3"):
        try:
            config = hydra.compose("run", [*search, *chosen])
        except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
            msg = f"{' '.join(chosen)} cannot be composed: {one_line(error)}"
            raise RequestError(msg) from error
    OmegaConf.set_struct(config, False)
    return config


def _choice_override(group: str, names: Iterable[str], folders: ConfigFolders) -> str:
    for name in names:
        folders.read(group, name)
    return f"{group}=[{','.join(quoted(name) for name in names)}]"


def quoted(text: str) -> str:
    """As Hydra's grammar takes any text literally."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _set_value(config: DictConfig, key: str, text: str) -> None:
    """Apply GROUP.CHOICE.PARAMETER=value, or ...PARAMETER.ENTRY=value where it is a mapping."""
    group, name, parameter, entry = (*key.split(".", 3), "", "", "")[:4]
    if group not in GROUPS or not parameter:
        msg = f"expected GROUP.CHOICE.PARAMETER=value, got {key!r}; groups: {', '.join(GROUPS)}"
        raise RequestError(msg)
    chosen = config[group] or {}
    if name not in chosen:
        raise RequestError(f"{key}: {group} {name!r} is not chosen{one_of(name, list(chosen))}")
    if group == "prompt":
        msg = (
            f"{key}: a prompt mode's name stands for its rule in every table, so its numbers are "
            f"not changed here; write configs/prompt/NAME.yaml with a name of its own"
        )
        raise RequestError(msg)
    cls = locate(chosen[name]["_target_"], f"{group} {name}")
    check_names(cls, [parameter], f"{group} {name}")
    hint = typing.get_type_hints(cls)[parameter]
    if not entry:
        chosen[name][parameter] = _value(key, text, hint)
        return
    chosen[name].setdefault(parameter, {})
    if not isinstance(chosen[name][parameter], DictConfig):
        raise RequestError(f"{key}: {parameter} is no mapping, and has no entry {entry!r}")
    chosen[name][parameter][entry] = _value(key, text, _entry_hint(hint))


def _entry_hint(hint: Any) -> Any:
    return typing.get_args(hint)[1] if typing.get_origin(hint) is dict else Any


def _value(key: str, text: str, hint: Any) -> Any:
    """Text where the annotation says so, but `null` where it may be None; YAML elsewhere."""
    union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    options = typing.get_args(hint) if union else (hint,)
    if text == "null" and types.NoneType in options:
        return None
    if str in options:
        return _uninterpolated(text)
    may_be_one = int in options and re.fullmatch(r"-?\d+", text.strip())
    is_list = any(typing.get_origin(option) is tuple for option in options) and not may_be_one
    return _yaml_value(key, f"[{text}]" if is_list and not text.startswith("[") else text)


def _uninterpolated(text: str) -> str:
    """Text in which OmegaConf finds no `${...}` to resolve."""
    return re.sub(r"(\\*)\$\{", lambda found: found[1] * 2 + r"\${", text)


def _yaml_value(key: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        msg = f"{key}: cannot read {text!r} as a value: {one_line(error)}"
        raise RequestError(msg) from error
