"""The command line: parse, call, print."""

import sys

import typer

from samb.cli import browsing, evaluating
from samb.cli.errors import INTERRUPTED, explain
from samb.cli.families import data_app, init_app, models_app, prompts_app

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
app.add_typer(evaluating.app)
app.add_typer(browsing.app)
app.add_typer(data_app, name="data")
app.add_typer(models_app, name="models")
app.add_typer(prompts_app, name="prompts")
app.add_typer(init_app, name="init")


def main() -> None:
    """Entry point: errors become sentences, unless --debug is given."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    if debug:
        app()
    try:
        app(standalone_mode=True)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer has caught Ctrl-C, and says nothing
            explain(KeyboardInterrupt())
        raise
    except (Exception, KeyboardInterrupt) as error:
        sys.exit(explain(error))
