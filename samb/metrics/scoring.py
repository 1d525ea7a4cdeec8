"""From the stored answers of one case to score rows, level by level.

Levels. `frame`: one frame against its reference, where that is not empty. `volume`: the frames of a
3-D case put together, each with the candidate its selection picked, against the whole reference.
`image`: all masks of a structure on a frame together (`samb.metrics.together`). The scope of a
volume score is `reference_slices` where the model was asked only about slices with a reference
(their prompts presuppose one), `all_slices` where it saw the stack at once or every slice.

An answer to one target is scored by each selection. An answer shared by all targets is scored
`by_class` where the model names classes, with `false_positive_px` on frames without that structure,
else by each matching.

Corrective modes: the volume at attempt k is made of each frame's attempt k, or of its last one
where the user was done earlier.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from samb.metrics.base import InstanceMetric, MaskMetric, Metric
from samb.metrics.judging import Chooser, Judged, judged_by, selections_for
from samb.metrics.together import Together
from samb.records import Answer, CaseRecord
from samb.selections import Rule
from samb.types import BoolArray, MaskStack

COLUMNS = [
    "dataset", "group", "case", "frame", "object_id", "structure", "annotator", "level", "scope",
    "model", "prompt", "version", "repeat", "attempt", "final", "selection", "metric", "unit",
    "value",
]  # fmt: skip

Row = dict[str, Any]
VERSION = 4
"""Grows when equal masks could get other rows, so that older runs are scored again."""


@dataclass(frozen=True)
class Scoring:
    """What to score with."""

    metrics: tuple[Metric, ...]
    selections: tuple[Rule, ...]

    def rows(self, case: CaseRecord, answers: Iterable[Answer]) -> list[Row]:
        """Score rows of one case, with the keys COLUMNS."""
        found: list[Row] = []
        given, chooser = list(answers), Chooser(case.targets, self.selections)
        of_masks = tuple(it for it in self.metrics if isinstance(it, MaskMetric))
        for _, group in itertools.groupby(sorted(given, key=_order), key=_mode_and_object):
            asked = list(group)
            for judged in judged_by(case, asked):
                against = _Against(of_masks, case, judged)
                for selection in selections_for(asked[0], self.selections):
                    pieces = [_piece(case, it, judged, selection, chooser) for it in asked]
                    found += against.rows(pieces)
        of_frames = tuple(it for it in self.metrics if isinstance(it, InstanceMetric))
        found += Together(of_frames, chooser).rows(case, given)
        return found


@dataclass
class _Against:
    """One reference; a prediction that several selections or attempts share is measured once."""

    metrics: tuple[MaskMetric, ...]
    case: CaseRecord
    judged: Judged
    measured: dict[frozenset[tuple[int, bytes]], list[Row]] = field(default_factory=dict)
    """By the run lengths of a prediction's frames."""

    def rows(self, pieces: Sequence["_Piece"]) -> Iterator[Row]:
        for piece in pieces:
            yield from self._frame_rows(piece)
        if self.case.dimensions == 3 and (self.judged.reference.runs or self.judged.missing):
            yield from self._volume_rows(pieces)

    def _frame_rows(self, piece: "_Piece") -> Iterator[Row]:
        for place, frame in enumerate(piece.answer.frame_indices):
            key = piece.key | {"frame": frame, "level": "frame"}
            runs = piece.mask.runs.get(place)
            if frame in self.judged.missing:
                yield from (key | row for row in self._undefined(2))
            elif frame in self.judged.reference.runs:
                covered = {frame: runs} if runs is not None else {}
                yield from (key | row for row in self._frame_values(frame, covered))
            elif piece.answer.class_names is not None:
                count = float(piece.mask.frame(place).sum())
                yield key | {"metric": "false_positive_px", "unit": "px", "value": count}

    def _volume_rows(self, pieces: Sequence["_Piece"]) -> Iterator[Row]:
        last = max(piece.answer.attempt for piece in pieces)
        for attempt in range(1, last + 1):
            place = {"frame": -1, "level": "volume", "attempt": attempt, "final": attempt == last}
            covered = _assembled(pieces, attempt)
            yield from (pieces[0].key | place | row for row in self._volume_values(covered))

    def _frame_values(self, frame: int, covered: Mapping[int, bytes]) -> list[Row]:
        known = frozenset([*covered.items(), (frame, b"frame")])
        if known not in self.measured:
            prediction = MaskStack(self.case.shape, covered).frame(frame)
            in_plane = None if self.case.spacing_mm is None else self.case.spacing_mm[-2:]
            reference = self.judged.reference.frame(frame)
            self.measured[known] = self._values(prediction, reference, in_plane)
        return self.measured[known]

    def _volume_values(self, covered: Mapping[int, bytes]) -> list[Row]:
        if not self.judged.reference.runs:
            return self._undefined(3)
        known = frozenset([*covered.items(), (-1, b"volume")])
        if known not in self.measured:
            prediction = MaskStack(self.case.shape, covered).array()
            reference = self.judged.reference.array()
            self.measured[known] = self._values(prediction, reference, self.case.spacing_mm)
        return self.measured[known]

    def _undefined(self, dimensions: int) -> list[Row]:
        """The annotator drew nothing where the prompting one did: undefined, and counted."""
        return [
            {"metric": name, "unit": self._unit(metric, name), "value": math.nan}
            for metric in self.metrics
            if dimensions in metric.dimensions
            for name in metric.names
        ]

    def _unit(self, metric: MaskMetric, name: str) -> str:
        if metric.units[name] != "distance":
            return ""
        return "px" if self.case.spacing_mm is None else "mm"

    def _values(
        self, prediction: BoolArray, reference: BoolArray, spacing: Sequence[float] | None
    ) -> list[Row]:
        axes = (1.0,) * reference.ndim if spacing is None else tuple(spacing)
        return [
            {"metric": name, "unit": self._unit(metric, name), "value": value}
            for metric in self.metrics
            if reference.ndim in metric.dimensions
            for name, value in metric(prediction, reference, axes).items()
        ]


@dataclass(frozen=True)
class _Piece:
    """One answer with the candidate that counts."""

    answer: Answer
    judged: Judged
    mask: MaskStack
    key: Row


def _piece(
    case: CaseRecord, answer: Answer, judged: Judged, selection: str, chooser: Chooser
) -> _Piece:
    key: Row = {
        "dataset": case.dataset,
        "group": case.group_id,
        "case": case.case_id,
        "object_id": judged.object_id,
        "structure": judged.structure,
        "annotator": judged.annotator,
        "scope": _scope(case, answer),
        "model": answer.model,
        "prompt": answer.prompt_mode,
        "version": answer.prompt_version,
        "repeat": answer.repeat,
        "attempt": answer.attempt,
        "final": answer.final,
        "selection": selection,
    }
    return _Piece(answer, judged, chooser.mask(answer, judged, selection), key)


def _scope(case: CaseRecord, answer: Answer) -> str:
    if case.dimensions == 2:
        return ""
    saw_all = answer.object_id is None or len(answer.frame_indices) > 1
    return "all_slices" if saw_all else "reference_slices"


def _assembled(pieces: Sequence[_Piece], attempt: int) -> dict[int, bytes]:
    """Frame -> run lengths of the volume, each view at its last attempt that is not after this."""
    covered: dict[int, bytes] = {}
    for piece in pieces:
        if piece.answer.attempt <= attempt:
            for place, frame in enumerate(piece.answer.frame_indices):
                covered.pop(frame, None)
                if place in piece.mask.runs:
                    covered[frame] = piece.mask.runs[place]
    return covered


def _mode_and_object(answer: Answer) -> tuple[str, str, int, int, str]:
    mode = (answer.model, answer.prompt_mode, answer.prompt_version, answer.repeat)
    return (*mode, answer.object_id or "")


def _order(answer: Answer) -> tuple[tuple[str, str, int, int, str], tuple[int, ...], int]:
    return _mode_and_object(answer), answer.frame_indices, answer.attempt
