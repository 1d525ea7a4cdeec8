"""The second stage: metrics over the stored masks, in worker processes, without torch."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from types import ModuleType

import numpy as np
import pandas as pd

from samb.metrics.scoring import COLUMNS, Scoring
from samb.records import Answer, CaseRecord
from samb.results.folder import RunFolder
from samb.stages.progress import Progress
from samb.streams import stable_hash

UNIT_AND_PART = ["case", "prompt_mode", "repeat", "part"]
FEWEST_ANSWERS_FOR_WORKERS = 200
"""Starting a worker costs about two seconds; below this many answers it does not pay."""


@dataclass(frozen=True)
class _Job:
    """One case under one model, for a worker."""

    scoring: Scoring
    case: CaseRecord
    answers: tuple[Answer, ...]

    def table(self) -> pd.DataFrame:
        return pd.DataFrame(self.scoring.rows(self.case, self.answers), columns=COLUMNS)


Pair = tuple[str, str]
"""(data set, model)."""


def sources(run: RunFolder) -> dict[Pair, str]:
    """What the scores of each data set under each model are made of: a digest of its units."""
    outcomes = run.outcomes()
    done = outcomes[outcomes["status"] == "done"]
    return {
        (str(dataset), str(model)): f"{stable_hash(units[UNIT_AND_PART].to_csv(index=False)):032x}"
        for (dataset, model), units in done.groupby(["dataset", "model"])
    }


def score(
    run: RunFolder,
    scoring: Scoring,
    workers: int,
    progress: Progress,
    kept: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score every finished unit; writes and returns scores.parquet, in the order of its keys.

    `kept` are rows that hold already, of whole data sets under whole models.
    """
    known = set() if kept is None else set(zip(kept["dataset"], kept["model"], strict=True))
    tables = [] if kept is None else [kept]
    for dataset, model in sorted(sources(run).keys() - known):
        jobs = list(_jobs(run, dataset, model, scoring))
        progress.begin(f"scoring {dataset} · {model}", len(jobs))
        for table in _carried_out(jobs, workers):
            tables.append(table)
            progress.case()
    scores = _ordered(tables)
    run.write_scores(scores)
    return scores


def _jobs(run: RunFolder, dataset: str, model: str, scoring: Scoring) -> Iterator[_Job]:
    answers: dict[str, list[Answer]] = {}
    for case_id, answer in run.answers(dataset, model):
        answers.setdefault(case_id, []).append(answer)
    for (_, case_id), record in run.cases(dataset).items():
        if case_id in answers:
            yield _Job(scoring, record, tuple(answers[case_id]))


def _carried_out(jobs: Sequence[_Job], workers: int) -> Iterator[pd.DataFrame]:
    if workers < 2 or sum(len(job.answers) for job in jobs) < FEWEST_ANSWERS_FOR_WORKERS:
        yield from (job.table() for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        with _without_main():
            tables = pool.map(_Job.table, jobs)
        yield from tables


@contextmanager
def _without_main() -> Iterator[None]:
    """Workers started here do not import the caller's script, which need not be guarded.

    A spawned process imports `__main__` again; a script that calls `samb.run` at its top level
    would start itself over. Jobs are made of samb's own classes and need nothing of it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _ordered(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows in the order of their keys, so that neither shards nor workers show."""
    filled = [table for table in tables if len(table)]
    scores = pd.concat(filled) if filled else pd.DataFrame(columns=COLUMNS)
    whole = dict.fromkeys(("frame", "version", "repeat", "attempt"), np.int64)
    text = [name for name in COLUMNS if name not in {*whole, "final", "value"}]
    scores = scores.astype({**whole, **dict.fromkeys(text, str), "final": bool, "value": float})
    keys = [name for name in COLUMNS if name not in {"value", "unit", "final"}]
    return scores.sort_values(keys, kind="stable", ignore_index=True)
