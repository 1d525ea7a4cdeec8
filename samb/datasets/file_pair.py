"""An image file with the mask files that belong to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from samb.datasets.table import Row
from samb.files.patterns import parent_of, stem_of


@dataclass(frozen=True)
class MaskFile:
    """One mask file of an image."""

    path: Path
    structure: str | None
    """As `{structure}` in the pattern captured it."""


@dataclass(frozen=True)
class FilePair:
    """An image file with its mask files."""

    image: Path
    name: str
    """Path relative to the root, posix."""
    masks: Mapping[str, tuple[MaskFile, ...]]
    """Annotator -> files, sorted by name; may be empty."""
    row: Row = field(default_factory=dict)
    """Its row of the data set's table; empty without one."""
    captured: Mapping[str, str] = field(default_factory=dict)
    """Placeholders of the pattern of images -> what they stood for."""

    @property
    def words(self) -> Mapping[str, str]:
        """What the image is called in the patterns of its masks."""
        return {
            "stem": stem_of(self.name),
            "name": self.name.rpartition("/")[2],
            "parent": parent_of(self.name),
            **self.captured,
        }

    @property
    def case_id(self) -> str:
        """Path relative to the root without suffix."""
        parent = parent_of(self.name)
        return f"{parent}/{stem_of(self.name)}" if parent else stem_of(self.name)
