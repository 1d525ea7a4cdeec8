"""A person's marks on the frames and targets of a data set: from files to a prompt file."""

import hashlib
import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from samb.choices import one_of
from samb.dialogue import Prompt
from samb.errors import CaseError, RequestError
from samb.prompts.file import Entry, FileMode, PromptFile
from samb.prompts.marks import Mark, read_json, read_table
from samb.prompts.slicer import Markups, SpaceBox, SpacePoint, read_markups
from samb.selections import SELECTIONS, Selection
from samb.stages.placing import inclusive, named_in, outside, shows
from samb.types import Case, Content, FloatArray, Target

SHOWN = 5
"""So many problems are told; the others are counted."""
Key = tuple[str, str, int]
"""(case, object, frame)."""


@dataclass(frozen=True)
class Person:
    """The mode that imported prompts become, and whose they are."""

    mode: str
    who: str
    when: str
    how: str
    selection: Selection = "single"

    @classmethod
    def checked(cls, mode: str, who: str, when: str, how: str, selection: str) -> "Person":
        """Raises RequestError for a selection that there is not."""
        if selection not in SELECTIONS:
            msg = f"there is no selection {selection!r}{one_of(selection, SELECTIONS)}"
            raise RequestError(msg)
        return cls(mode, who, when, how, selection)

    def card(self, files: Sequence[Path]) -> dict[str, object]:
        """As a prompt mode's card, with who, when and how."""
        source = "; ".join(f"{path.name}, SHA-256 {_digest(path)}" for path in files)
        return {
            "title": f"Prompts by {self.who}",
            "version": 1,
            "rule": f"Marked by {self.who}, {self.when}: {self.how}.",
            "source": source,
            "assumptions": [
                "Marks of later attempts are sent together with all earlier ones of the target.",
            ],
            "selection": self.selection,
            "who": self.who,
            "when": self.when,
            "how": self.how,
        }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass
class Importer:
    """Holds marks against one data set; what cannot be placed is collected, not skipped."""

    dataset: str
    cases: Mapping[str, Case]
    case: str | None = None
    """For files that do not say."""
    object: str | None = None
    problems: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    marked: dict[Key, dict[int, list[Mark]]] = field(default_factory=dict)
    """Target in a frame -> attempt -> marks."""
    _contents: dict[str, Content | None] = field(default_factory=dict)

    def add(self, path: Path) -> None:
        """All marks of one file, by its ending. Raises RequestError for one that holds none."""
        if path.name.endswith(".mrk.json"):
            self._add_markups(path, read_markups(path))
        elif path.suffix in (".csv", ".tsv"):
            self._add_marks(path, read_table(path))
        elif path.suffix in (".json", ".jsonl"):
            self._add_marks(path, read_json(path))
        else:
            msg = f"{path}: marks are read from .csv, .json, .jsonl and .mrk.json files"
            raise RequestError(msg)

    def file(self, person: Person, files: Sequence[Path]) -> PromptFile:
        """What was added, as a prompt file. Raises RequestError where anything has no place."""
        entries = [
            self._entry(person, key, attempt, prompt)
            for key in sorted(self.marked)
            for attempt, prompt in self._attempts(key)
        ]
        if self.problems:
            more = len(self.problems) - SHOWN
            tail = f"; and {more} more" if more > 0 else ""
            msg = f"nothing was written: {'; '.join(self.problems[:SHOWN])}{tail}"
            raise RequestError(msg)
        if not entries:
            msg = f"there is no prompt in {', '.join(map(str, files))}: {'; '.join(self.left_out)}"
            raise RequestError(msg)
        kinds = {kind for entry in entries for kind in Prompt.from_record(entry.prompt).kinds}
        mode = FileMode("target", tuple(sorted(kinds)), None, person.card(files))
        return PromptFile(
            samb=importlib.metadata.version("samb"),
            seed=None,
            origin=f"marked by {person.who}, {person.when}",
            modes={person.mode: mode},
            entries=tuple(entries),
            not_written={f"left out {n}": it for n, it in enumerate(self.left_out, start=1)},
        )

    def _entry(self, person: Person, key: Key, attempt: int, prompt: Prompt) -> Entry:
        case, object_id, frame = key
        record = prompt.record()
        return Entry(self.dataset, case, object_id, (frame,), person.mode, 1, 0, attempt, record)

    def _attempts(self, key: Key) -> Iterator[tuple[int, Prompt]]:
        attempts = self.marked[key]
        if sorted(attempts) != list(range(1, len(attempts) + 1)):
            case, object_id, frame = key
            self.problems.append(
                f"attempts on {object_id} of {case}, frame {frame} should count 1, 2, 3 ..., got "
                f"{sorted(attempts)}"
            )
            return
        so_far: list[Mark] = []
        for attempt in sorted(attempts):
            new = attempts[attempt]
            so_far = [*so_far, *new] if not all(it.complete for it in new) else new
            joined = self._joined(so_far)
            if joined is not None:
                yield attempt, joined

    def _joined(self, marks: Sequence[Mark]) -> Prompt | None:
        """All marks as one prompt: points in their order, the box or the mask that there is."""
        boxes = [it.prompt.box_xyxy for it in marks if it.prompt.box_xyxy is not None]
        masks = [it.prompt.mask for it in marks if it.prompt.mask is not None]
        parts = [part for it in marks for part in it.prompt.parts]
        if len(boxes) > 1 or len(masks) > 1:
            places = ", ".join(it.where for it in marks)
            self.problems.append(f"{places}: one target in one frame can have one box and one mask")
            return None
        points = np.concatenate([it.prompt.points_xy for it in marks])
        labels = np.concatenate([it.prompt.point_labels for it in marks])
        return Prompt(
            points_xy=points,
            point_labels=labels,
            box_xyxy=boxes[0] if boxes else None,
            mask=masks[0] if masks else None,
            parts=tuple(parts),
        )

    def _add_marks(self, path: Path, marks: Sequence[Mark]) -> None:
        for mark in marks:
            case = self._case(mark.where, mark.case or self.case, path)
            content = self._content(case) if case else None
            if case and content:
                self._place(mark, case, content, mark.frame)

    def _place(self, mark: Mark, case: str, content: Content, frame: int | None) -> None:
        frames = len(content.images)
        if frame is None and frames == 1:
            frame = 0
        if frame is None or not 0 <= frame < frames:
            got = "says none" if frame is None else f"says {frame}"
            self.problems.append(
                f"{mark.where}: {case} has frames 0 to {frames - 1}, the mark {got}"
            )
            return
        told = outside(mark.prompt, content.images.shape[1:3])
        if told:
            self.problems.append(f"{mark.where}: {told} in {case}")
            return
        target = self._target(mark, case, content, frame)
        if target is not None:
            attempts = self.marked.setdefault((case, target.object_id, frame), {})
            attempts.setdefault(mark.attempt, []).append(mark)

    def _target(self, mark: Mark, case: str, content: Content, frame: int) -> Target | None:
        named = mark.object or self.object
        there = [it for it in content.targets if frame in it.prompting_reference.runs]
        fitting = [it for it in there if named in (None, it.object_id)]
        fitting = fitting or [it for it in there if named == it.structure]
        if len(fitting) == 1:
            return fitting[0]
        names = [it.object_id for it in there]
        if not fitting and named:
            told = f"there is no object {named!r} on frame {frame} of {case}{one_of(named, names)}"
        elif not fitting:
            told = f"there is no object on frame {frame} of {case}"
        else:
            told = (
                f"frame {frame} of {case} has several objects that fit, and the mark does not say "
                f"which one. There are: {', '.join(names)}"
            )
        self.problems.append(f"{mark.where}: {told}")
        return None

    def _add_markups(self, path: Path, markups: Markups) -> None:
        self.left_out += markups.left_out
        case = self._case(path.name, self.case, path)
        content = self._content(case) if case else None
        if not case or not content:
            return
        if content.affine is None:
            self.problems.append(f"{path.name}: {case} has no place in space, so mm say nothing")
            return
        to_index = np.linalg.inv(content.affine)
        for point in markups.points:
            self._add_point(point, case, content, to_index)
        for box in markups.boxes:
            self._add_box(box, case, content, to_index)

    def _add_point(
        self, point: SpacePoint, case: str, content: Content, to_index: FloatArray
    ) -> None:
        frame, y, x = to_index[:3, :3] @ point.ras_mm + to_index[:3, 3]
        prompt = Prompt(
            points_xy=np.array([[x, y]], dtype=np.float32),
            point_labels=np.array([point.positive], dtype=np.int8),
        )
        named = named_in(point.words, content) or self.object
        mark = Mark(point.where, case, named, None, 1, prompt)
        self._place(mark, case, content, int(np.rint(frame)))

    def _add_box(self, box: SpaceBox, case: str, content: Content, to_index: FloatArray) -> None:
        """The box's extent on every slice whose centre it holds and where the target is."""
        corners = box.corners_ras_mm @ to_index[:3, :3].T + to_index[:3, 3]
        (first, y0, x0), (last, y1, x1) = corners.min(axis=0), corners.max(axis=0)
        prompt = Prompt(box_xyxy=inclusive(np.array([x0, y0, x1, y1])))
        frames = range(int(np.ceil(first)), int(np.floor(last)) + 1) or [int(np.rint(first))]
        named = named_in(box.words, content) or self.object
        mark = Mark(box.where, case, named, None, 1, prompt)
        if not named and len(content.targets) == 1:
            named = content.targets[0].object_id
        shown = [frame for frame in frames if shows(content, named, frame)]
        if not shown:
            shown = [frames[len(frames) // 2]]  # whose problem is told
        elif len(shown) < len(frames):
            missing = len(frames) - len(shown)
            self.left_out.append(
                f"{box.where}: {missing} of its {len(frames)} slices show no {named or 'object'}"
            )
        for frame in shown:
            self._place(mark, case, content, frame)

    def _case(self, where: str, named: str | None, path: Path) -> str | None:
        """The case by its id, its last part, the file's name, or because there is only one."""
        stem = path.name.split(".")[0]
        wanted = named or stem
        found = [it for it in self.cases if wanted in (it, it.rpartition("/")[2])]
        if not found and named is None and len(self.cases) == 1:
            found = list(self.cases)
        if len(found) == 1:
            return found[0]
        if named is None:
            told = "its case is not said: name one with --case, or name the file after it"
        else:
            told = f"{self.dataset} has no case {named!r}"
        self.problems.append(f"{where}: {told}{_few(self.cases)}")
        return None

    def _content(self, case: str) -> Content | None:
        if case not in self._contents:
            try:
                self._contents[case] = self.cases[case].read()
            except CaseError as error:
                self.problems.append(f"{case} cannot be read: {error}")
                self._contents[case] = None
        return self._contents[case]


def _few(names: Mapping[str, Case]) -> str:
    shown = list(names)[:SHOWN]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f". There are: {', '.join(shown)}{more}"
