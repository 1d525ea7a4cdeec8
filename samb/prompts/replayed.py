"""A user who gives the prompts of a file, attempt by attempt, whatever the model answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from samb.dialogue import Attempt, Prompt
from samb.errors import RequestError
from samb.prompts.base import Prompter
from samb.prompts.corrections import with_feedback
from samb.prompts.file import Entry, PromptFile, read_prompts
from samb.types import Task

Place: TypeAlias = tuple[str | None, tuple[int, ...]]
"""(object, frames of the view)."""
Scripts: TypeAlias = Mapping[tuple[str, str, int], Mapping[Place, tuple[Prompt, ...]]]
"""(data set, case, repeat) -> place -> prompts by attempt."""


@dataclass(frozen=True)
class Replayed(Prompter):
    """One mode of a prompt file. Made by `prompts_from=FILE`, not written into a config by hand.

    Logits are handed back where they were: those of the same candidate of the last answer.
    """

    file: str
    sha256: str
    """Of the file when the run was asked for; another content is refused."""
    mode: str
    understood: tuple[str, ...] = ()
    """Kinds of prompts that a model must understand."""
    most_repeats: int = 1
    axis: str | None = None
    position: float = 0.0
    """Where the mode stands on a curve over modes; with `axis`."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.understood)

    @property
    def stochastic(self) -> bool:
        return self.most_repeats > 1

    @property
    def curve(self) -> tuple[str, float] | None:
        return None if self.axis is None else (self.axis, self.position)

    def repeats(self, wanted: int) -> int:
        return self.most_repeats

    def playing(self, dataset: str, repeat: int) -> "Prompter":
        return Script(self, dataset, repeat)

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        msg = "a replayed mode has to be told data set and repeat first: playing(...)"
        raise TypeError(msg)

    def cases(self, dataset: str) -> frozenset[str]:
        """Cases of a data set that the file holds prompts for."""
        return frozenset(case for name, case, _ in self._scripts if name == dataset)

    def prompts(self, dataset: str, case: str, repeat: int) -> Mapping[Place, tuple[Prompt, ...]]:
        """Place -> prompts by attempt; empty where the file has none."""
        return self._scripts.get((dataset, case, repeat), {})

    @property
    def _scripts(self) -> Scripts:
        return _scripts(self.file, self.sha256, self.mode)


@dataclass(frozen=True)
class ReplayedView(Replayed):
    """A replayed mode that asks about whole views."""

    asks: ClassVar[Literal["target", "view"]] = "view"


@dataclass(frozen=True)
class Script(Prompter):
    """A replayed user in one data set and repeat."""

    mode: Replayed
    dataset: str
    repeat: int

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        own = self.mode.prompts(self.dataset, task.view.case_id, self.repeat)
        prompts = own.get((task.object_id, task.view.frame_indices), ())
        if len(attempts) >= len(prompts):
            return []
        prompt = prompts[len(attempts)]
        if not attempts or prompt.feedback_candidate is None:
            return [prompt]
        return [with_feedback(prompt, attempts[-1].prediction, prompt.feedback_candidate)]


@lru_cache(maxsize=64)
def _scripts(path: str, sha256: str, mode: str) -> Scripts:
    file = _read(path)
    if file.sha256 != sha256:
        msg = f"{path} changed while it was in use: its SHA-256 was {sha256}, is {file.sha256}"
        raise RequestError(msg)
    collected: dict[tuple[str, str, int], dict[Place, list[Entry]]] = {}
    for entry in file.entries:
        if entry.mode == mode:
            places = collected.setdefault((entry.dataset, entry.case, entry.repeat), {})
            places.setdefault((entry.object, entry.frames), []).append(entry)
    return {
        key: {place: _in_order(path, entries) for place, entries in places.items()}
        for key, places in collected.items()
    }


def _in_order(path: str, entries: Sequence[Entry]) -> tuple[Prompt, ...]:
    ordered = sorted(entries, key=lambda entry: entry.attempt)
    if [entry.attempt for entry in ordered] != list(range(1, len(ordered) + 1)):
        first = ordered[0]
        msg = (
            f"{path}: attempts should count 1, 2, 3 ...; {first.mode} for {first.object} of "
            f"{first.case} has {[entry.attempt for entry in ordered]}"
        )
        raise RequestError(msg)
    return tuple(Prompt.from_record(entry.prompt) for entry in ordered)


@lru_cache(maxsize=4)
def _read(path: str) -> PromptFile:
    return read_prompts(Path(path).expanduser())


def choices_of(path: str, names: Sequence[str] | None) -> dict[str, dict[str, Any]]:
    """The modes of a prompt file as choices of a config; None: all of them.

    Raises RequestError for a mode that the file does not hold.
    """
    _read.cache_clear()
    file = _read(path)
    for name in names or ():
        if name not in file.modes:
            there = ", ".join(sorted(file.modes)) or "none"
            raise RequestError(f"{path} holds no prompts of a mode {name!r}. There are: {there}")
    return {name: _choice(path, file, name) for name in names or file.modes}


def _choice(path: str, file: PromptFile, name: str) -> dict[str, Any]:
    mode = file.modes[name]
    repeats = {entry.repeat for entry in file.entries if entry.mode == name}
    axis, position = mode.curve or (None, 0.0)
    kind = ReplayedView if mode.asks == "view" else Replayed
    return {
        "_target_": f"{kind.__module__}.{kind.__name__}",
        "file": path,
        "sha256": file.sha256,
        "mode": name,
        "understood": list(mode.kinds),
        "most_repeats": max(repeats, default=0) + 1,
        "axis": axis,
        "position": position,
        "card": {**mode.card, "replayed_from": f"{Path(path).name}, SHA-256 {file.sha256}"},
    }
