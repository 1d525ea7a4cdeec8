"""The tables of a run folder: Arrow schemas, and records <-> rows.

SCHEMA_VERSION grows when a table changes so that older code could not read it.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from samb.records import Answer, CaseRecord, Described, Outcome, Thumbnail
from samb.types import FloatArray, MaskStack, Target

SCHEMA_VERSION = 1

_RUNS = pa.list_(pa.struct([("frame", pa.int32()), ("counts", pa.binary())]))
_SHAPE = pa.list_(pa.int32(), 3)

CASES = pa.schema(
    [
        ("dataset", pa.string()),
        ("case", pa.string()),
        ("group", pa.string()),
        ("dimensions", pa.int8()),
        ("shape", _SHAPE),
        ("spacing_mm", pa.list_(pa.float64())),
        ("fingerprint", pa.string()),
    ]
)
REFERENCES = pa.schema(
    [
        ("dataset", pa.string()),
        ("case", pa.string()),
        ("object_id", pa.string()),
        ("structure", pa.string()),
        ("prompted_by", pa.string()),
        ("annotator", pa.string()),
        ("shape", _SHAPE),
        ("runs", _RUNS),
    ]
)
ANSWERS = pa.schema(
    [
        ("dataset", pa.string()),
        ("case", pa.string()),
        ("model", pa.string()),
        ("prompt_mode", pa.string()),
        ("prompt_version", pa.int32()),
        ("repeat", pa.int32()),
        ("object_id", pa.string()),
        ("frame_indices", pa.list_(pa.int32())),
        ("attempt", pa.int32()),
        ("final", pa.bool_()),
        ("shape", _SHAPE),
        ("candidates", pa.list_(_RUNS)),
        ("iou_estimates", pa.list_(pa.float32())),
        ("multimask", pa.list_(pa.int32())),
        ("class_names", pa.list_(pa.string())),
        ("prompt", pa.string()),
        ("seconds", pa.float64()),
        ("maps", pa.binary()),
    ]
)
OUTCOMES = pa.schema(
    [
        ("dataset", pa.string()),
        ("case", pa.string()),
        ("group", pa.string()),
        ("model", pa.string()),
        ("prompt_mode", pa.string()),
        ("repeat", pa.int32()),
        ("status", pa.string()),
        ("reason", pa.string()),
    ]
)
THUMBNAILS = pa.schema(
    [
        ("dataset", pa.string()),
        ("case", pa.string()),
        ("frame", pa.int32()),
        ("jpeg", pa.binary()),
    ]
)
ATTRIBUTES = pa.schema(
    [
        ("dataset", pa.string()),
        ("group", pa.string()),
        ("case", pa.string()),
        ("frame", pa.int32()),
        ("object_id", pa.string()),
        ("structure", pa.string()),
        ("attribute", pa.string()),
        ("value", pa.float64()),
    ]
)
TABLES: Mapping[str, pa.Schema] = {
    "cases": CASES,
    "references": REFERENCES,
    "answers": ANSWERS,
    "outcomes": OUTCOMES,
    "thumbnails": THUMBNAILS,
    "attributes": ATTRIBUTES,
}

Row = dict[str, Any]


def case_row(record: CaseRecord) -> Row:
    """One row of CASES."""
    return {
        "dataset": record.dataset,
        "case": record.case_id,
        "group": record.group_id,
        "dimensions": record.dimensions,
        "shape": record.shape,
        "spacing_mm": record.spacing_mm,
        "fingerprint": record.fingerprint,
    }


def reference_rows(record: CaseRecord) -> list[Row]:
    """Rows of REFERENCES: one per target and annotator."""
    return [
        {
            "dataset": record.dataset,
            "case": record.case_id,
            "object_id": target.object_id,
            "structure": target.structure,
            "prompted_by": target.prompted_by,
            "annotator": annotator,
            "shape": masks.shape,
            "runs": _runs(masks),
        }
        for target in record.targets
        for annotator, masks in target.references.items()
    ]


def answer_row(dataset: str, case_id: str, answer: Answer) -> Row:
    """One row of ANSWERS."""
    return {
        "dataset": dataset,
        "case": case_id,
        "model": answer.model,
        "prompt_mode": answer.prompt_mode,
        "prompt_version": answer.prompt_version,
        "repeat": answer.repeat,
        "object_id": answer.object_id,
        "frame_indices": answer.frame_indices,
        "attempt": answer.attempt,
        "final": answer.final,
        "shape": answer.candidates[0].shape if answer.candidates else (0, 0, 0),
        "candidates": [_runs(masks) for masks in answer.candidates],
        "iou_estimates": answer.iou_estimates,
        "multimask": answer.multimask,
        "class_names": answer.class_names,
        "prompt": json.dumps(answer.prompt, sort_keys=True),
        "seconds": answer.seconds,
        "maps": _packed(answer.maps),
    }


def outcome_row(outcome: Outcome) -> Row:
    """One row of OUTCOMES."""
    return {
        "dataset": outcome.dataset,
        "case": outcome.case_id,
        "group": outcome.group_id,
        "model": outcome.model,
        "prompt_mode": outcome.prompt_mode,
        "repeat": outcome.repeat,
        "status": outcome.status,
        "reason": outcome.reason,
    }


def thumbnail_row(dataset: str, thumbnail: Thumbnail) -> Row:
    """One row of THUMBNAILS."""
    return {
        "dataset": dataset,
        "case": thumbnail.case_id,
        "frame": thumbnail.frame,
        "jpeg": thumbnail.jpeg,
    }


def attribute_rows(record: CaseRecord, described: Described) -> list[Row]:
    """Rows of ATTRIBUTES: one per value, frame -1 for a whole volume."""
    place = {
        "dataset": record.dataset,
        "group": record.group_id,
        "case": record.case_id,
        "frame": described.frame,
        "object_id": described.object_id,
        "structure": described.structure,
    }
    return [
        {**place, "attribute": name, "value": value} for name, value in described.values.items()
    ]


def case_record(row: Row, references: Sequence[Row]) -> CaseRecord:
    """The record behind a row of CASES and its rows of REFERENCES."""
    by_object: dict[str, list[Row]] = {}
    for reference in references:
        by_object.setdefault(reference["object_id"], []).append(reference)
    return CaseRecord(
        dataset=row["dataset"],
        case_id=row["case"],
        group_id=row["group"],
        dimensions=row["dimensions"],
        shape=_shape(row["shape"]),
        spacing_mm=None if row["spacing_mm"] is None else tuple(row["spacing_mm"]),
        fingerprint=row["fingerprint"],
        targets=tuple(_target(rows) for _, rows in sorted(by_object.items())),
    )


def answer(row: Row) -> Answer:
    """The record behind a row of ANSWERS."""
    shape = _shape(row["shape"])
    names = row["class_names"]
    return Answer(
        model=row["model"],
        prompt_mode=row["prompt_mode"],
        prompt_version=row["prompt_version"],
        repeat=row["repeat"],
        object_id=row["object_id"],
        frame_indices=tuple(row["frame_indices"]),
        attempt=row["attempt"],
        final=row["final"],
        candidates=tuple(_stack(runs, shape) for runs in row["candidates"]),
        iou_estimates=tuple(row["iou_estimates"]),
        multimask=tuple(row["multimask"]),
        class_names=None if names is None else tuple(names),
        prompt=json.loads(row["prompt"]),
        seconds=row["seconds"],
        maps=_unpacked(row["maps"]),
    )


def _target(rows: Sequence[Row]) -> Target:
    first = rows[0]
    references = {row["annotator"]: _stack(row["runs"], _shape(row["shape"])) for row in rows}
    return Target(first["object_id"], first["structure"], references, first["prompted_by"])


def _runs(masks: MaskStack) -> list[Row]:
    return [{"frame": frame, "counts": masks.runs[frame]} for frame in masks.filled_frames]


def _stack(runs: Sequence[Row], shape: tuple[int, int, int]) -> MaskStack:
    return MaskStack(shape, {run["frame"]: run["counts"] for run in runs})


def _shape(values: Sequence[int]) -> tuple[int, int, int]:
    frames, height, width = values
    return frames, height, width


def _packed(maps: Mapping[str, FloatArray]) -> bytes | None:
    """Named maps as a compressed NPZ in half precision: they are looked at, not scored."""
    if not maps:
        return None
    buffer = io.BytesIO()
    halves: dict[str, Any] = {name: values.astype(np.float16) for name, values in maps.items()}
    np.savez_compressed(buffer, **halves)
    return buffer.getvalue()


def _unpacked(packed: bytes | None) -> dict[str, FloatArray]:
    if packed is None:
        return {}
    with np.load(io.BytesIO(packed)) as maps:
        return {name: maps[name] for name in maps.files}
