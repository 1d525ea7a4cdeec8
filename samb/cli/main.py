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
models_app = typer.Typer(no_args_is_help=True, help="Checkpoints: fetch, verify, import.")
init_app = typer.Typer(no_args_is_help=True, help="Write configs for your own data.")
app.add_typer(models_app, name="models")
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
        str, typer.Argument(help="datasets, models, prompts, metrics, recipes or runs.")
    ],
    runs: RunsFolder = RUNS,
) -> None:
    """List the choices of one kind, or the runs."""
    from samb.cli.looking import list_kind

    list_kind(kind, runs)


@app.command("show", rich_help_panel="Look around")
def show_command(
    kind: Annotated[str, typer.Argument(help="dataset, model, prompt, metric, recipe or run.")],
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
    from samb.stages.importing import Import, listed

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
