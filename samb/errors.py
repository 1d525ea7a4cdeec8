"""What can go wrong, on one screen.

SambError
+-- RequestError   the request was wrong: nothing was done, exit status 2
+-- CaseError      one case cannot be read: recorded, counted, the run goes on
+-- RefusedError   a model cannot take one view or prompt: recorded, counted, the run goes on
+-- StoppedError   a training cannot go on: its last good state is kept, exit status 1

Every message is a sentence for the person at the keyboard: what was wanted, what came, where,
what to do.
"""

import errno


class SambError(Exception):
    """Any error that samb explains itself."""


class RequestError(SambError):
    """The command, a config or a file it names is wrong; nothing was done."""


class CaseError(SambError):
    """One case cannot be read; the others can."""


class RefusedError(SambError):
    """A model cannot take this view or prompt, for a stated reason."""


class StoppedError(SambError):
    """A training cannot go on, for a stated reason; its last good state is kept."""


def sentence(error: BaseException) -> str:
    """Any error as a sentence for the person at the keyboard."""
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
