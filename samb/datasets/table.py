"""A CSV file beside the images that says more about each: pixel size, patient, split."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from samb.errors import CaseError, RequestError
from samb.files.patterns import composed, stem_of

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """Which file, and what its columns mean; column names are given without blanks around them."""

    file: str
    """CSV with a header, relative to the data set's root."""
    image: str
    """Column that names the image: path relative to root, file name, or file name without suffix.
    """
    spacing_mm: str | None = None
    """Column of the side of the image's pixels, which are square."""
    group: str | None = None
    """Column of the patient, slide or video."""
    split: str | None = None
    """Column of the part of the data set, as `train`."""

    def rows(self, root: Path, images: Iterable[str]) -> dict[str, Row]:
        """The row of each image, named by its path relative to root. Raises RequestError."""
        path = root / self.file
        known = self._read(path)
        found = {image: _row_of(image, known) for image in images}
        missing = [image for image, row in found.items() if row is None]
        if missing:
            msg = (
                f"{path} has no row for {len(missing)} of {len(found)} images, for example "
                f"{missing[0]!r}: its column {self.image!r} should hold their paths or file names"
            )
            raise RequestError(msg)
        return {image: row for image, row in found.items() if row is not None}

    def spacing_of(self, row: Row) -> tuple[float, float] | None:
        """(row, column) in mm; None without such a column. Raises CaseError."""
        if self.spacing_mm is None:
            return None
        text = row[self.spacing_mm]
        try:
            side = float(text)
        except ValueError:
            side = 0.0
        if not 0 < side < float("inf"):
            msg = (
                f"{self.file}: {self.spacing_mm} of {row[self.image]} should be a size in mm, got "
                f"{text!r}"
            )
            raise CaseError(msg)
        return side, side

    def _read(self, path: Path) -> dict[str, Row]:
        """By what the image column holds."""
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                lines = list(csv.reader(file))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            msg = f"the table {path} cannot be read: {error}"
            raise RequestError(msg) from error
        columns = [name.strip() for name in lines[0]] if lines else []
        self._require(columns, path)
        rows = [
            dict(zip(columns, (text.strip() for text in line), strict=False))
            for line in lines[1:]
            if len(line) >= len(columns)
        ]
        return self._by_image(rows, path)

    def _by_image(self, rows: list[dict[str, str]], path: Path) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in rows:
            name = composed(row[self.image])
            if found.setdefault(name, row) != row:
                raise RequestError(f"{path} has two rows for {name!r} that differ; keep one")
        return found

    def _require(self, columns: list[str], path: Path) -> None:
        for column in (self.image, self.spacing_mm, self.group, self.split):
            if column is not None and column not in columns:
                msg = f"{path} has no column {column!r}; it has {', '.join(columns) or 'none'}"
                raise RequestError(msg)


def _row_of(image: str, known: Mapping[str, Row]) -> Row | None:
    names = (image, image.rpartition("/")[2], stem_of(image))
    return next((known[name] for name in names if name in known), None)
