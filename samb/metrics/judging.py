"""What an answer is held against, and which of its candidates counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from samb.metrics.matching import Assignment, Shared
from samb.records import Answer, CaseRecord
from samb.selections import MATCHINGS, SELECTIONS, Matching, Rule, Selection, select
from samb.types import MaskStack, Target


@dataclass(frozen=True)
class Judged:
    """One annotator's reference of a target, or of all targets of a structure together."""

    object_id: str
    structure: str
    annotator: str
    reference: MaskStack
    """Over all frames of the case; may be empty for a structure that a model names."""
    missing: frozenset[int] = frozenset()
    """Frames on which the prompting annotator drew the target and this one did not."""


def judged_by(case: CaseRecord, asked: Sequence[Answer]) -> Iterator[Judged]:
    """Everything that the answers of one model, mode and object are held against.

    Answers that name classes are held against structures, each that any of them names; else
    against the target that was asked for, or, where the whole view was asked, every target.
    """
    if asked[0].class_names is not None:
        yield from _structures(case, {name for it in asked for name in it.class_names or ()})
        return
    for target in case.targets:
        if asked[0].object_id in (None, target.object_id):
            for annotator, reference in sorted(target.references.items()):
                prompted = target.prompting_reference.runs.keys()
                missing = frozenset(prompted - reference.runs.keys())
                yield Judged(target.object_id, target.structure, annotator, reference, missing)


def _structures(case: CaseRecord, named: set[str]) -> Iterator[Judged]:
    annotators = sorted({name for target in case.targets for name in target.references}) or [""]
    structures = sorted({target.structure for target in case.targets}.union(named))
    for structure in structures:
        for annotator in annotators:
            stacks = [
                target.references[annotator]
                for target in case.targets
                if target.structure == structure and annotator in target.references
            ]
            yield Judged(structure, structure, annotator, _united(stacks, case.shape))


def _united(stacks: list[MaskStack], shape: tuple[int, int, int]) -> MaskStack:
    if len(stacks) == 1:
        return stacks[0]
    masks = np.zeros(shape, dtype=bool)
    for stack in stacks:
        masks |= stack.array()
    return MaskStack.from_array(masks)


def selections_for(answer: Answer, wanted: Sequence[Rule]) -> tuple[str, ...]:
    """The selections or matchings that make sense for an answer."""
    if answer.class_names is not None:
        return ("by_class",)
    sensible: Sequence[Rule] = SELECTIONS if answer.object_id is not None else MATCHINGS
    if answer.object_id is None and len(answer.frame_indices) > 1:
        sensible = [name for name in MATCHINGS if name != "oracle_s_measure"]
    return tuple(name for name in wanted if name in sensible)


@dataclass(frozen=True)
class Chooser:
    """Which mask of an answer counts for a target, in one case.

    An answer is decoded, and a matching made, once, however often it is asked for. Answers are
    known by their identity: whoever asks keeps them alive.
    """

    targets: Sequence[Target]
    """All of the case."""
    selections: Sequence[Rule]
    _chosen: dict[tuple[int, str, str], Mapping[str, MaskStack]] = field(default_factory=dict)
    _assignments: dict[tuple[int, str, str], Assignment] = field(default_factory=dict)

    def mask(self, answer: Answer, judged: Judged, rule: str) -> MaskStack:
        """The mask that counts, over the frames of the answer's view.

        Empty where there is none: a model that found nothing, a class that it did not name, or, of
        masks shared by all targets, none that the matching gives to this one.
        """
        nothing = MaskStack((len(answer.frame_indices), *judged.reference.shape[1:]), {})
        if rule == "by_class":
            named = zip(answer.class_names or (), answer.candidates, strict=True)
            mine = [mask for name, mask in named if name == judged.structure]
            return _united(mine, nothing.shape)
        if answer.object_id is None:
            assignment = self.assignment(answer, judged.annotator, rule)
            return assignment.masks.get(judged.object_id, nothing)
        return self._selected(answer, judged)[rule] if answer.candidates else nothing

    def assignment(self, answer: Answer, annotator: str, matching: str) -> Assignment:
        """What a matching makes of a shared answer."""
        key = (id(answer), annotator, matching)
        if key not in self._assignments:
            shared = Shared(answer, self.targets, annotator)
            self._assignments[key] = shared.assigned(cast(Matching, matching))
        return self._assignments[key]

    def _selected(self, answer: Answer, judged: Judged) -> Mapping[str, MaskStack]:
        key = (id(answer), judged.object_id, judged.annotator)
        if key not in self._chosen:
            wanted = selections_for(answer, self.selections)
            self._chosen[key] = _by_selection(answer, judged, cast(Sequence[Selection], wanted))
        return self._chosen[key]


def _by_selection(
    answer: Answer, judged: Judged, selections: Sequence[Selection]
) -> dict[str, MaskStack]:
    masks = np.stack([candidate.array() for candidate in answer.candidates])
    reference = judged.reference.select(answer.frame_indices).array()
    estimates = np.array(answer.iou_estimates)
    return {
        name: answer.candidates[select(name, masks, estimates, answer.multimask, reference)]
        for name in selections
    }
