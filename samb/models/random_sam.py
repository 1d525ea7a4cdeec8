"""SAM's classes with random weights: for tests, and for trying a run without a checkpoint."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import Field

from samb.models.architectures import Architecture
from samb.models.base import Model, Runtime, Segmenter
from samb.models.preprocessing import Precision, Preprocessing


def _small() -> Preprocessing:
    return Preprocessing(side=256)


@dataclass(frozen=True)
class SamRandom(Model):
    """Every weight is drawn from the seed. Its numbers mean nothing; its computation is SAM's."""

    understands: ClassVar[frozenset[str]] = Model.understands | {"mask", "everything"}

    seed: Annotated[int, Field(ge=0)] = 0
    architecture: Architecture = "tiny"
    preprocessing: Preprocessing = field(default_factory=_small)
    precision: Precision = "float32"

    def check(self) -> None:
        pass

    def identity(self) -> Mapping[str, str]:
        return {
            "weights": f"random, version 1, seed {self.seed}",
            "architecture": self.architecture,
            "precision": self.precision,
        } | {
            f"preprocessing.{key}": str(value) for key, value in asdict(self.preprocessing).items()
        }

    def weights(self) -> Mapping[str, Any]:
        """Name -> tensor: where an adaptation starts."""
        from samb.models.random_weights import random_weights

        return random_weights(self.architecture, self.preprocessing.side, self.seed)

    def load(self, runtime: Runtime) -> Segmenter:
        # Here, so that configs are built and shown without the seconds that torch takes.
        from samb.models.random_weights import random_weights
        from samb.models.sam_segmenter import load_segmenter

        weights = random_weights(self.architecture, self.preprocessing.side, self.seed)
        return load_segmenter(
            weights, self.architecture, self.preprocessing, self.precision, runtime
        )
