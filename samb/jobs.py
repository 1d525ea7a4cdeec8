"""The jobs of a sweep, as records: which one it was, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

JobStatus = Literal["done", "present", "failed"]
"""`present`: the run folder held all of it already."""


@dataclass(frozen=True)
class Job:
    """One data set under one model, or one shard of it; all prompt modes stay inside."""

    dataset: str
    model: str
    shard: int = 1
    shards: int = 1

    @property
    def label(self) -> str:
        """`busi · sam_vit_b`, or `busi · sam_vit_b · 2/4`."""
        part = f" · {self.shard}/{self.shards}" if self.shards > 1 else ""
        return f"{self.dataset} · {self.model}{part}"

    @property
    def file_name(self) -> str:
        """`busi--sam_vit_b`, or `busi--sam_vit_b--2of4`; without an ending."""
        part = f"--{self.shard}of{self.shards}" if self.shards > 1 else ""
        return f"{self.dataset}--{self.model}{part}"


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended."""

    job: Job
    status: JobStatus
    reason: str = ""
    """Why it failed; empty where it did not."""
    added: int = 0
    """Units (case x model x prompt mode) that it set out to answer."""
    seconds: float = 0.0


def by_reason(reasons: Iterable[tuple[Job, str]]) -> dict[str, list[Job]]:
    """Reason -> the jobs that share it, in their order."""
    found: dict[str, list[Job]] = {}
    for job, reason in reasons:
        found.setdefault(reason, []).append(job)
    return found
