"""What a training leaves behind: weights, the config of a model, its card, and the curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from safetensors.torch import save_file
from torch import Tensor

from samb.adapt.history import History

WEIGHTS = "weights.safetensors"


@dataclass(frozen=True)
class Facts:
    """What a card says of a training beside its recipe."""

    trained: int
    """Parameters that learnt."""
    parameters: int
    """Of the whole model."""
    step: int
    """Whose state is kept."""
    dsc: float
    """Mean validation DSC of that state."""
    images: int
    held_out: int


@dataclass(frozen=True)
class Origin:
    """Where a model came from."""

    version: str
    """Of samb."""
    trained_on: tuple[str, ...]
    """What the model that training started from had seen."""
    note: str = ""
    """What that model's card says wherever its numbers are shown."""


def write_tensors(path: Path, tensors: Mapping[str, Tensor], *, half: bool) -> None:
    """As safetensors, in 16 bits if `half`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: (own.half() if half else own).contiguous() for name, own in tensors.items()}
    save_file(kept, path)


def write_config(path: Path, name: str, content: Mapping[str, Any]) -> None:
    """NAME.yaml, as `samb run model=NAME` reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({name: dict(content)}, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")


def card(
    name: str,
    recipe: tuple[str, Mapping[str, Any]],
    data: Sequence[tuple[str, Mapping[str, Any], str]],
    facts: Facts,
    history: History,
    origin: Origin,
) -> dict[str, Any]:
    """Facts about the model: `data` holds (name, card, fingerprint) of each data set."""
    recipe_name, recipe_card = recipe
    first = history.curve("dsc")[1]
    seen = (*origin.trained_on, *(_named(it, own) for it, own, _ in data))
    return {
        "title": f"{name}, trained by samb adapt recipe={recipe_name}",
        "training_data": list(dict.fromkeys(seen)),
        "licence": "; ".join(
            dict.fromkeys(f"{own.get('licence', 'not stated')} ({it})" for it, own, _ in data)
        ),
        **({"note": origin.note} if origin.note else {}),
        "source": f"samb {origin.version}, recipe {recipe_name}: {recipe_card.get('source', '-')}",
        "faithful_to": recipe_card.get("faithful_to", "nothing published"),
        "parameters": f"{facts.parameters:,}",
        "trained_parameters": f"{facts.trained:,}",
        "training": f"{facts.images} images; kept apart by group: {facts.held_out}",
        "validation_dsc": (
            f"{facts.dsc:.3f} after {facts.step} steps"
            + (f", {first[0]:.3f} before" if first else "")
        ),
        "data_fingerprints": [f"{it} {fingerprint}" for it, _, fingerprint in data],
    }


def _named(dataset: str, card: Mapping[str, Any]) -> str:
    """The name of a data set and its title, so that a warning finds it by either."""
    title = str(card.get("title", ""))
    return f"{dataset} ({title})" if title else dataset
