"""Reads a data set to see what is in it and what is wrong with it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from samb.datasets.base import Dataset
from samb.datasets.case_facts import CaseFacts, Problem, case_facts
from samb.datasets.file_pair import FilePair
from samb.datasets.file_pairs import FilePairs
from samb.datasets.image_folder import ImageFolder
from samb.datasets.mask_survey import other_sizes
from samb.datasets.set_facts import SetFacts, problems_together
from samb.errors import CaseError
from samb.reports.data_sheet import SheetCase, bounded
from samb.stages.extent import Shard, in_extent
from samb.stages.progress import Progress
from samb.stages.reading import read_ahead
from samb.types import BoolArray, Case, Content

SHEET_PICTURES = 16


@dataclass(frozen=True)
class Checked:
    """What a check found."""

    facts: SetFacts
    mask_values: tuple[float, ...]
    """Values of all mask files that were read, ascending; none of coloured ones."""
    sheet: tuple[SheetCase, ...]
    """Pictures to look at, spread evenly over the cases; several frames of few volumes."""


@dataclass
class _Masks:
    """The mask files of a data set of file pairs; of another, nothing."""

    dataset: FilePairs | None
    pairs: dict[str, FilePair] = field(default_factory=dict)
    values: set[float] = field(default_factory=set)

    @classmethod
    def of(cls, dataset: Dataset) -> "_Masks":
        if not isinstance(dataset, FilePairs):
            return cls(None)
        return cls(dataset, {pair.case_id: pair for pair in dataset.pairs()})

    def left_out(self) -> Iterator[Problem]:
        """Files that the config lets go by: missing_mask: leave_out, unmatched_masks: ignore."""
        if self.dataset is None:
            return
        for what, names in self.dataset.left_out(list(self.pairs.values())).items():
            if names:
                said = f"the first of {len(names)} {what} that nothing is paired with"
                yield Problem("left out", names[0], said, expected=True)

    def may_be_empty(self, case: Case) -> bool:
        """Whether the config expects cases like this one to show nothing."""
        return self.dataset is not None and self.dataset.may_show_nothing(self.pairs[case.case_id])

    def resized(self, case: Case) -> list[Problem]:
        """Masks of another size than their image; where they are not resized, reading fails."""
        if not isinstance(self.dataset, ImageFolder) or self.dataset.resize_mask == "never":
            return []
        count = other_sizes([self.pairs[case.case_id]])
        said = f"mask files of another size than the image, read resized: {count}"
        return [Problem("another size", case.case_id, said, expected=True)] if count else []

    def empty_files(self, case_id: str) -> int:
        """How many mask files of a case hold nothing but 0; notes the values of all."""
        if self.dataset is None:
            return 0
        files = [it for files in self.pairs[case_id].masks.values() for it in files]
        found = [self.dataset.values_in(file.path) for file in files]
        self.values.update(*found)
        return sum(values == {0} for values in found)


def check(
    name: str, dataset: Dataset, limit: int | None, workers: int, progress: Progress
) -> Checked:
    """Read the cases of the first `limit` groups, as a run would choose them.

    Raises RequestError where the data set as a whole cannot be listed.
    """
    found = list(dataset.cases())
    chosen = in_extent(name, found, limit, Shard())
    shown = _evenly(chosen, SHEET_PICTURES)
    masks = _Masks.of(dataset)
    cases: list[CaseFacts] = []
    problems = list(masks.left_out())
    sheet: list[SheetCase] = []
    progress.begin(name, len(chosen))
    for case, content in zip(chosen, read_ahead(chosen, workers), strict=True):
        progress.case()
        try:
            facts = _facts(case, content, masks)
        except CaseError as error:
            problems.append(Problem("unreadable", case.case_id, str(error)))
            continue
        cases.append(facts)
        problems += [*facts.problems, *masks.resized(case)]
        if case.case_id in shown and isinstance(content, Content):
            sheet += _sheet_cases(case, content, max(1, SHEET_PICTURES // len(shown)))
    problems += problems_together(cases)
    facts_of_all = SetFacts(len(found), tuple(cases), tuple(problems))
    return Checked(facts_of_all, tuple(sorted(masks.values)), tuple(sheet))


def _facts(case: Case, content: Content | CaseError, masks: _Masks) -> CaseFacts:
    if isinstance(content, CaseError):
        raise content
    empty = masks.empty_files(case.case_id)
    return case_facts(case, content, empty, may_be_empty=masks.may_be_empty(case))


def _evenly(cases: Sequence[Case], count: int) -> set[str]:
    places = np.linspace(0, len(cases) - 1, min(count, len(cases))).round().astype(int)
    return {cases[place].case_id for place in places}


def _sheet_cases(case: Case, content: Content, count: int) -> Iterator[SheetCase]:
    """Frames with targets, `count` of them spread evenly; of one, where most pixels lie."""
    areas = np.zeros(len(content.images), dtype=np.int64)
    for target in content.targets:
        stack = target.prompting_reference
        for index in stack.filled_frames:
            areas[index] += stack.frame(index).sum()
    for frame in _frames(areas, count):
        masks: defaultdict[str, list[BoolArray]] = defaultdict(list)
        for target in content.targets:
            if frame in target.prompting_reference.runs:
                masks[target.structure].append(target.prompting_reference.frame(frame))
        yield bounded(case.case_id, content.images[frame], masks, _place(frame, content))


def _frames(areas: NDArray[np.int64], count: int) -> list[int]:
    """The middle frame where none has a target."""
    filled = np.flatnonzero(areas)
    if not len(filled):
        return [len(areas) // 2]
    if count == 1:
        return [int(areas.argmax())]
    places = np.linspace(0, len(filled) - 1, min(count, len(filled))).round().astype(int)
    return [int(index) for index in filled[places]]


def _place(frame: int, content: Content) -> str:
    last = len(content.images) - 1
    return f"slice {frame} (0 to {last})" if content.dimensions == 3 else ""
