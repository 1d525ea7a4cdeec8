"""The interface of a model: a `Model` is a named choice, a `Segmenter` is that choice loaded."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from samb.dialogue import Prediction, Prompt
from samb.types import Case, View


@dataclass(frozen=True)
class Runtime:
    """Where a model computes. Nothing here is meant to change results."""

    device: str = "cpu"
    """`cpu`, `cuda`, `cuda:1`, `mps`."""
    decode_batch: int = 1
    """Prompts per decoder call. 1 is fastest on a CPU, whose caches larger batches thrash."""


@dataclass(frozen=True)
class Embedding:
    """A view as a model remembers it."""

    shape: tuple[int, int, int]
    """(F, H, W) of the view in original pixels."""
    payload: Any
    """The model's own; passes through the pipeline unopened."""


class Segmenter(ABC):
    """A loaded model. Holds weights, and nothing about the views it has seen."""

    @abstractmethod
    def embed(self, views: Sequence[View]) -> list[Embedding]:
        """One embedding per view. Raises RefusedError for a view that the model cannot take."""

    @abstractmethod
    def segment(self, requests: Sequence[tuple[Embedding, Prompt]]) -> list[Prediction]:
        """One prediction per request; requests may mix views and modes."""


class Model(ABC):
    """A model as a config names it: cheap to build, checked, without weights in memory."""

    view: ClassVar[Literal["frame", "volume"]] = "frame"
    """What it sees at once."""
    understands: ClassVar[frozenset[str]] = frozenset({"points", "box", "feedback"})
    """Prompt kinds it can take."""
    asks_raw: ClassVar[bool] = False
    """Whether views carry values as stored beside the rendering."""
    prompt_free: ClassVar[bool] = False
    """Whether it answers a whole view without any prompt."""

    @abstractmethod
    def check(self) -> None:
        """Raise RequestError unless the model can be loaded, before any data is read."""

    @abstractmethod
    def identity(self) -> Mapping[str, str]:
        """What names these weights: file name and SHA-256, or seed. Part of a run's identity."""

    @abstractmethod
    def load(self, runtime: Runtime) -> Segmenter:
        """Load the weights onto a device."""

    def unable(self, cases: Sequence[Case]) -> str | None:
        """Why it can answer none of a data set's cases; None: it may, as far as can be told."""
        return None

    def unused(self, cases: Sequence[Case]) -> str | None:
        """What it holds that none of a data set's cases asks for; None: nothing."""
        return None
