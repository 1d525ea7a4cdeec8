"""What became of a sweep's jobs: one small file per job below `sweep/` of the run folder.

    sweep/busi--sam_vit_b.json   how the job ended, last time it was tried
    sweep/busi--sam_vit_b.log    what its process wrote

A file per job, so that jobs that end at the same moment do not lose each other's.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from samb.jobs import Job, JobOutcome
from samb.results.folder import RunFolder

FOLDER = "sweep"


@dataclass(frozen=True)
class Entry:
    """One job's last outcome and when it ended, UTC."""

    outcome: JobOutcome
    ended: str


def log_path(run: RunFolder, job: Job) -> Path:
    """Where a job's process writes."""
    return run.path / FOLDER / f"{job.file_name}.log"


def record(run: RunFolder, outcome: JobOutcome) -> None:
    """Keep an outcome; one that found everything present does not replace the one that did it."""
    name = f"{FOLDER}/{outcome.job.file_name}.json"
    if outcome.status == "present" and (run.read_json(name) or {}).get("status") == "done":
        return
    ended = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    run.write_text(name, json.dumps({**asdict(outcome), "ended": ended}, indent=1))


def entries(run: RunFolder) -> list[Entry]:
    """The last outcome of every job, by name; none for a run that is no sweep."""
    files = sorted((run.path / FOLDER).glob("[!.]*.json"))
    return [_entry(json.loads(path.read_text())) for path in files]


def forget_other_shards(run: RunFolder, jobs: list[Job]) -> None:
    """Remove outcomes of the same data sets and models under another number of shards."""
    pairs = {(job.dataset, job.model) for job in jobs}
    for entry in entries(run):
        old = entry.outcome.job
        if (old.dataset, old.model) in pairs and old not in jobs:
            (run.path / FOLDER / f"{old.file_name}.json").unlink(missing_ok=True)


def _entry(content: dict[str, object]) -> Entry:
    ended = str(content.pop("ended"))
    job = Job(**content.pop("job"))  # type: ignore[arg-type] # as `record` wrote it
    return Entry(JobOutcome(job=job, **content), ended)  # type: ignore[arg-type]
