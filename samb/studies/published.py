"""The values that papers published, as tables: one CSV per study.

They ship in samb/studies/published/NAME.csv; those of a user's own study lie beside its YAML, as
configs/study/NAME.csv. A table without a row (its header alone) is one of which nothing is known.
"""

from pathlib import Path

import pandas as pd

from samb.choices import ConfigFolders, one_of
from samb.errors import RequestError

FOLDER = Path(__file__).parent / "published"
KEY = ("dataset", "target", "prompt", "attempt", "selection", "model", "metric")
"""What a value is of: data set and target as the paper names them; samb's prompt mode, selection
(empty for a baseline), model and value name where samb has one, else the paper's words; the click
(1 for all that take none)."""
COLUMNS = (*KEY, "value", "evidence", "source", "note")
MARKS = {
    "primary": "P",
    "abstract": "A",
    "survey": "S",
    "quoted": "Q",
    "machine_summary": "M",
    "other_paper": "O",
    "third_party": "T",
    "unverified:high": "U, high",
    "unverified:medium": "U, medium",
    "unverified:low": "U, low",
}
"""How a value was seen -> its mark in a table."""
EVIDENCE = {
    "P": "seen on the paper's own page or in its authors' repository",
    "A": "in its abstract",
    "S": "in the survey",
    "Q": "quoted by a reproduction or notes",
    "M": "in a machine-written summary of the paper",
    "O": "of the same method, in another paper",
    "T": "somebody else's run",
    "U": "seen in no source: from memory, with its confidence",
}
"""Letter of a mark -> what it means."""
UNVERIFIED = "unverified:"
UNNAMED_SAM = "SAM (variant not said)"
"""The model of values of SAM whose paper does not say which of the three it was."""


def published(study: str, *, unverified: bool = False) -> pd.DataFrame:
    """The table of one study, columns COLUMNS; values are fractions or the metric's own unit.

    Rows whose evidence is `unverified:...` only where asked for. Raises RequestError for a table
    that is not there, lacks a column, or holds what is no number or no kind of evidence.
    """
    path = table_path(study)
    table = _read(path)
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        msg = f"{path} should have the columns {', '.join(COLUMNS)}; it lacks {', '.join(missing)}"
        raise RequestError(msg)
    table = _with_numbers(table[list(COLUMNS)], path)
    unknown = sorted(set(table["evidence"]) - set(MARKS))
    if unknown:
        raise RequestError(f"{path}: no evidence {unknown[0]!r}{one_of(unknown[0], MARKS)}")
    kept = table if unverified else table[~is_unverified(table)]
    return kept.reset_index(drop=True)


def is_unverified(table: pd.DataFrame) -> "pd.Series[bool]":
    """Rows of values that no source shows."""
    return table["evidence"].str.startswith(UNVERIFIED)


def table_path(study: str) -> Path:
    """The file of a study's values; RequestError where there is none."""
    shipped = FOLDER / f"{study}.csv"
    if shipped.is_file():
        return shipped
    own = ConfigFolders.find().path("study", study).with_suffix(".csv")
    if own.is_file():
        return own
    msg = (
        f"study {study} has no published values: put them into {own}, columns "
        f"{', '.join(COLUMNS)} (the header alone where nothing is known)"
    )
    raise RequestError(msg)


def sources() -> dict[str, str]:
    """Key of a long source -> its text."""
    table = _read(FOLDER / "sources.csv") if (FOLDER / "sources.csv").is_file() else None
    return {} if table is None else dict(zip(table["key"], table["text"], strict=True))


def _read(path: Path) -> pd.DataFrame:
    """All cells as text; an empty cell is an empty text."""
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} is not readable as a table: {error}") from error


def _with_numbers(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    numbers = {name: pd.to_numeric(table[name], errors="coerce") for name in ("attempt", "value")}
    for name, column in numbers.items():
        if column.isna().any():
            place = int(column.isna().to_numpy().argmax())
            text = str(table[name].iloc[place])
            raise RequestError(f"{path}, line {place + 2}: {name} {text!r} is no number")
    return table.assign(attempt=numbers["attempt"].astype(int), value=numbers["value"])
