"""What went wrong, as one sentence and an exit status; a traceback only with --debug."""

import errno

from rich.console import Console

from samb.errors import SambError, StoppedError

DONE, SAID_NO, WRONG_REQUEST = 0, 1, 2
"""0 done; 1 a check said no (failed cases above the allowed share); 2 the request was wrong."""

STDERR = Console(stderr=True, highlight=False, soft_wrap=True)


def explain(error: BaseException) -> int:
    """Print the sentence of an error; returns the exit status."""
    if isinstance(error, KeyboardInterrupt):
        STDERR.print("\nStopped. The same command goes on where this one was.", style="yellow")
        return 130
    STDERR.print(f"[red]error:[/red] {_escaped(_sentence(error))}")
    return SAID_NO if isinstance(error, StoppedError) else WRONG_REQUEST


def _sentence(error: BaseException) -> str:
    if isinstance(error, SambError):
        return str(error)
    if type(error).__name__ == "OutOfMemoryError":
        return (
            f"the device is out of memory ({error}). What was finished is kept; run the same "
            f"command again with a smaller --batch, or --device cpu"
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"the disk is full ({error.filename or 'while writing'}). What was finished is kept; "
            f"make room, then run the same command again"
        )
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return f"no permission to write {error.filename}; give another folder with --runs"
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}: {error.filename or error}"
    return (
        f"samb failed where it should not: {type(error).__name__}: {error}. Run it again with "
        f"--debug to see where, and please report it"
    )


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
