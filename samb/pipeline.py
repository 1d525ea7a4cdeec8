"""predict | score | report, with the run folder between them: the flow, read top to bottom."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from samb.config import Experiment, load_experiment
from samb.cores import usable_cores
from samb.errors import RequestError
from samb.metrics.scoring import VERSION
from samb.models.base import Runtime, Segmenter
from samb.reports.comparison.choice import Choice
from samb.reports.comparison.compare import compare
from samb.reports.comparison.rules import Rules
from samb.reports.comparison.side import Side
from samb.reports.comparison.verdict import Verdict
from samb.reports.material import Material
from samb.reports.report import write_report
from samb.result import Result
from samb.results.folder import RunFolder
from samb.results.identity import claim, compatible
from samb.stages import studying
from samb.stages.claims import Claims, judge_claims, load_claims
from samb.stages.extent import Shard, widen
from samb.stages.naming import default_name, identity, prompt_files
from samb.stages.plans import Plan, plans
from samb.stages.predict import Context, Failures, Options, predict
from samb.stages.progress import Progress, Silent
from samb.stages.provenance import Session
from samb.stages.recipe import Recipe
from samb.stages.rehearsal import Estimate, rehearse
from samb.stages.report import material, report_folder
from samb.stages.score import score, sources
from samb.stages.sides import side_of_run, side_of_table, ways, write_table
from samb.verdicts.of_run import evidence_of_run

RUNS = Path("results/runs")
SCORED = "scored.json"
"""What the present scores.parquet was made of."""


@dataclass(frozen=True)
class Place:
    """Where and how to work; nothing here is meant to change results."""

    runs: Path = RUNS
    device: str | None = None
    """None: CUDA, else MPS, else the CPU."""
    workers: int = field(default_factory=usable_cores)
    shard: Shard = field(default_factory=Shard)
    pictures: bool = True
    batch: int | None = None
    """Frames in flight; None: 1 on a CPU, 4 elsewhere."""


def run(
    arguments: Sequence[str],
    place: Place | None = None,
    progress: Progress | None = None,
    *,
    show_unverified: bool = False,
) -> Result:
    """Answer what is missing, score it, report it.

    `show_unverified`: the report of a study also shows published values that no source shows.
    """
    place, progress = place or Place(), progress or Silent()
    experiment = load_experiment(arguments)
    folder, todo = prepare(experiment, place)
    added = sum(len(work.modes) for plan in todo for work in plan.work)
    if added or any(plan.gaps for plan in todo):
        context = context_of(experiment, folder, place, progress)
        with _session(arguments, experiment, context):
            predict(todo, context)
            _timed_scoring(folder, place, context)
    scored(folder, place.workers, progress)
    report, shown = up_to_date_report(folder, show_unverified=show_unverified)
    return Result(folder.path, report, shown, added, experiment.settings.allowed_failed)


def answer(
    arguments: Sequence[str], place: Place, progress: Progress, loaded: dict[str, Segmenter]
) -> int:
    """The first stage alone: answer what is missing; returns the units that it asked for.

    `loaded` holds the model of an earlier call, and is given this one's.
    """
    experiment = load_experiment(arguments)
    folder, todo = prepare(experiment, place)
    if any(plan.work or plan.gaps for plan in todo):
        context = context_of(experiment, folder, place, progress)
        with _session(arguments, experiment, context):
            predict(todo, context, loaded)
    return sum(len(work.modes) for plan in todo for work in plan.work)


@contextmanager
def _session(arguments: Sequence[str], experiment: Experiment, context: Context) -> Iterator[None]:
    """Record what a command that adds to a run ran with, and where its time went."""
    device = context.options.runtime.device
    session = Session(arguments, device, prompt_files(experiment))
    session.begin(context.run)
    try:
        yield
    finally:
        session.end(context.run, context.timings.seconds, context.drift)


def _timed_scoring(folder: RunFolder, place: Place, context: Context) -> None:
    started = time.perf_counter()
    scored(folder, place.workers, context.progress)
    context.timings.add("score", started)


def dry_run(arguments: Sequence[str], place: Place) -> tuple[Path, list[Estimate]]:
    """What `run` would add to which folder, and what that would cost; nothing is written."""
    experiment = load_experiment(arguments)
    folder, todo = planned(experiment, place)
    context = context_of(experiment, folder, place, Silent())
    return folder.path, rehearse(todo, context)


def prepare(experiment: Experiment, place: Place) -> tuple[RunFolder, list[Plan]]:
    """Plan, then claim the folder for this identity; nothing is written for a wrong request."""
    folder, todo = planned(experiment, place)
    if place.device is not None:
        from samb.models.devices import pick_device  # torch

        pick_device(place.device)
    claim(folder, identity(experiment))
    Recipe.of(experiment).add_to(folder)
    studying.record(folder, experiment)
    modes = [choice.name for choice in experiment.prompts]
    for plan in todo:
        widen(folder, plan.dataset.name, plan.model.name, modes, plan.asked)
    folder.sweep_leftovers()
    return folder, todo


def folder_of(experiment: Experiment, place: Place) -> RunFolder:
    """The run folder of an experiment, whether it is there or not."""
    return RunFolder(place.runs / (experiment.settings.name or default_name(experiment)))


def planned(experiment: Experiment, place: Place) -> tuple[RunFolder, list[Plan]]:
    """Check that models and data sets are there, and find what the folder misses."""
    for model in experiment.models:
        model.built.check()
    folder = folder_of(experiment, place)
    compatible(folder, identity(experiment))
    studying.check(folder, experiment)
    return folder, plans(experiment, folder, place.shard)


def context_of(
    experiment: Experiment, folder: RunFolder, place: Place, progress: Progress
) -> Context:
    """What every part of the first stage shares; imports torch."""
    from samb.models.devices import default_decode_batch, pick_device  # torch

    device = pick_device(place.device)
    decode_batch = default_decode_batch(device)
    if place.batch is not None and device != "cpu":
        decode_batch = min(decode_batch, 16 * place.batch)
    options = Options(
        runtime=Runtime(device, decode_batch),
        workers=place.workers,
        views_in_flight=place.batch or (1 if device == "cpu" else 4),
        deterministic=device == "cpu",
        shard=place.shard,
        pictures=place.pictures,
    )
    failures = Failures(experiment.settings.max_failed)
    return Context(experiment.settings.seed, folder, options, progress, failures)


def rescore(folder: RunFolder, arguments: Sequence[str], workers: int, progress: Progress) -> bool:
    """Add `metric=` and `selection=` to a run and score it; False where nothing changed."""
    Recipe.for_scoring(arguments).add_to(folder)
    return scored(folder, workers, progress)


def scored(folder: RunFolder, workers: int, progress: Progress) -> bool:
    """Bring scores.parquet up to date; False where it was.

    Data sets under models whose answers are those of the last time keep their scores.
    """
    recipe = Recipe.read(folder)
    if folder.read_json(SCORED) == _made_of(folder, recipe):
        return False
    parts: list[Path] | None = None  # a run without any part has scores too: none
    while parts != folder.parts:
        parts, made_of = folder.parts, _made_of(folder, recipe)
        kept = _still_valid(folder, made_of)
        score(folder, recipe.scoring(), workers, progress, kept)
        made_of["scores"] = folder.scores_digest()
        folder.write_text(SCORED, json.dumps(made_of))
    return True


def _still_valid(folder: RunFolder, now: dict[str, Any]) -> pd.DataFrame | None:
    """Rows of scores.parquet that a new scoring would give again; None: nothing is known of it."""
    before = folder.read_json(SCORED)
    same = ("version", "metric", "selection", "scores")
    if not before or any(before.get(name) != now[name] for name in same):
        return None
    scores = folder.read_scores()
    pairs = scores["dataset"] + "/" + scores["model"]
    valid = {name for name, found in now["sources"].items() if before["sources"].get(name) == found}
    return scores[pairs.isin(valid)]


def _made_of(folder: RunFolder, recipe: Recipe) -> dict[str, Any]:
    """What scores.parquet is made of, and its own digest; other processes may write both."""
    return {
        "version": VERSION,
        "scores": folder.scores_digest(),
        "sources": {"/".join(pair): found for pair, found in sources(folder).items()},
        "metric": json.dumps(recipe.group("metric")),  # as text, for NaN is not equal to NaN
        "selection": list(recipe.config["selection"]),
    }


def reported(
    folders: Sequence[RunFolder], to: Path | None = None, *, show_unverified: bool = False
) -> tuple[Path, Material]:
    """Write the report of one run, or of several side by side, scored first where they are not."""
    for folder in folders:
        scored(folder, usable_cores(), Silent())
    shown = material(folders, show_unverified=show_unverified)
    return write_report(to or report_folder(folders), shown), shown


def claimed(
    folders: Sequence[RunFolder], names: Sequence[str] = (), to: Path | None = None
) -> Claims:
    """Judge claims (all, where none is named) by runs, scored first where they are not.

    Verdicts are written into the report's folder, or into another one.
    """
    claims = load_claims(names)
    for folder in folders:
        scored(folder, usable_cores(), Silent())
    evidence = evidence_of_run(material(folders))
    return judge_claims(claims, [evidence], to or report_folder(folders))


def compared(
    baseline: RunFolder | Path, run: RunFolder | Path, choice: Choice, rules: Rules
) -> Verdict:
    """Judge a run, or a table of scores, by another; runs are scored first where they are not."""
    sides = _side(baseline), _side(run)
    return compare(*sides, choice, rules, ways(sides))


def exported(run: RunFolder, choice: Choice, to: Path) -> list[Path]:
    """Write the chosen scores of a run, to be a baseline later; returns what was written."""
    side = _side(run)
    rows = choice.rows(side.scores, side.facts.headline)
    if rows.empty:
        msg = f"{run.path.name} holds no score of what is to be exported: a baseline of nothing"
        raise RequestError(msg)
    return write_table(replace(side, scores=rows), to)


def _side(named: RunFolder | Path) -> Side:
    if isinstance(named, Path):
        return side_of_table(named)
    scored(named, usable_cores(), Silent())
    return side_of_run(named)


def up_to_date_report(folder: RunFolder, *, show_unverified: bool = False) -> tuple[Path, Material]:
    """The report of a run, written again only where scores or parts are newer.

    Parts too, because what failed, was refused or is a gap changes no score and stands in the page.
    That of a study always is: the values beside its own come from elsewhere.
    """
    page = report_folder([folder]) / "report.html"
    latest = max(path.stat().st_mtime_ns for path in (folder.scores_path, *folder.parts))
    newer = page.is_file() and page.stat().st_mtime_ns > latest
    if newer and not folder.read_json(studying.FILE):
        return page, material([folder])
    return reported([folder], show_unverified=show_unverified)
