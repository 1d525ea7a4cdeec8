"""What an answer is held against, and which of its candidates counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from samb.records import Answer, CaseRecord
from samb.selections import Selection, select
from samb.types import MaskStack


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


def selections_for(answer: Answer, wanted: tuple[Selection, ...]) -> tuple[str, ...]:
    """The selections that make sense for an answer."""
    if answer.class_names is not None:
        return ("by_class",)
    if answer.object_id is None:
        return tuple(name for name in wanted if name.startswith("oracle"))
    return wanted


@dataclass(frozen=True)
class Chooser:
    """`chosen_masks` of one case's answers: each is decoded once, however often it is asked for."""

    selections: tuple[Selection, ...]
    known: dict[tuple[int, str, str], Mapping[str, MaskStack]] = field(default_factory=dict)
    """By the identity of an answer, which whoever asks keeps alive, and what judges it."""

    def mask(self, answer: Answer, judged: Judged, selection: str) -> MaskStack:
        """The candidate that counts, over the frames of the answer's view."""
        key = (id(answer), judged.object_id, judged.annotator)
        if key not in self.known:
            wanted = selections_for(answer, self.selections)
            self.known[key] = chosen_masks(answer, judged, wanted)
        return self.known[key][selection]


def chosen_mask(answer: Answer, judged: Judged, selection: str) -> MaskStack:
    """The candidate that counts by one selection."""
    return chosen_masks(answer, judged, [selection])[selection]


def chosen_masks(
    answer: Answer, judged: Judged, selections: Sequence[str]
) -> Mapping[str, MaskStack]:
    """Selection -> the candidate that counts, over the frames of the answer's view.

    Empty where there is none: a model that found nothing, a class that it did not name, or, of
    masks shared by all targets, none that touches this one.
    """
    nothing = MaskStack((len(answer.frame_indices), *judged.reference.shape[1:]), {})
    if answer.class_names is not None:
        named = zip(answer.class_names, answer.candidates, strict=True)
        mine = [mask for name, mask in named if name == judged.structure]
        return dict.fromkeys(selections, _united(mine, nothing.shape))
    if not answer.candidates:
        return dict.fromkeys(selections, nothing)
    masks = np.stack([candidate.array() for candidate in answer.candidates])
    reference = judged.reference.select(answer.frame_indices).array()
    if answer.object_id is None and not (masks & reference).any():
        return dict.fromkeys(selections, nothing)
    estimates = np.array(answer.iou_estimates)
    return {
        name: answer.candidates[
            select(cast(Selection, name), masks, estimates, answer.multimask, reference)
        ]
        for name in selections
    }
