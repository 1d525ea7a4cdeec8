"""The commands that look around."""

from pathlib import Path
from typing import Annotated

import typer

from samb.cli.errors import DONE, SAID_NO
from samb.cli.options import RUNS, RunsFolder, Unverified

app = typer.Typer()


@app.command("list", rich_help_panel="Look around")
def list_command(
    kind: Annotated[
        str,
        typer.Argument(
            help="datasets, models, prompts, metrics, studies, claims, recipes, attributes or runs."
        ),
    ],
    runs: RunsFolder = RUNS,
) -> None:
    """List the choices of one kind, or the runs."""
    from samb.cli.looking import list_kind

    list_kind(kind, runs)


@app.command("show", rich_help_panel="Look around")
def show_command(
    kind: Annotated[
        str,
        typer.Argument(
            help="dataset, model, prompt, metric, study, published (the values of a study's "
            "paper), claim, recipe, attribute or run."
        ),
    ],
    name: Annotated[str, typer.Argument(help="As `samb list` names it.")],
    runs: RunsFolder = RUNS,
    show_unverified: Unverified = False,
    figures: Annotated[
        Path | None,
        typer.Option(
            help="Of `published`: also draw the values, into this folder.", metavar="FOLDER"
        ),
    ] = None,
) -> None:
    """Show one choice: rule, source, parameters; or one run.

    Examples: samb show dataset kvasir_seg; samb show published mazurowski_19 --figures pictures
    """
    from samb.cli.looking import show

    show(kind, name, runs, show_unverified=show_unverified, figures=figures)


@app.command("doctor", rich_help_panel="Look around")
def doctor_command() -> None:
    """Say what works on this machine and what to do about the rest."""
    from samb.cli.doctor import examine

    raise typer.Exit(DONE if examine() else SAID_NO)
