"""The command line: parse, call, print."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from samb.cli.errors import DONE, SAID_NO, explain
from samb.cores import usable_cores

app = typer.Typer(
    name="samb",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Repeatable evaluation of Segment Anything models on medical images.",
    epilog="Add --debug to any command for a traceback. "
    "Exit status: 0 done, 1 a check said no, 2 the request was wrong.",
)
data_app = typer.Typer(no_args_is_help=True, help="Data sets: see what is in them.")
models_app = typer.Typer(no_args_is_help=True, help="Checkpoints: fetch, verify, import.")
init_app = typer.Typer(no_args_is_help=True, help="Write configs for your own data.")
prompts_app = typer.Typer(
    no_args_is_help=True, help="Prompts as files: write, import a person's clicks, look at them."
)
app.add_typer(data_app, name="data")
app.add_typer(models_app, name="models")
app.add_typer(prompts_app, name="prompts")
app.add_typer(init_app, name="init")

Arguments = Annotated[
    list[str],
    typer.Argument(
        metavar="KEY=VALUE...",
        help="Choices (dataset=[busi,acdc] model=sam_vit_b prompt=[box]), settings (limit=20 "
        "name=smoke seed=1) and values (dataset.image_folder.root=...).",
        show_default=False,
    ),
]
RunsFolder = Annotated[
    Path, typer.Option("--runs", help="Folder that holds the runs.", envvar="SAMB_RUNS")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads that read and processes that score.")
]
Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", help="dsc (the default), hd95 ..., once each; `all`: every metric."),
]
Selections = Annotated[
    list[str] | None,
    typer.Option("--selection", help="Instead of each mode's headline selection, once each."),
]
Everything = Annotated[
    bool, typer.Option("--all", help="Every metric, selection, level and attempt: less power.")
]
RUNS = Path("results/runs")


@app.command("run", rich_help_panel="Evaluate")
def run_command(  # noqa: PLR0913 # one parameter per option
    arguments: Arguments,
    runs: RunsFolder = RUNS,
    device: Annotated[
        str | None, typer.Option(help="cuda, cuda:1, mps or cpu; default: the best there is.")
    ] = None,
    workers: Workers = None,
    shard: Annotated[str, typer.Option(help="2/4: the second of four parts of the cases.")] = "1/1",
    pictures: Annotated[
        bool, typer.Option(help="Keep small pictures of the frames, for the sheets.")
    ] = True,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Frames in flight; lower it when memory runs out.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, how long, how much disk.")
    ] = False,
) -> None:
    """Answer what a run misses, score it and report it; the same command resumes.

    Example: samb run dataset=phantoms model=box_fill prompt=[box,box_jitter_0p1] limit=5
    """
    from samb.cli.running import run
    from samb.pipeline import Place
    from samb.stages.extent import Shard

    cores = workers or usable_cores()
    place = Place(runs, device, cores, Shard.parse(shard), pictures, batch)
    raise typer.Exit(run(arguments, place, dry_run=dry_run))


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
    device: Annotated[
        str | None, typer.Option(help="cuda, cuda:1, mps or cpu; default: the best there is.")
    ] = None,
    workers: Workers = None,
    shards: Annotated[
        int, typer.Option(min=1, help="Split each job's cases into so many jobs.")
    ] = 1,
    launcher: Annotated[
        str, typer.Option(help="Hydra's launcher: basic (one job after the other), joblib ...")
    ] = "basic",
    pictures: Annotated[
        bool, typer.Option(help="Keep small pictures of the frames, for the sheets.")
    ] = True,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Frames in flight; lower it when memory runs out.")
    ] = None,
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
) -> None:
    """Write the tables, plots and pages of one run, or of several side by side."""
    from samb.cli.running import report

    raise typer.Exit(report(run, runs, output))


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
    device: Annotated[
        str | None, typer.Option(help="cuda, cuda:1, mps or cpu; default: the best there is.")
    ] = None,
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


@app.command("list", rich_help_panel="Look around")
def list_command(
    kind: Annotated[
        str, typer.Argument(help="datasets, models, prompts, metrics, recipes, attributes or runs.")
    ],
    runs: RunsFolder = RUNS,
) -> None:
    """List the choices of one kind, or the runs."""
    from samb.cli.looking import list_kind

    list_kind(kind, runs)


@app.command("show", rich_help_panel="Look around")
def show_command(
    kind: Annotated[
        str, typer.Argument(help="dataset, model, prompt, metric, recipe, attribute or run.")
    ],
    name: Annotated[str, typer.Argument(help="As `samb list` names it.")],
    runs: RunsFolder = RUNS,
) -> None:
    """Show one choice: rule, source, parameters; or one run."""
    from samb.cli.looking import show

    show(kind, name, runs)


@app.command("doctor", rich_help_panel="Look around")
def doctor_command() -> None:
    """Say what works on this machine and what to do about the rest."""
    from samb.cli.doctor import examine

    raise typer.Exit(DONE if examine() else SAID_NO)


@data_app.command("check")
def check_data_command(  # one parameter per option
    name: Annotated[str, typer.Argument(help="As `samb list datasets` names it.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE...]", help="Values of the data set, as root=..."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Read this many patients (groups) alone.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="PNG to draw; default: results/data/NAME.png.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the counts and problems to this file too.")
    ] = None,
    workers: Workers = None,
) -> None:
    """Read a data set, count what is in it, name what is wrong, and draw some of its masks.

    Exit status 1 where something is wrong. An empty mask is wrong, too, unless the data set's
    config expects it (may_be_empty).

    Example: samb data check image_folder root=photos images='*.png' masks='{stem}_mask.png'
    """
    from samb.cli.checking import CheckOptions, check_data

    options = CheckOptions(limit, sheet, json, workers or usable_cores())
    raise typer.Exit(check_data(name, arguments or [], options))


@models_app.command("fetch")
def fetch_command(
    name: Annotated[str, typer.Argument(help="As `samb list models` names it.")],
) -> None:
    """Download a checkpoint from its official address, resumed and verified."""
    from samb.cli.checkpoints import fetch

    fetch(name)


@models_app.command("verify")
def verify_command(
    name: Annotated[str, typer.Argument(help="As `samb list models` names it.")],
) -> None:
    """Check a checkpoint's SHA-256 and that its weights fit."""
    from samb.cli.checkpoints import verify

    verify(name)


@prompts_app.command("write")
def prompts_write_command(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE... | RUN [model=NAME] [prompt=[...]]",
            help="dataset=... prompt=[...] [limit=...] [seed=...] [prompt_repeats=...], or a run "
            "whose stored prompts are taken.",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option(help="The prompt file (JSON Lines).", show_default=False)],
    runs: RunsFolder = RUNS,
    workers: Workers = None,
) -> None:
    """Write every prompt to a file, for `samb run prompts_from=FILE`; no GPU, no torch.

    Corrective modes depend on answers: take them from a run.

    Examples: samb prompts write dataset=phantoms prompt=[box,point_random_1] --output boxes.jsonl;
    samb prompts write tour model=sam_random --output clicks.jsonl
    """
    from samb.cli.prompting import write

    raise typer.Exit(write(arguments, output, runs, workers or usable_cores()))


@prompts_app.command("import")
def prompts_import_command(  # noqa: PLR0913 # one parameter per option
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE... dataset=NAME [KEY=VALUE...]",
            help="Marks: .csv (case, frame, object, attempt, x, y, label, x0, y0, x1, y1), .json "
            "(a list of such), .mrk.json (points and ROI boxes of 3D Slicer); and the data set.",
            show_default=False,
        ),
    ],
    mode: Annotated[str, typer.Option(help="Name of the mode in every table.", show_default=False)],
    output: Annotated[Path, typer.Option(help="The prompt file (JSON Lines).", show_default=False)],
    case: Annotated[
        str | None, typer.Option(help="For files that do not say; default: the file's name.")
    ] = None,
    object: Annotated[  # noqa: A002 # the option's name
        str | None, typer.Option(help="For marks that do not say; default: the only one there.")
    ] = None,
    who: Annotated[str, typer.Option(help="Who marked.")] = "a person who is not named",
    when: Annotated[str, typer.Option(help="When.")] = "at a time that is not stated",
    how: Annotated[str, typer.Option(help="How.")] = "in a way that is not stated",
    selection: Annotated[str, typer.Option(help="Which candidate mask counts.")] = "single",
) -> None:
    """Make a prompt file of a person's clicks and boxes, for `samb run prompts_from=FILE`.

    Example: samb prompts import clicks.csv dataset=kvasir_seg --mode reader_a --who "reader A"
    --when 2026-05-04 --how "mouse, 5 s a case" --output reader_a.jsonl
    """
    from samb.cli.prompting import import_marks
    from samb.stages.importing import Person

    person = Person.checked(mode, who, when, how, selection)
    raise typer.Exit(import_marks(arguments, person, case, object, output))


@prompts_app.command("show")
def prompts_show_command(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE...",
            help="dataset=... and prompt=[...] or prompts_from=FILE; model=NAME to see its answers "
            "and the clicks that correct them; limit=..., seed=....",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option(help="The picture: .png, .jpg, .pdf or .svg.", show_default=False)
    ],
    rows: Annotated[int, typer.Option(min=1, help="Targets to show, one a row.")] = 4,
    device: Annotated[
        str | None, typer.Option(help="cuda, cuda:1, mps or cpu; default: the best there is.")
    ] = None,
    workers: Workers = None,
) -> None:
    """Draw prompts on images: one row per target, one column per prompt mode.

    Example: samb prompts show dataset=phantoms prompt=[box,point_random_3,clicks_ritm_5]
    model=ellipse_fill --output prompts.png
    """
    from samb.cli.prompting import show

    raise typer.Exit(show(arguments, output, rows, device, workers or usable_cores()))


@models_app.command("import")
def import_command(  # noqa: PLR0913 # one parameter per option
    author: Annotated[str, typer.Argument(help="medsam, polyp_sam, samed or msa_2d.")],
    files: Annotated[
        list[Path],
        typer.Argument(help="Its file; polyp_sam: image encoder, prompt encoder, mask decoder."),
    ],
    name: Annotated[str, typer.Option(help="Name of the model here.")],
    base: Annotated[str, typer.Option(help="The SAM it was made from.")] = "sam_vit_b",
    classes: Annotated[
        str | None, typer.Option(help="samed: its structures in the file's order, as a,b,c.")
    ] = None,
    side: Annotated[
        int | None, typer.Option(help="Of its input in px (samed: 512); default: the base's.")
    ] = None,
    configs: Annotated[
        Path, typer.Option(help="Your own config folder.", envvar="SAMB_CONFIGS")
    ] = Path("configs"),
) -> None:
    """Take in the weights that authors of an adaptation publish, and write their config.

    Example: samb models import samed epoch_159.pth --name samed --side 512 --classes aorta,...
    """
    from samb.cli.adapting import take_in
    from samb.stages.importing_models import Import, listed

    take_in(Import(author, tuple(files), name, base, listed(classes), side, configs))


@init_app.command("data")
def init_data_command(
    folder: Annotated[Path, typer.Argument(help="The folder with your images and masks.")],
    name: Annotated[
        str | None, typer.Option(help="Name of the data set; default: the folder's.")
    ] = None,
    configs: Annotated[Path, typer.Option(help="Your own config folder.")] = Path("configs"),
) -> None:
    """Look at a folder of images and masks and write its data set YAML."""
    from samb.cli.writing import init_data

    init_data(folder, name, configs)


def main() -> None:
    """Entry point: errors become sentences, unless --debug is given."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    if debug:
        app()
    try:
        app(standalone_mode=True)
    except (Exception, KeyboardInterrupt) as error:
        sys.exit(explain(error))
