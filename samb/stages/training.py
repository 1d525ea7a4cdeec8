"""One training: the data in, the files out. Torch comes when the data are read."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samb.adapt.card import card
from samb.adapt.history import History, Row
from samb.adapt.pool import Pool
from samb.adapt.protocol import NAME, plain
from samb.choices import ConfigFolders
from samb.errors import RequestError
from samb.stages.adaptation import Request, fingerprints, read_pool
from samb.stages.progress import Progress
from samb.stages.training_facts import made_of, write_protocol

if TYPE_CHECKING:
    from samb.adapt.playing import Mode
    from samb.adapt.session import Session, Start

FOLDER = Path("results/adaptations")


@dataclass(frozen=True)
class Place:
    """Where and how to work; nothing here is meant to change results."""

    root: Path
    """Holds a folder for each training."""
    configs: Path
    """The user's config folder, in which the model is named."""
    device: str | None
    workers: int
    half: bool = False
    """Whether the weights are written in 16 bits."""


@dataclass(frozen=True)
class Adapted:
    """What a training left."""

    folder: Path
    name: str
    config: Path
    card: Mapping[str, Any]


def adapt(request: Request, place: Place, progress: Progress) -> Adapted:
    """Read, train, write; a training that was stopped goes on."""
    config = free_config(request, place)
    _check(request)
    pool = read_pool(request, place.workers, progress)
    folder = place.root / request.name
    folder.mkdir(parents=True, exist_ok=True)
    made = made_of(request, pool)
    session = _session(request, pool, place, folder)
    progress.begin(f"training {request.name}", request.recipe.built.steps)
    facts = session.run(partial(_tell, progress))
    about = card(request.name, made, facts, History(folder / "history.csv"))
    write_protocol(folder, request, pool, made)
    _write(config, request.name, _content(request, session, about), folder)
    return Adapted(folder, request.name, config, about)


def free_config(request: Request, place: Place) -> Path:
    """Where the model's config will lie. Raises RequestError where another model has the name."""
    if request.name == NAME:
        msg = f"{NAME}.yaml in its folder is the recipe it ran with; give this model another name"
        raise RequestError(f"{msg} with name=...")
    path = place.configs / "model" / f"{request.name}.yaml"
    taken = ConfigFolders.find().choices("model").get(request.name)
    mine = path.is_file() and str((place.root / request.name).resolve()) in path.read_text(
        encoding="utf-8"
    )
    if (taken or path.is_file()) and not mine:
        msg = (
            f"there is already a model {request.name!r} ({taken or path}); give this one another "
            f"name with name=..."
        )
        raise RequestError(msg)
    return path


def _check(request: Request) -> None:
    """Raise RequestError unless the model is there and has what is to be trained."""
    from samb.adapt.session import check_modules

    model = request.model.built if request.model else None
    if model:
        model.check()
    check_modules(request.recipe.built, model)


def _session(request: Request, pool: Pool, place: Place, folder: Path) -> "Session":
    from samb.adapt.session import Session, start_of
    from samb.models.devices import pick_device

    recipe = request.recipe.built
    return Session(
        recipe=recipe,
        pool=pool,
        modes=_modes(request),
        start=start_of(recipe, request.model.built if request.model else None, pool),
        folder=folder,
        identity=request.identity(json.dumps(fingerprints(pool))),
        device=pick_device(place.device),
        half=place.half,
    )


def _modes(request: Request) -> "tuple[Mode, ...]":
    from samb.adapt.playing import Mode

    shares = request.recipe.built.prompts
    return tuple(Mode(it.name, it.built, shares[it.name]) for it in request.modes)


def _tell(progress: Progress, row: Row) -> None:
    if row.loss is not None:
        progress.case()
    if row.dsc is not None:
        modes = ", ".join(f"{name} {dsc:.3f}" for name, dsc in row.by_mode.items())
        progress.tell(f"step {row.step}: validation DSC {row.dsc:.3f} ({modes})")


def _content(request: Request, session: "Session", about: Mapping[str, Any]) -> dict[str, Any]:
    """The model as a config names it."""
    from samb.adapt.writing import WEIGHTS

    start = session.start
    kind = "SemanticSam" if start.changes.classes else "AdaptedSam"
    return {
        "_target_": f"samb.models.adapted.{kind}",
        "architecture": start.architecture,
        "checkpoint": start.checkpoint,
        **_base(request, start),
        "learnt": str((session.folder / WEIGHTS).resolve()),
        "preprocessing": dataclasses.asdict(start.preprocessing),
        "changes": plain(dataclasses.asdict(start.changes)),
        "card": dict(about),
    }


def _base(request: Request, start: "Start") -> dict[str, Any]:
    """Which file the learnt tensors belong on; nothing where they are the whole model."""
    if request.model is None or start.checkpoint is None:
        return {}
    return {"base": request.model.name, "base_sha256": start.sha256}


def _write(config: Path, name: str, content: Mapping[str, Any], folder: Path) -> None:
    """In the config folder, for `samb run`; and beside the weights, for whoever copies them."""
    from samb.adapt.writing import write_config

    write_config(config, name, content)
    write_config(folder / f"{name}.yaml", name, content)
