"""What can go wrong, on one screen.

SambError
+-- RequestError   the request was wrong: nothing was done, exit status 2
+-- CaseError      one case cannot be read: recorded, counted, the run goes on
+-- RefusedError   a model cannot take one view or prompt: recorded, counted, the run goes on
+-- StoppedError   a training cannot go on: its last good state is kept, exit status 1

Every message is a sentence for the person at the keyboard: what was wanted, what came, where,
what to do.
"""


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
