"""The commands that make, judge and report runs, and that train."""

from pathlib import Path
from typing import Annotated

import typer

from samb.cli.options import (
    RUNS,
    Arguments,
    Batch,
    Device,
    Everything,
    Metrics,
    Pictures,
    RunsFolder,
    Selections,
    Unverified,
    Workers,
)
from samb.cores import usable_cores

app = typer.Typer()


@app.command("run", rich_help_panel="Evaluate")
def run_command(  # noqa: PLR0913 # one parameter per option
    arguments: Arguments,
    runs: RunsFolder = RUNS,
    device: Device = None,
    workers: Workers = None,
    shard: Annotated[str, typer.Option(help="2/4: the second of four parts of the cases.")] = "1/1",
    pictures: Pictures = True,
    batch: Batch = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, how long, how much disk.")
    ] = False,
    show_unverified: Unverified = False,
) -> None:
    """Answer what a run misses, score it and report it; the same command resumes.

    Example: samb run dataset=phantoms model=box_fill prompt=[box,box_jitter_0p1] limit=5

    A paper's evaluation, on its data or on what stands for them (samb list studies): samb run
    study=zhou_polyps model=builtin limit=5
    """
    from samb.cli.running import run
    from samb.pipeline import Place
    from samb.stages.extent import Shard

    cores = workers or usable_cores()
    place = Place(runs, device, cores, Shard.parse(shard), pictures, batch)
    raise typer.Exit(run(arguments, place, dry_run=dry_run, show_unverified=show_unverified))


@app.command("sweep", rich_help_panel="Evaluate")
def sweep_command(  # noqa: PLR0913 # one parameter per option
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE...",
            help="As of `samb run`; dataset=a,b and model=c,d split into jobs, prompt=[...] does "
            "not. hydra.launcher.KEY=VALUE goes to the launcher.",
            show_default=False,
        ),
    ],
    runs: RunsFolder = RUNS,
    device: Device = None,
    workers: Workers = None,
    shards: Annotated[
        int, typer.Option(min=1, help="Split each job's cases into so many jobs.")
    ] = 1,
    launcher: Annotated[
        str, typer.Option(help="Hydra's launcher: basic (one job after the other), joblib ...")
    ] = "basic",
    pictures: Pictures = True,
    batch: Batch = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many jobs, how long, how much disk.")
    ] = False,
) -> None:
    """Many data sets under many models, job by job, into one run; the same command resumes.

    A job is one data set under one model with all prompt modes. One that fails takes no other down:
    it is told with its reason, and the exit status is 1. What each job's process wrote is in
    sweep/ of the run's folder. While it runs, `samb report NAME` shows what is there so far.

    Example: samb sweep dataset=busi,ph2 model=box_fill,sam_vit_b prompt=[box,point_random_1]
    limit=20 name=first

    Example, two at a time: pip install hydra-joblib-launcher, then samb sweep ... --shards 4
    --launcher joblib hydra.launcher.n_jobs=2
    """
    from samb.cli.sweeping import sweep
    from samb.pipeline import Place
    from samb.sweeps.multirun import SweepRequest

    place = Place(runs, device, workers or usable_cores(), pictures=pictures, batch=batch)
    request = SweepRequest.parse(arguments, launcher, shards)
    raise typer.Exit(sweep(request, place, dry_run=dry_run))


@app.command("score", rich_help_panel="Evaluate")
def score_command(
    run: Annotated[Path, typer.Argument(help="A run's folder, or its name.", show_default=False)],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE...]", help="metric=[...] selection=[...]"),
    ] = None,
    runs: RunsFolder = RUNS,
    workers: Workers = None,
) -> None:
    """Score the stored masks again, for example with another metric; no inference."""
    from samb.cli.running import score

    raise typer.Exit(score(run, arguments or [], runs, workers or usable_cores()))


@app.command("report", rich_help_panel="Evaluate")
def report_command(
    run: Annotated[list[Path], typer.Argument(help="One run or several.", show_default=False)],
    runs: RunsFolder = RUNS,
    output: Annotated[Path | None, typer.Option(help="Folder of the report.")] = None,
    show_unverified: Unverified = False,
) -> None:
    """Write the tables, plots and pages of one run, or of several side by side."""
    from samb.cli.running import report

    raise typer.Exit(report(run, runs, output, show_unverified=show_unverified))


@app.command("compare", rich_help_panel="Evaluate")
def compare_command(  # noqa: PLR0913 # one parameter per option
    baseline: Annotated[
        Path, typer.Argument(help="A run's folder or name, or a table (`samb export`).")
    ],
    run: Annotated[Path, typer.Argument(help="The same, to be judged by it.")],
    runs: RunsFolder = RUNS,
    allowed: Annotated[
        float, typer.Option(help="Loss that never fails, of DSC and all without a unit.")
    ] = 0.01,
    allowed_distance: Annotated[
        float, typer.Option(help="The same for distances, in mm or px.")
    ] = 0.5,
    slower: Annotated[
        float | None, typer.Option(help="1.5: fail where the model takes 1.5 times as long.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A=B: the baseline's A against the run's B; A: that model alone."),
    ] = None,
    metric: Metrics = None,
    selection: Selections = None,
    everything: Everything = False,
    markdown: Annotated[Path | None, typer.Option(help="File: a pull request's comment.")] = None,
    junit: Annotated[Path | None, typer.Option(help="File: JUnit XML, one test a cell.")] = None,
    json: Annotated[Path | None, typer.Option(help="File: everything as data.")] = None,
    github: Annotated[bool, typer.Option("--github", help="Print workflow annotations.")] = False,
) -> None:
    """Judge a run by a baseline: status 1 where it lost more than allowed, with evidence.

    Missing or newly undefined scores, newly failed cases and (with --slower) lost speed fail too.

    Example: samb compare results/baseline.csv my_run --markdown comparison.md --junit samb.xml
    """
    from samb.cli.comparing import Outputs, chosen, compare, rules

    choice = chosen(metric or [], selection or [], model or [], everything=everything)
    limits = rules(allowed, allowed_distance, slower)
    outputs = Outputs(markdown, junit, json, github)
    raise typer.Exit(compare((baseline, run), runs, choice, limits, outputs))


@app.command("claims", rich_help_panel="Evaluate")
def claims_command(  # one parameter per option
    run: Annotated[
        list[Path] | None, typer.Argument(help="One run or several.", show_default=False)
    ] = None,
    runs: RunsFolder = RUNS,
    claim: Annotated[
        list[str] | None, typer.Option(help="C02 (again for more); default: all of them.")
    ] = None,
    published: Annotated[
        list[str] | None,
        typer.Option(help="A study (again for more): judge by what its paper published."),
    ] = None,
    show_unverified: Annotated[
        bool, typer.Option("--show-unverified", help="With published values that no source shows.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="Folder for claims.md and .csv; default: the report's.")
    ] = None,
) -> None:
    """Test sentences of the survey and its papers: confirmed, refuted, undecided, not covered.

    Verdicts are computed, each with its effect, 95 % interval, a paired test corrected for all
    claims tested together, and the targets that say otherwise. `samb list claims` has them all.

    Example: samb claims my_run --claim C02 --claim C23

    Example: samb claims --published mazurowski_19
    """
    from samb.cli.claiming import Wanted, claims

    claims(Wanted(run or [], published or [], claim or [], output, show_unverified), runs)


@app.command("export", rich_help_panel="Evaluate")
def export_command(
    run: Annotated[Path, typer.Argument(help="A run's folder, or its name.", show_default=False)],
    table: Annotated[Path, typer.Argument(help="*.csv, *.csv.gz or *.parquet to write.")],
    runs: RunsFolder = RUNS,
    metric: Metrics = None,
    selection: Selections = None,
    everything: Everything = False,
) -> None:
    """Write a run's scores as a table small enough to commit: a baseline for `samb compare`.

    Example: samb export my_run results/baseline.csv
    """
    from samb.cli.comparing import chosen, export

    choice = chosen(metric or [], selection or [], [], everything=everything)
    export(run, runs, choice, table)


@app.command("adapt", rich_help_panel="Adapt")
def adapt_command(  # one parameter per option
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE...",
            help="recipe=medsam_v1 dataset=[busi] (model=sam_vit_b name=mine limit=20), and values "
            "(recipe.medsam_v1.steps=500 recipe.medsam_v1.optimiser.learning_rate=1e-5).",
            show_default=False,
        ),
    ],
    folder: Annotated[Path, typer.Option(help="Folder that holds the trainings.")] = Path(
        "results/adaptations"
    ),
    configs: Annotated[
        Path, typer.Option(help="Your own config folder.", envvar="SAMB_CONFIGS")
    ] = Path("configs"),
    device: Device = None,
    workers: Workers = None,
    half: Annotated[bool, typer.Option("--half", help="Write the weights in 16 bits.")] = False,
) -> None:
    """Train a model on your data by a recipe, then run it like any other; the same command resumes.

    Example: samb adapt recipe=medsam_v1 model=builtin dataset=phantoms
    """
    from samb.cli.adapting import adapt
    from samb.stages.training import Place

    place = Place(folder, configs, device, workers or usable_cores(), half)
    raise typer.Exit(adapt(arguments, place))
