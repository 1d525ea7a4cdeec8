"""SAM by a checkpoint: the official files, and any with the same tensors. Torch comes at `load`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from samb.errors import RequestError
from samb.models.architectures import Architecture
from samb.models.base import Model, Runtime, Segmenter
from samb.models.fetch import CheckpointSource
from samb.models.preprocessing import Precision, Preprocessing
from samb.models.store import checkpoint_path, sha256_of


@dataclass(frozen=True)
class Sam(Model):
    """Segment Anything (Kirillov et al. 2023, arXiv 2304.02643), or weights derived from it."""

    understands: ClassVar[frozenset[str]] = Model.understands | {"mask", "everything"}

    architecture: Architecture
    checkpoint: str
    """Name of a file in SAMB_CACHE/checkpoints, or a path."""
    sha256: str | None = None
    """Hex digits; None: not known, and not verified."""
    url: str | None = None
    """Where `samb models fetch` finds the file; with it go `bytes` and `sha256`."""
    bytes: int | None = None
    name: str | None = None
    """The name of its YAML, for the sentence that says how to fetch it."""
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        if self.url is not None and (self.bytes is None or self.sha256 is None):
            msg = f"{self.checkpoint}: a url needs bytes and sha256 beside it"
            raise ValueError(msg)

    @property
    def path(self) -> Path:
        """Where the checkpoint lies, or would."""
        return checkpoint_path(self.checkpoint)

    @property
    def source(self) -> CheckpointSource | None:
        """Where to fetch it; None: nowhere that a plain download reaches."""
        if self.url is None or self.bytes is None or self.sha256 is None:
            return None
        return CheckpointSource(self.url, self.bytes, self.sha256)

    def check(self) -> None:
        self._check_file()
        # Here and in `load`, so that configs are built and shown without the seconds torch takes.
        from samb.models.checkpoints import check_weights, read_weights

        weights = read_weights(self.path)
        check_weights(weights, self.architecture, self.preprocessing.side, self.path)

    def identity(self) -> Mapping[str, str]:
        return {
            "checkpoint": self.path.name,
            "sha256": sha256_of(self.path),
            "architecture": self.architecture,
            "precision": self.precision,
        } | {
            f"preprocessing.{key}": str(value) for key, value in asdict(self.preprocessing).items()
        }

    def weights(self) -> Mapping[str, Any]:
        """Name -> tensor: where an adaptation starts."""
        from samb.models.checkpoints import read_weights

        return read_weights(self.path)

    def load(self, runtime: Runtime) -> Segmenter:
        from samb.models.sam_segmenter import load_segmenter

        return load_segmenter(
            self.weights(), self.architecture, self.preprocessing, self.precision, runtime
        )

    def _check_file(self) -> None:
        """Raise RequestError unless the file is there, whole and of the stated content."""
        if not self.path.is_file():
            msg = f"no checkpoint at {self.path}; {self._remedy()}"
            raise RequestError(msg)
        size = self.path.stat().st_size
        if self.bytes not in {None, size}:
            msg = f"{self.path}: wanted {self.bytes} bytes, got {size}; {self._remedy()}"
            raise RequestError(msg)
        try:
            digest = sha256_of(self.path)
        except OSError as error:
            msg = f"{self.path} cannot be read: {error.strerror}"
            raise RequestError(msg) from error
        if self.sha256 not in {None, digest}:
            msg = f"{self.path}: wanted SHA-256 {self.sha256}, got {digest}; {self._remedy()}"
            raise RequestError(msg)

    def _remedy(self) -> str:
        if self.url is None:
            return "put it there (its card says where it is from), or set checkpoint to its path"
        return f"get it with `samb models fetch {self.name or '<name of this model>'}`"
