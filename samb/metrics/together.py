"""All masks of a structure on one frame against all its references: rows of level `image`.

The masks are those of the final attempts: of every target that was asked for, by each selection; or
of a whole view, those that claim the structure (`by_class`), or all candidates (`all`). Masks that
claim nothing are held against the targets of all structures together (structure `any`), also on
frames without targets; of these, `unmatched_masks` counts the masks that a matching gives to no
target. Empty masks are no objects and are left out.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from samb.metrics.base import InstanceMetric
from samb.metrics.judging import Chooser, Judged, selections_for
from samb.records import Answer, CaseRecord
from samb.selections import Rule
from samb.types import MaskStack, Target, decode_mask

Row = dict[str, Any]
_Runs = tuple[bytes, ...]
ANY = "any"
"""The structure of masks that claim none."""


@dataclass(frozen=True)
class Together:
    """Instance metrics of one case; masks that several selections share are measured once."""

    metrics: tuple[InstanceMetric, ...]
    chooser: Chooser
    measured: dict[tuple[_Runs, _Runs], list[Row]] = field(default_factory=dict)
    """By the run lengths of the predictions and of the references."""

    def rows(self, case: CaseRecord, answers: Iterable[Answer]) -> Iterator[Row]:
        """Score rows of every frame that a model was asked about."""
        finals = sorted((it for it in answers if it.final), key=_mode)
        for _, group in itertools.groupby(finals, key=_mode):
            asked = list(group)
            for structure, annotator in _judges(case, asked[0]):
                yield from self._rows(case, asked, structure, annotator)
                if structure == ANY:
                    yield from self._unmatched(case, asked, annotator)

    def _rows(
        self, case: CaseRecord, asked: Sequence[Answer], structure: str, annotator: str
    ) -> Iterator[Row]:
        targets = [it for it in case.targets if structure in (it.structure, ANY)]
        references = [it.references[annotator] for it in targets if annotator in it.references]
        for selection in _selections(asked[0], self.chooser.selections):
            for frame in sorted({index for it in asked for index in it.frame_indices}):
                wanted = tuple(it.runs[frame] for it in references if frame in it.runs)
                found = tuple(self._masks(asked, targets, annotator, selection, frame))
                place = {"selection": selection, "frame": frame}
                key = _key(case, asked, structure, annotator) | place
                yield from (key | row for row in self._values(case, found, wanted))

    def _unmatched(
        self, case: CaseRecord, asked: Sequence[Answer], annotator: str
    ) -> Iterator[Row]:
        """One count per view: at its frame, or, for a stack, of the case (frame -1)."""
        key = _key(case, asked, ANY, annotator) | {"metric": "unmatched_masks", "unit": ""}
        for matching in selections_for(asked[0], self.chooser.selections):
            for answer in asked:
                count = self.chooser.assignment(answer, annotator, matching).unmatched
                frame = answer.frame_indices[0] if len(answer.frame_indices) == 1 else -1
                yield key | {"selection": matching, "frame": frame, "value": float(count)}

    def _values(self, case: CaseRecord, found: _Runs, wanted: _Runs) -> list[Row]:
        if (found, wanted) not in self.measured:
            self.measured[found, wanted] = list(self._measure(case, found, wanted))
        return self.measured[found, wanted]

    def _measure(self, case: CaseRecord, found: _Runs, wanted: _Runs) -> Iterator[Row]:
        row, column = case.spacing_mm[-2:] if case.spacing_mm else (1.0, 1.0)
        length = "mm" if case.spacing_mm else "px"
        predictions, references = (
            [decode_mask(runs, case.shape[1:]) for runs in side] for side in (found, wanted)
        )
        for metric in self.metrics:
            for name, value in metric(predictions, references, (row, column)).items():
                unit = length if metric.units[name] == "distance" else ""
                yield {"metric": name, "unit": unit, "value": value}

    def _masks(
        self,
        asked: Sequence[Answer],
        targets: Sequence[Target],
        annotator: str,
        selection: str,
        frame: int,
    ) -> Iterator[bytes]:
        """Run lengths of the non-empty masks of one structure on one frame of the case."""
        for answer in asked:
            if frame in answer.frame_indices:
                place = answer.frame_indices.index(frame)
                for stack in self._of_answer(answer, targets, annotator, selection):
                    if place in stack.runs:
                        yield stack.runs[place]

    def _of_answer(
        self, answer: Answer, targets: Sequence[Target], annotator: str, selection: str
    ) -> list[MaskStack]:
        if answer.object_id is None:
            names = answer.class_names or ()
            return [
                stack
                for index, stack in enumerate(answer.candidates)
                if not names or names[index] == targets[0].structure
            ]
        mine = [it for it in targets if it.object_id == answer.object_id]
        return [self.chooser.mask(answer, _judged(it, annotator), selection) for it in mine]


def _mode(answer: Answer) -> tuple[str, str, int, int]:
    return answer.model, answer.prompt_mode, answer.prompt_version, answer.repeat


def _judges(case: CaseRecord, answer: Answer) -> list[tuple[str, str]]:
    """(structure, annotator) of every table of masks."""
    if answer.object_id is None and answer.class_names is None:
        annotators = {name for it in case.targets for name in it.references} or {""}
        return [(ANY, annotator) for annotator in sorted(annotators)]
    pairs = {(it.structure, annotator) for it in case.targets for annotator in it.references}
    return sorted(pairs)


def _selections(answer: Answer, wanted: Sequence[Rule]) -> tuple[str, ...]:
    if answer.object_id is None and answer.class_names is None:
        return ("all",)
    return selections_for(answer, wanted)


def _judged(target: Target, annotator: str) -> Judged:
    reference = target.references.get(annotator, target.prompting_reference)
    return Judged(target.object_id, target.structure, annotator, reference)


def _key(case: CaseRecord, asked: Sequence[Answer], structure: str, annotator: str) -> Row:
    first = asked[0]
    return {
        "dataset": case.dataset,
        "group": case.group_id,
        "case": case.case_id,
        "object_id": "",
        "structure": structure,
        "annotator": annotator,
        "level": "image",
        "scope": "" if case.dimensions == 2 else "slices_asked",
        "model": first.model,
        "prompt": first.prompt_mode,
        "version": first.prompt_version,
        "repeat": first.repeat,
        "attempt": max(it.attempt for it in asked),
        "final": True,
    }
