"""One training from its parts to its files. The stage that calls it knows no torch."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from samb.adapt.card import Facts
from samb.adapt.curves import draw_curves
from samb.adapt.history import History, Row
from samb.adapt.network import Network, train_only
from samb.adapt.objectives import Objective, Promptable, PromptFree
from samb.adapt.playing import Mode
from samb.adapt.pool import Pool
from samb.adapt.recipe import Recipe
from samb.adapt.state import StateFile
from samb.adapt.training import Training, train
from samb.adapt.writing import WEIGHTS, write_tensors
from samb.errors import RequestError, StoppedError
from samb.models.base import Model
from samb.models.changes import Changes
from samb.models.official import Sam, assemble, fresh, outline
from samb.models.preprocessing import Preprocessing
from samb.models.resizing import fitted
from samb.models.sam import Sam as SamModel
from samb.models.store import sha256_of
from samb.models.substitutions import substitute


@dataclass(frozen=True)
class Start:
    """Where a training starts from, and what a config of its result must name."""

    architecture: str
    preprocessing: Preprocessing
    changes: Changes
    weights: Mapping[str, Tensor] | None
    """None: fresh ones."""
    checkpoint: str | None
    """The file behind the weights, where there is one."""
    sha256: str | None
    """Of that file, as it was read."""


def start_of(recipe: Recipe, model: Model | None, pool: Pool) -> Start:
    """Raises RequestError for a model that is not a SAM."""
    classes = pool.structures if recipe.prompt_free else ()
    changes = Changes(recipe.changes.lora, recipe.changes.adapters, classes)
    if model is None:
        seen = recipe.preprocessing.of(Preprocessing())
        return Start(str(recipe.scratch), seen, changes, None, None, None)
    if not hasattr(model, "weights"):
        msg = f"only SAM can be adapted, and this is a {type(model).__name__}; give a model of SAM"
        raise RequestError(msg)
    file = (
        (model.checkpoint, sha256_of(model.path)) if isinstance(model, SamModel) else (None, None)
    )
    own: Any = model
    seen = recipe.preprocessing.of(own.preprocessing)
    return Start(own.architecture, seen, changes, own.weights(), *file)


def check_modules(recipe: Recipe, model: Model | None) -> None:
    """Raise RequestError for a model or a module that cannot be trained, before data are read."""
    sam, _ = _outlined(start_of(recipe, model, Pool((), (), ())))
    train_only(sam, recipe.trains)


def _outlined(start: Start) -> tuple[Sam, frozenset[str]]:
    """The model with its substitutions, without values; and the names of what they added."""
    architecture: Any = start.architecture
    with torch.device("meta"):
        sam = outline(architecture, start.preprocessing.side)
        return sam, substitute(sam, start.changes)


def network_of(start: Start, recipe: Recipe, device: str) -> Network:
    """The model with its substitutions, ready to learn."""
    sam = _sam(start, recipe.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        substitute(sam, start.changes)
    return Network(sam.to(device), start.preprocessing, device)


def _sam(start: Start, seed: int) -> Sam:
    architecture: Any = start.architecture
    side = start.preprocessing.side
    if start.weights is None:
        return fresh(architecture, side, seed)
    return assemble(architecture, side, fitted(start.weights, architecture, side))


def objective_of(recipe: Recipe, modes: tuple[Mode, ...], structures: tuple[str, ...]) -> Objective:
    """Promptable, or prompt-free."""
    return PromptFree(recipe, structures) if recipe.prompt_free else Promptable(recipe, modes)


FULL = ("out of memory", "allocate memory", "ALLOC_FAILED")
"""What the messages of CUDA, cuBLAS, cuDNN, MPS and the CPU's allocator have in common."""


def _says_full(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or any(it in str(error) for it in FULL)


@contextmanager
def memory_runs_out() -> Iterator[None]:
    """Turns the errors of a full memory into a StoppedError that says what to lower."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and not _says_full(error):
            raise
        first = str(error).partition("\n")[0] or type(error).__name__
        msg = (
            f"the device is out of memory ({first}). The state of the last validation is kept; run "
            f"the same command with a lower recipe.NAME.images_per_step or targets_per_image and "
            f"another name=..., or with --device cpu"
        )
        raise StoppedError(msg) from error


@dataclass(frozen=True)
class Session:
    """A training in its folder."""

    recipe: Recipe
    pool: Pool
    modes: tuple[Mode, ...]
    start: Start
    folder: Path
    identity: str
    device: str
    half: bool = False
    """Whether the weights are written in 16 bits."""

    def run(self, tell: Callable[[Row], None]) -> Facts:
        """Train, write weights.safetensors and curves.png; returns what a card says."""
        with memory_runs_out():
            network = network_of(self.start, self.recipe, self.device)
        file = StateFile(self.folder, self.identity)
        objective = objective_of(self.recipe, self.modes, self.start.changes.classes)
        history = History(self.folder / "history.csv")
        training = Training(self.recipe, self.pool, network, objective, file)
        with memory_runs_out():
            for row in train(training):
                history.add(row)
                tell(row)
                if row.by_mode:
                    draw_curves(history, self.folder / "curves.png", self.folder.name)
        return self._written(network, file)

    def _written(self, network: Network, file: StateFile) -> Facts:
        best, state = file.best(), file.state()
        trained = sum(own.numel() for own in train_only(network.sam, self.recipe.trains))
        write_tensors(self.folder / WEIGHTS, self._kept(network.sam, best), half=self.half)
        return Facts(
            trained=trained,
            parameters=sum(own.numel() for own in network.sam.parameters()),
            step=state.best_step,
            dsc=state.best,
            images=len(self.pool.training),
            held_out=len(self.pool.validation),
        )

    def _kept(self, sam: Sam, best: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """What the checkpoint does not hold as it is now; everything, where there is none.

        That is what learnt, and what was added though it did not learn.
        """
        whole = {name: own.cpu() for name, own in sam.state_dict().items()}
        if self.start.checkpoint:
            whole = {name: whole[name] for name in _outlined(self.start)[1]}
        return {**whole, **best}
