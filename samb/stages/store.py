"""Finished units on their way into the run folder."""

import time
from dataclasses import dataclass, field

from samb.errors import RequestError
from samb.records import Answer, CaseRecord, Outcome
from samb.results.folder import RunFolder
from samb.results.part import Part
from samb.stages.describing import described
from samb.stages.timings import Timings
from samb.stages.views import thumbnails
from samb.types import Case, Content

PICTURES_PER_DATASET = 2000
SECONDS_PER_PART = 20.0


@dataclass
class Store:
    """Collects units and appends them as parts, every twenty seconds or when told."""

    run: RunFolder
    dataset: str
    timings: Timings
    pictures: bool = False
    part: Part = field(default_factory=Part)
    known: dict[str, str] = field(init=False)
    """Case -> fingerprint, of the cases that the folder or the open part holds."""
    drawn: int = 0
    written: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        fingerprints = self.run.fingerprints(self.dataset)
        self.known = {case_id: found for (_, case_id), found in fingerprints.items()}

    def check_unchanged(self, record: CaseRecord) -> None:
        """Raise RequestError where the data on disk is not what the run began with."""
        if self.known.get(record.case_id, record.fingerprint) != record.fingerprint:
            msg = (
                f"{self.dataset} {record.case_id} is not what it was when this run began: its "
                f"pixels, references or spacing changed. Give the new data a run of its own "
                f"(name=...)"
            )
            raise RequestError(msg)

    def add_case(self, case: Case, content: Content, record: CaseRecord) -> None:
        """A case's references, pictures and attributes, once."""
        if record.case_id in self.known:
            return
        room = PICTURES_PER_DATASET - self.drawn if self.pictures else 0
        drawn = thumbnails(case, content, max(room, 0))
        self.drawn += len(drawn)
        self.known[record.case_id] = record.fingerprint
        started = time.perf_counter()
        about = described(content)
        self.timings.add("describe", started)
        self.part.add_case(record, drawn, about)

    def add_unit(self, outcome: Outcome, answers: list[Answer]) -> None:
        """How a unit ended."""
        self.part.add_unit(outcome, answers)

    def flush_when_due(self) -> None:
        """Append the open part if the last was written a while ago."""
        if time.monotonic() - self.written > SECONDS_PER_PART:
            self.flush()

    def flush(self) -> None:
        """Append the open part, if it holds anything."""
        started = time.perf_counter()
        if len(self.part):
            self.run.append(self.part)
        self.part, self.written = Part(), time.monotonic()
        self.timings.add("store", started)
