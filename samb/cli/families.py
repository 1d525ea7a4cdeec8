"""The families of commands about one kind of thing: data, models, prompts, configs."""

from pathlib import Path
from typing import Annotated

import typer

from samb.cli.options import RUNS, RunsFolder, Workers
from samb.cores import usable_cores

data_app = typer.Typer(no_args_is_help=True, help="Data sets: see what is in them.")
models_app = typer.Typer(no_args_is_help=True, help="Checkpoints: fetch, verify, import.")
init_app = typer.Typer(no_args_is_help=True, help="Write configs for your own data.")
prompts_app = typer.Typer(
    no_args_is_help=True, help="Prompts as files: write, import a person's clicks, look at them."
)


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
