"""`samb adapt`: the request, the data, the training, and what it leaves behind."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from samb.adapt.pool import Picture, Pool, read_case, split
from samb.adapt.recipe import Recipe
from samb.building import Part, build_parts
from samb.choices import ConfigFolders
from samb.config import compose
from samb.datasets.base import Dataset
from samb.errors import RefusedError, RequestError
from samb.models.base import Model
from samb.models.preprocessing import Preprocessing
from samb.prompts.base import Prompter
from samb.stages.extent import Shard, in_extent
from samb.stages.progress import Progress
from samb.stages.recipe_values import recipe_choice, split_arguments

DEFAULT_MODEL = "builtin"
TAKEN = ("dataset", "model", "limit", "name")
"""Settings that mean something to a training, beside the recipe's own."""


@dataclass(frozen=True)
class Request:
    """One `samb adapt`, checked before any data is read."""

    name: str
    recipe: Part[Recipe]
    datasets: tuple[Part[Dataset], ...]
    model: Part[Model] | None
    """None: fresh weights."""
    modes: tuple[Part[Prompter], ...]
    limit: int | None

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "Request":
        """Raises RequestError for anything that is wrong with the command or a config."""
        folders = ConfigFolders.find()
        name, changed, others = split_arguments(arguments)
        recipe = build_parts({name: recipe_choice(folders, name, changed)}, "recipe", Recipe)[0]
        modes = ",".join(recipe.built.prompts)
        values = compose(["model=", *others, *([f"prompt=[{modes}]"] if modes else [])], folders)
        _check_taken(others, name)
        datasets = _datasets(values["dataset"])
        _check_shares(recipe, datasets)
        model = _model(values["model"], recipe, folders)
        return cls(
            name=values["name"] or _default_name(recipe, model),
            recipe=recipe,
            datasets=datasets,
            model=model,
            modes=build_parts(values["prompt"], "prompt", Prompter),
            limit=values["limit"],
        )

    @property
    def seen(self) -> Preprocessing:
        """How the model sees a picture while it learns."""
        own = getattr(self.model.built, "preprocessing", None) if self.model else None
        return self.recipe.built.preprocessing.of(own or Preprocessing())

    @property
    def taught(self) -> tuple[str, str]:
        """The recipe, and what it started from."""
        return self.recipe.name, self.model.name if self.model else "fresh weights"

    def identity(self, fingerprint: str) -> str:
        """What the training is of, as JSON: recipe, data and starting weights."""
        start = dict(self.model.built.identity()) if self.model else {"weights": "fresh"}
        facts = {"recipe": self._rules(), "data": fingerprint, "model": start}
        return json.dumps(facts, sort_keys=True)

    def _rules(self) -> dict[str, Any]:
        """The recipe as written, less the number of steps where no earlier one depends on it."""
        rules, optimiser = dict(self.recipe.params), self.recipe.built.optimiser
        if optimiser.decay == "constant" or optimiser.decay_steps:
            rules.pop("steps", None)
        return rules


def _check_taken(arguments: Sequence[str], recipe: str) -> None:
    """Raise RequestError for a setting of `samb run` that would change nothing here."""
    for argument in arguments:
        key = argument.partition("=")[0].lstrip("+~")
        if key.partition(".")[0] not in TAKEN:
            msg = f"{argument}: a training takes {', '.join(TAKEN)} and what the recipe has"
            raise RequestError(f"{msg}, as recipe.{recipe}.seed or recipe.{recipe}.prompts")


def _default_name(recipe: Part[Recipe], model: Part[Model] | None) -> str:
    return f"{recipe.name}_{model.name}" if model else recipe.name


def _datasets(choices: Mapping[str, Any]) -> tuple[Part[Dataset], ...]:
    if not choices:
        raise RequestError("choose at least one dataset to train on, as in dataset=phantoms")
    return build_parts(choices, "dataset", Dataset)


def _check_shares(recipe: Part[Recipe], datasets: Sequence[Part[Dataset]]) -> None:
    """Raise RequestError for a share of a data set that is not trained on."""
    names = [dataset.name for dataset in datasets]
    for name in recipe.built.shares:
        if name not in names:
            msg = f"recipe {recipe.name} has a share of {name}, which is not among the datasets"
            raise RequestError(f"{msg} of this training: {', '.join(names)}")


def _model(
    choices: Mapping[str, Any], recipe: Part[Recipe], folders: ConfigFolders
) -> Part[Model] | None:
    if recipe.built.scratch:
        if choices:
            msg = f"recipe {recipe.name} starts from fresh weights and takes no model="
            raise RequestError(msg)
        return None
    if len(choices) > 1:
        raise RequestError(f"one model is adapted at a time, got {', '.join(choices)}")
    chosen = choices or compose([f"model={DEFAULT_MODEL}"], folders)["model"]
    return build_parts(chosen, "model", Model)[0]


def read_pool(request: Request, workers: int, progress: Progress) -> Pool:
    """Every picture with a target, and for a prompt-free head those without one too.

    Raises RequestError where a data set has no target.
    """
    pictures: list[Picture] = []
    unread: list[str] = []
    for dataset in request.datasets:
        found = list(_read(dataset, request, workers, progress))
        own, refused = _seen([picture for some, _ in found for picture in some], request.seen)
        unread += [*(sentence for _, sentence in found if sentence), *refused]
        if not any(picture.outlines for picture in own):
            said = f" The first that cannot be read: {unread[0]}" if unread else ""
            msg = f"dataset {dataset.name} has no target to train on in {len(found)} cases.{said}"
            raise RequestError(msg)
        pictures += own
    for sentence in unread:
        progress.note(f"not trained on: {sentence}")
    recipe = request.recipe.built
    return split(pictures, unread, recipe.validation.fraction, recipe.seed)


def _seen(
    pictures: Sequence[Picture], preprocessing: Preprocessing
) -> tuple[list[Picture], list[str]]:
    """Pictures that the model can take, and a sentence for each that it cannot."""
    taken: list[Picture] = []
    refused: list[str] = []
    for picture in pictures:
        try:
            preprocessing.size(picture.shape)
            taken.append(picture)
        except RefusedError as error:
            refused.append(f"{picture.name}: {error}")
    return taken, refused


def _read(
    dataset: Part[Dataset], request: Request, workers: int, progress: Progress
) -> Iterator[tuple[list[Picture], str]]:
    cases = in_extent(dataset.name, list(dataset.built.cases()), request.limit, Shard())
    progress.begin(f"reading {dataset.name}", len(cases))
    every_frame = request.recipe.built.prompt_free
    read = partial(read_case, dataset.name, every_frame=every_frame)
    with ThreadPoolExecutor(workers) as threads:
        for found in threads.map(read, cases):
            progress.case()
            yield found


def fingerprints(pool: Pool) -> dict[str, str]:
    """SHA-256 of each data set's pixels, references, groups and structures, by name."""
    digests: dict[str, Any] = {}
    for picture in sorted((*pool.training, *pool.validation), key=lambda it: it.name):
        digest = digests.setdefault(picture.dataset, hashlib.sha256())
        digest.update(picture.name.encode())
        digest.update(picture.image.tobytes())
        digest.update(picture.group_id.encode())
        for outline in picture.outlines:
            digest.update(f"{outline.object_id} {outline.structure}".encode())
            digest.update(outline.counts)
    return {name: digest.hexdigest() for name, digest in digests.items()}
