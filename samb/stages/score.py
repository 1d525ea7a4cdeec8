"""The second stage: metrics over the stored masks, in worker processes, without torch."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd

from samb.metrics.scoring import COLUMNS, Row, Scoring
from samb.records import Answer, CaseRecord
from samb.results.folder import RunFolder
from samb.stages.progress import Progress

FEWEST_ANSWERS_FOR_WORKERS = 200
"""Starting a worker costs about two seconds; below this many answers it does not pay."""


@dataclass(frozen=True)
class _Job:
    """One case for a worker."""

    scoring: Scoring
    case: CaseRecord
    answers: tuple[Answer, ...]

    def rows(self) -> list[Row]:
        return self.scoring.rows(self.case, self.answers)


def score(run: RunFolder, scoring: Scoring, workers: int, progress: Progress) -> pd.DataFrame:
    """Score every finished unit; writes and returns scores.parquet, in the order of its keys."""
    rows: list[Row] = []
    for dataset in sorted({dataset for dataset, _ in run.cases()}):
        jobs = list(_jobs(run, dataset, scoring))
        progress.begin(f"scoring {dataset}", len(jobs))
        for found in _carried_out(jobs, workers):
            rows += found
            progress.case()
    scores = _ordered(rows)
    run.write_scores(scores)
    return scores


def _jobs(run: RunFolder, dataset: str, scoring: Scoring) -> Iterator[_Job]:
    answers: dict[str, list[Answer]] = {}
    for case_id, answer in run.answers(dataset):
        answers.setdefault(case_id, []).append(answer)
    for record in run.cases(dataset).values():
        yield _Job(scoring, record, tuple(answers.get(record.case_id, ())))


def _carried_out(jobs: Sequence[_Job], workers: int) -> Iterator[list[Row]]:
    if workers < 2 or sum(len(job.answers) for job in jobs) < FEWEST_ANSWERS_FOR_WORKERS:
        yield from (job.rows() for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_Job.rows, jobs)


def _ordered(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows in the order of their keys, so that neither shards nor workers show."""
    scores = pd.DataFrame(rows, columns=COLUMNS)
    whole = dict.fromkeys(("frame", "version", "repeat", "attempt"), np.int64)
    scores = scores.astype({**whole, "final": bool, "value": np.float64})
    keys = [name for name in COLUMNS if name not in {"value", "unit", "final"}]
    return scores.sort_values(keys, kind="stable", ignore_index=True)
