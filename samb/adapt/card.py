"""The card of an adapted model: what was trained, on what, from what, and how well. No torch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samb.adapt.history import History


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
class Named:
    """A choice by its name, and its card."""

    name: str
    card: Mapping[str, Any]

    @property
    def titled(self) -> str:
        """With its title, so that a warning finds it by either."""
        title = str(self.card.get("title", ""))
        return f"{self.name} ({title})" if title else self.name

    def licence(self, role: str = "") -> str:
        """And whose it is."""
        return f"{self.card.get('licence', 'not stated')} ({role}{self.name})"


@dataclass(frozen=True)
class Made:
    """What a model was made of."""

    version: str
    """Of samb."""
    recipe: Named
    changed: Sequence[str]
    """Values of the recipe that differ from its YAML, as `steps=2 (400)`."""
    seed: int
    data: Sequence[tuple[Named, str]]
    """With the fingerprint of each."""
    base: Named | None
    """None: fresh weights."""
    limit: int | None = None
    """Groups of each data set at most."""


def card(name: str, made: Made, facts: Facts, history: History) -> dict[str, Any]:
    """Facts about the model, as its config holds them."""
    return {
        "title": f"{name}, trained by samb adapt recipe={made.recipe.name}",
        "training_data": list(dict.fromkeys(_seen(made))),
        "licence": "; ".join(dict.fromkeys(_licences(made))),
        **_base(made.base),
        **_rules(made),
        **_outcome(facts, history),
        "data_fingerprints": [f"{it.name} {digest}" for it, digest in made.data],
    }


def _seen(made: Made) -> Iterator[str]:
    """What the model that training started from had seen, and then this training's data."""
    before = made.base.card.get("training_data", []) if made.base else []
    yield from before if isinstance(before, list) else [str(before)]
    yield from (it.titled for it, _ in made.data)


def _licences(made: Made) -> Iterator[str]:
    if made.base:
        yield made.base.licence("base ")
    yield from (it.licence() for it, _ in made.data)


def _base(base: Named | None) -> dict[str, str]:
    if base is None:
        return {"base": "fresh weights"}
    note = {"note": f"from {base.name}: {base.card['note']}"} if "note" in base.card else {}
    return {**note, "base": base.titled}


def _rules(made: Made) -> dict[str, Any]:
    source = made.recipe.card.get("source", "-")
    return {
        "source": f"samb {made.version}, recipe {made.recipe.name}: {source}",
        "faithful_to": faithful_to(made.recipe.card, made.changed),
        "seed": made.seed,
        **(
            {} if made.limit is None else {"limit": f"at most {made.limit} groups of each data set"}
        ),
    }


def faithful_to(recipe: Mapping[str, Any], changed: Sequence[str]) -> str:
    """What a recipe's card says it follows, and what of it was changed."""
    stated = str(recipe.get("faithful_to", "nothing published"))
    if not changed:
        return stated
    values = "value" if len(changed) == 1 else "values"
    return f"{stated}, with {len(changed)} {values} changed: {', '.join(changed)}"


def _outcome(facts: Facts, history: History) -> dict[str, Any]:
    modes = [it.removeprefix("dsc ") for it in history.names if it.startswith("dsc ")]
    return {
        "parameters": f"{facts.parameters:,}",
        "trained_parameters": f"{facts.trained:,}",
        "training": f"{facts.images} images; kept apart by group: {facts.held_out}",
        "validation_dsc": f"{facts.dsc:.3f} after {facts.step} steps{_before(history, 'dsc')}",
        "validation_dsc_by_mode": {it: _of_mode(history, it, facts.step) for it in modes},
    }


def _of_mode(history: History, mode: str, step: int) -> str:
    by_step = dict(zip(*history.curve(f"dsc {mode}"), strict=True))
    reached = f"{by_step[step]:.3f}" if step in by_step else "not measured"
    return reached + _before(history, f"dsc {mode}")


def _before(history: History, what: str) -> str:
    values = history.curve(what)[1]
    return f", {values[0]:.3f} before" if values else ""
