"""Names and identity of a run, made from its experiment."""

import os
from typing import Any

from samb.building import Part
from samb.config import Experiment
from samb.prompts.replayed import Replayed
from samb.results.identity import Identity
from samb.streams import stable_hash


def identity(experiment: Experiment) -> Identity:
    """Everything that could change a number: data, preprocessing, weights, protocols, seed.

    A prompt file is known by its SHA-256, wherever it lies.
    """
    entries: dict[str, Any] = {"seed": experiment.settings.seed}
    for dataset in experiment.datasets:
        entries[f"dataset/{dataset.name}"] = _entry(dataset)
    for model in experiment.models:
        entries[f"model/{model.name}"] = _entry(model) | {"weights": dict(model.built.identity())}
    for prompt in experiment.prompts:
        version = prompt.card.get("version", 1)
        protocol = {key: it for key, it in _entry(prompt).items() if key != "file"}
        entries[f"prompt/{prompt.name}"] = protocol | {"version": version}
    return entries


def default_name(experiment: Experiment) -> str:
    """Data sets (or a study), models and a hash: the same request finds its folder again."""
    datasets = {part.name: _entry(part) for part in experiment.datasets}
    models = {part.name: _entry(part) for part in experiment.models}
    subject = experiment.study.name if experiment.study else "+".join(datasets)
    names = f"{subject}-{'+'.join(models)}"[:80]
    replayed = sorted(prompt_files(experiment).values())
    digest = stable_hash(experiment.settings.seed, datasets, models, *replayed)
    return f"{names}-{digest % 16**8:08x}"


def _entry(part: Part[Any]) -> dict[str, Any]:
    """Class and parameters; a path below SAMB_DATA is named from there, so that data may move."""
    params = {name: _portable(value) for name, value in sorted(part.params.items())}
    return {"class": part.target, **params}


def _portable(value: Any) -> Any:
    root = os.environ.get("SAMB_DATA", "").rstrip("/")
    if root and isinstance(value, str) and value.startswith(root + "/"):
        return "${SAMB_DATA}" + value[len(root) :]
    return value


def prompt_files(experiment: Experiment) -> dict[str, str]:
    """File of replayed prompts -> its SHA-256."""
    built = [it.built for it in experiment.prompts]
    return {it.file: it.sha256 for it in built if isinstance(it, Replayed)}
