"""The state of a training on disk: written whole or not at all, so that it can always go on."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from samb.adapt.average import Average
from samb.adapt.recipe import Recipe
from samb.errors import RequestError
from samb.models.official import Sam

STATE, BEST = "state.pt", "best.safetensors"


@dataclass
class State:
    """How far a training has come."""

    step: int = 0
    best: float = -1.0
    """Mean validation DSC of the state that is kept."""
    best_step: int = 0


@dataclass(frozen=True)
class StateFile:
    """state.pt (to go on) and best.safetensors (to use) in a folder."""

    folder: Path
    identity: str
    """What the training is of; a folder of another one is refused."""

    def resume(self, sam: Sam, optimiser: torch.optim.Optimizer, average: Average) -> State:
        """Where the folder's training stands; its weights are put into the model."""
        path = self.folder / STATE
        if not path.is_file():
            return State()
        saved = torch.load(path, map_location="cpu", weights_only=True)
        self._check(saved["identity"])
        sam.load_state_dict(saved["weights"], strict=False)
        optimiser.load_state_dict(saved["optimiser"])
        for own, kept in zip(average.means, saved["average"], strict=True):
            own.copy_(kept)
        return State(**saved["state"])

    def _check(self, identity: str) -> None:
        if identity != self.identity:
            ours, theirs = json.loads(self.identity), json.loads(identity)
            changed = [key for key in ours if ours[key] != theirs.get(key)]
            msg = (
                f"{self.folder} holds a training of another {' and '.join(changed)}; give this one "
                f"a name of its own with name=..., or remove that folder"
            )
            raise RequestError(msg)

    def keep_best(self, sam: Sam, state: State, dsc: float, recipe: Recipe) -> None:
        """Write the weights as the ones to use, if they are."""
        if dsc <= state.best and recipe.validation.keep == "best":
            return
        state.best, state.best_step = dsc, state.step
        _replace(self.folder / BEST, lambda path: save_file(learnt(sam), path))

    def keep_state(
        self, sam: Sam, optimiser: torch.optim.Optimizer, average: Average, state: State
    ) -> None:
        """Write what is needed to go on."""
        content = {
            "identity": self.identity,
            "weights": learnt(sam),
            "average": list(average.means),
            "optimiser": optimiser.state_dict(),
            "state": vars(state),
        }
        _replace(self.folder / STATE, lambda path: torch.save(content, path))

    def state(self) -> State:
        """How far the folder's training has come."""
        saved = torch.load(self.folder / STATE, map_location="cpu", weights_only=True)
        return State(**saved["state"])

    def best(self) -> dict[str, Tensor]:
        """The weights to use: those that learnt."""
        return load_file(self.folder / BEST)


def learnt(sam: Sam) -> dict[str, Tensor]:
    """Everything with gradients, by name, on the CPU."""
    return {
        name: own.detach().cpu().contiguous()
        for name, own in sam.named_parameters()
        if own.requires_grad
    }


def _replace(path: Path, write: Any) -> None:
    temporary = path.with_name(f"{path.name}.new")
    write(temporary)
    temporary.replace(path)
