"""SAM as `samb adapt` left it: a base checkpoint, and what was learnt. Torch comes at `load`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from samb.errors import RequestError
from samb.models.architectures import Architecture
from samb.models.base import Model, Runtime, Segmenter
from samb.models.base_checkpoint import check_base
from samb.models.changes import Changes
from samb.models.preprocessing import Precision, Preprocessing
from samb.models.store import checkpoint_path, sha256_of


@dataclass(frozen=True)
class AdaptedSam(Model):
    """A promptable SAM whose decoder, encoder or additions were trained further."""

    understands: ClassVar[frozenset[str]] = Model.understands | {"everything"}

    architecture: Architecture
    learnt: str
    """File of the tensors that learnt; of all tensors, where there is no base checkpoint."""
    checkpoint: str | None = None
    """Of the base: name of a file in SAMB_CACHE/checkpoints, or a path."""
    base: str | None = None
    """Name of the model whose checkpoint the base is, for sentences about it."""
    base_sha256: str | None = None
    """Of the base, hex digits; None: not known (written before there was this), not verified."""
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    changes: Changes = field(default_factory=Changes)
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        if bool(self.changes.classes) != self.prompt_free:
            msg = "changes.classes names what a prompt-free model finds, and belongs to no other"
            raise ValueError(msg)

    def check(self) -> None:
        if self.base_path:
            check_base(self.base_path, self.base, self.base_sha256)
        if not self.learnt_path.is_file():
            msg = f"no file at {self.learnt_path}; put it there, or train again with samb adapt"
            raise RequestError(msg)
        # Here and in `load`, so that configs are built and shown without the seconds torch takes.
        from samb.models.adapted_weights import adapted

        adapted(self)

    def identity(self) -> Mapping[str, str]:
        files = {path.name: sha256_of(path) for path in self._files}
        return {
            **{f"sha256 of {name}": digest for name, digest in files.items()},
            "architecture": self.architecture,
            "changes": str(self.changes),
            "precision": self.precision,
        } | {
            f"preprocessing.{key}": str(value) for key, value in asdict(self.preprocessing).items()
        }

    def weights(self) -> Mapping[str, Any]:
        """Name -> tensor of the whole model. Raises RequestError where it is not of plain SAM."""
        if self.changes != Changes():
            msg = (
                "this model has additions of its own; adapt the model it came from, or one of "
                "which only SAM's own modules were trained"
            )
            raise RequestError(msg)
        from samb.models.adapted_weights import adapted

        whole: Mapping[str, Any] = adapted(self).state_dict()
        return whole

    def load(self, runtime: Runtime) -> Segmenter:
        from samb.models.adapted_weights import adapted
        from samb.models.sam_segmenter import segmenter_of

        return segmenter_of(adapted(self), self.preprocessing, self.precision, runtime)

    @property
    def learnt_path(self) -> Path:
        """Where the tensors that learnt lie."""
        return checkpoint_path(self.learnt)

    @property
    def base_path(self) -> Path | None:
        """Where the base checkpoint lies."""
        return checkpoint_path(self.checkpoint) if self.checkpoint else None

    @property
    def _files(self) -> tuple[Path, ...]:
        return (*([self.base_path] if self.base_path else []), self.learnt_path)


@dataclass(frozen=True)
class SemanticSam(AdaptedSam):
    """A SAM with a prompt-free head: it names a structure for every pixel, or none."""

    understands: ClassVar[frozenset[str]] = frozenset()
    prompt_free: ClassVar[bool] = True

    def load(self, runtime: Runtime) -> Segmenter:
        from samb.models.adapted_weights import adapted
        from samb.models.sam_segmenter import segmenter_of
        from samb.models.semantic_segmenter import SemanticSegmenter

        sam = segmenter_of(adapted(self), self.preprocessing, self.precision, runtime)
        return SemanticSegmenter(sam, self.changes.classes)
