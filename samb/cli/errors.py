"""What went wrong, as one sentence and an exit status; a traceback only with --debug."""

from rich.console import Console

from samb.errors import StoppedError, sentence

DONE, SAID_NO, WRONG_REQUEST = 0, 1, 2
"""0 done; 1 a check said no (failed cases above the allowed share); 2 the request was wrong."""

INTERRUPTED = 130
"""As shells have it: 128 and the number of the signal."""

STDERR = Console(stderr=True, highlight=False, soft_wrap=True)


def explain(error: BaseException) -> int:
    """Print the sentence of an error; returns the exit status."""
    if isinstance(error, KeyboardInterrupt):
        STDERR.print("\nStopped. The same command goes on where this one was.", style="yellow")
        return INTERRUPTED
    STDERR.print(f"[red]error:[/red] {_escaped(sentence(error))}")
    return SAID_NO if isinstance(error, StoppedError) else WRONG_REQUEST


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
