"""A run folder: all reading and writing of runs.

    identity.json     what may not change; names may be added
    run.yaml          the resolved config of the last command
    sessions/         versions, device, time of each command
    provenance.json   all sessions and data fingerprints
    parts/<name>/     cases, references, answers, outcomes, thumbnails, attributes: whole units
    scores.parquet    made from the parts alone
    report/

A unit is one case under one model and one repeat of a prompt mode. A part is written under a
temporary name, flushed to disk and renamed, so that it is there as a whole or not at all; a killed
run loses the units of its unfinished part and nothing else. Where two processes wrote the same
unit, the first part by name counts, so shards may overlap.
"""

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from samb.errors import RequestError
from samb.records import Answer, CaseRecord
from samb.results import schema
from samb.results.part import Part

Unit = tuple[str, str, str, str, int]
"""(dataset, case, model, prompt mode, repeat)."""
UNIT = ["dataset", "case", "model", "prompt_mode", "repeat"]
SECONDS = [*UNIT, "prompt_version", "object_id", "frame_indices", "attempt", "seconds"]


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run."""

    path: Path

    @classmethod
    def existing(cls, path: Path) -> "RunFolder":
        """The run in a folder; RequestError where there is none."""
        if not (path / "identity.json").is_file():
            msg = f"expected the folder of a run (with identity.json), got {path}"
            raise RequestError(msg)
        return cls(path)

    @property
    def parts(self) -> list[Path]:
        """Whole parts, by name."""
        folder = self.path / "parts"
        return sorted(path for path in folder.glob("*") if not path.name.startswith("."))

    @property
    def scores_path(self) -> Path:
        """Where scores.parquet lies."""
        return self.path / "scores.parquet"

    def append(self, part: Part) -> None:
        """Write a part atomically."""
        name = f"{len(self.parts):06d}-{uuid.uuid4().hex[:12]}"
        temporary = self.path / "parts" / f".{name}"
        temporary.mkdir(parents=True)
        try:
            _write_part(part, temporary)
            temporary.rename(temporary.with_name(name))
        except OSError:
            shutil.rmtree(temporary, ignore_errors=True)
            raise

    def sweep_leftovers(self) -> None:
        """Remove unfinished parts that nobody has touched for an hour: those of killed runs."""
        for path in (self.path / "parts").glob(".*"):
            if time.time() - path.stat().st_mtime > 3600:
                shutil.rmtree(path, ignore_errors=True)

    def outcomes(self) -> pd.DataFrame:
        """The outcome of every unit: done wins, then the latest; columns of OUTCOMES and `part`."""
        frames = [
            pq.read_table(path / "outcomes.parquet").to_pandas().assign(part=path.name)
            for path in self.parts
            if (path / "outcomes.parquet").is_file()
        ]
        if not frames:
            return pd.DataFrame(columns=[*schema.OUTCOMES.names, "part"])
        return _settled(pd.concat(frames, ignore_index=True))

    def settled(self) -> set[Unit]:
        """Units that need no work: done, or known to need none. What failed is tried again."""
        outcomes = self.outcomes()
        settled = ["done", "gap", "unprompted", "unused"]
        return set(_units(outcomes[outcomes["status"].isin(settled)]))

    def cases(self, dataset: str | None = None) -> dict[tuple[str, str], CaseRecord]:
        """(dataset, case) -> record, of one data set or all."""
        references: dict[tuple[str, str, str], list[schema.Row]] = {}
        rows: dict[tuple[str, str], tuple[str, schema.Row]] = {}
        for part in self.parts:
            for row in _rows(part / "references.parquet", dataset):
                references.setdefault((part.name, row["dataset"], row["case"]), []).append(row)
            for row in _rows(part / "cases.parquet", dataset):
                rows.setdefault((row["dataset"], row["case"]), (part.name, row))
        return {
            key: schema.case_record(row, references.get((part_name, *key), []))
            for key, (part_name, row) in sorted(rows.items())
        }

    def fingerprints(self, dataset: str | None = None) -> dict[tuple[str, str], str]:
        """(dataset, case) -> fingerprint, without reading references."""
        found: dict[tuple[str, str], str] = {}
        for part in self.parts:
            for row in _rows(part / "cases.parquet", dataset):
                found.setdefault((row["dataset"], row["case"]), row["fingerprint"])
        return dict(sorted(found.items()))

    def answers(self, dataset: str, model: str | None = None) -> Iterator[tuple[str, Answer]]:
        """(case, answer) of one data set's finished units, under one model or all."""
        owners = self._owners()
        for part in self.parts:
            for row in _rows(part / "answers.parquet", dataset, model):
                if owners.get(tuple(row[name] for name in UNIT)) == part.name:
                    yield row["case"], schema.answer(row)

    def seconds(self) -> pd.DataFrame:
        """Decoder seconds of every attempt of finished units, columns SECONDS."""
        owners = self._owners()
        frames = []
        for part in self.parts:
            if (part / "answers.parquet").is_file():
                rows = pq.read_table(part / "answers.parquet", columns=SECONDS).to_pandas()
                mine = [owners.get(unit) == part.name for unit in _units(rows)]
                frames.append(rows[mine])
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=SECONDS)

    def attributes(self) -> pd.DataFrame:
        """Attributes of every target and frame, a column each; empty for runs without them."""
        frames = [
            pq.read_table(part / "attributes.parquet").to_pandas()
            for part in self.parts
            if (part / "attributes.parquet").is_file()
        ]
        key = ["dataset", "group", "case", "frame", "object_id", "structure"]
        if not frames:
            return pd.DataFrame(columns=key)
        long = pd.concat(frames, ignore_index=True).drop_duplicates([*key, "attribute"])
        wide = long.pivot(index=key, columns="attribute", values="value")
        ordered: pd.DataFrame = wide[list(dict.fromkeys(long["attribute"]))]
        return ordered.rename_axis(columns=None).reset_index()

    def thumbnails(self) -> dict[tuple[str, str, int], bytes]:
        """(dataset, case, frame) -> JPEG."""
        found: dict[tuple[str, str, int], bytes] = {}
        for part in self.parts:
            for row in _rows(part / "thumbnails.parquet", None):
                found.setdefault((row["dataset"], row["case"], row["frame"]), row["jpeg"])
        return found

    def write_scores(self, scores: pd.DataFrame) -> None:
        """scores.parquet, atomically; equal rows give equal bytes."""
        table = pa.Table.from_pandas(scores, preserve_index=False)
        temporary = self.path / f".scores-{uuid.uuid4().hex}.parquet"
        _write_parquet(table, temporary)
        temporary.replace(self.scores_path)

    def scores_digest(self) -> str | None:
        """SHA-256 of scores.parquet; None where there is none."""
        if not self.scores_path.is_file():
            return None
        return hashlib.sha256(self.scores_path.read_bytes()).hexdigest()

    def read_scores(self) -> pd.DataFrame:
        """The score rows; RequestError where the run was not scored."""
        if not self.scores_path.is_file():
            msg = f"{self.path} has no scores yet; run `samb score {self.path}`"
            raise RequestError(msg)
        return pd.read_parquet(self.scores_path)

    def write_text(self, name: str, text: str) -> None:
        """A small file of the folder, atomically."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
        temporary.write_text(text)
        temporary.replace(path)

    def read_json(self, name: str) -> Any:
        """A small file of the folder; None where it is not there."""
        path = self.path / name
        return json.loads(path.read_text()) if path.is_file() else None

    def _owners(self) -> dict[Unit, str]:
        outcomes = self.outcomes()
        done = outcomes[outcomes["status"] == "done"]
        return dict(zip(_units(done), done["part"], strict=True))


def _units(outcomes: pd.DataFrame) -> list[Unit]:
    return list(zip(*(outcomes[name] for name in UNIT), strict=True))


def _settled(outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row per unit: the first `done`, else the last of the others."""
    is_done = outcomes["status"] == "done"
    done = outcomes[is_done].drop_duplicates(UNIT, keep="first")
    others = outcomes[~is_done].drop_duplicates(UNIT, keep="last")
    finished = set(_units(done))
    keep = [unit not in finished for unit in _units(others)]
    return pd.concat([done, others[keep]]).sort_values(UNIT, ignore_index=True)


def _rows(path: Path, dataset: str | None, model: str | None = None) -> list[schema.Row]:
    if not path.is_file():
        return []
    wanted = {"dataset": dataset, "model": model}
    filters = [(name, "=", value) for name, value in wanted.items() if value is not None] or None
    rows: list[schema.Row] = pq.read_table(path, filters=filters).to_pylist()
    return rows


def _write_part(part: Part, folder: Path) -> None:
    for table, rows in part.tables().items():
        if rows:
            arrow = pa.Table.from_pylist(rows, schema=schema.TABLES[table])
            _write_parquet(arrow, folder / f"{table}.parquet")


def _write_parquet(table: pa.Table, path: Path) -> None:
    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
