"""A process that answers one job after the other, and can die without harm to the others.

Why a process: memory that runs out ends a process without asking (the system kills it), and so does
a fault in compiled code; neither may end a sweep. Why one for many jobs: a model stays loaded from
one data set to the next. After a failure the next job gets a fresh process.

Why not `multiprocessing`: its children want to import the caller's script, and cannot be started
from processes of another kind, such as those of joblib's launcher. Orders and answers are pickles
through the process's own standard input and output.
"""

import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samb import pipeline
from samb.errors import sentence
from samb.models.base import Segmenter
from samb.pipeline import Place
from samb.stages.progress import Progress, Silent

SECONDS_TO_END = 5.0
"""How long a process may take to notice that nobody orders any more."""


@dataclass(frozen=True)
class Order:
    """One job as the process gets it."""

    arguments: tuple[str, ...]
    """As of `samb run`."""
    place: Place
    log: Path
    """What the process writes goes there."""
    prefix: str
    """Before every line of progress, such as `3/18`."""


@dataclass(frozen=True)
class Answered:
    """What came of an order."""

    added: int
    reason: str = ""
    """Why it failed; empty where it did not."""


@dataclass
class Worker:
    """Starts its process at the first order."""

    progress: Progress = field(default_factory=Silent)
    keeps: bool = True
    """Whether the process stays for the next order."""
    _process: "subprocess.Popen[bytes] | None" = None

    def carry_out(self, order: Order) -> Answered:
        """Never raises for what goes wrong in the job, not even where its process dies."""
        process = self._process = self._process or _started()
        try:
            answered = self._answered(process, order)
        except (EOFError, ConnectionError):
            answered = Answered(0, _last_words(process.wait(), order))
        except pickle.UnpicklingError:  # something else wrote into the pipe
            process.kill()
            process.wait()
            answered = Answered(0, f"its process spoke out of turn; see {order.log}")
        if answered.reason or not self.keeps:
            self.close()
        return answered

    def _answered(self, process: "subprocess.Popen[bytes]", order: Order) -> Answered:
        _tell(process.stdin, order)
        while not isinstance(told := _hear(process.stdout), Answered):
            what, *said = told
            getattr(self.progress, what)(*said)
        return told

    def close(self) -> None:
        """End the process: at once where it waits for orders, killed where it is busy."""
        if self._process is None:
            return
        process, self._process = self._process, None
        try:
            process.communicate(timeout=SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _started() -> "subprocess.Popen[bytes]":
    """A process that finds the modules that this one finds, whoever put them on its path."""
    # The pipe is set aside before anything is imported, so that nothing else writes into it.
    program = (
        f"import os, sys; answers = os.dup(1); os.dup2(2, 1); sys.path[:] = {sys.path!r}; "
        "from samb.sweeps.worker import serve; serve(answers)"
    )
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603


def _tell(pipe: Any, message: object) -> None:
    pickle.dump(message, pipe)
    pipe.flush()


def _hear(pipe: Any) -> Any:
    return pickle.load(pipe)  # noqa: S301 # from a process of ours


def _last_words(code: int, order: Order) -> str:
    """Why a process ended, from its exit status (minus the signal, where one ended it)."""
    if -code == getattr(signal, "SIGKILL", None):
        return (
            "its process was killed, as the system does when memory runs out; give fewer "
            "--workers, a smaller --batch, or a machine with more memory"
        )
    name = signal.Signals(-code).name if code < 0 else f"status {code}"
    return f"its process ended with {name}; what it wrote last is in {order.log}"


@dataclass(frozen=True)
class _Relay:
    """Progress, told to the process that shows it; where that one is gone, this one ends too."""

    answers: Any
    prefix: str

    def begin(self, what: str, cases: int) -> None:
        _tell(self.answers, ("begin", f"{self.prefix} {what}".strip(), cases))

    def frames(self, count: int, dsc: list[float]) -> None:
        _tell(self.answers, ("frames", count, dsc))

    def case(self) -> None:
        _tell(self.answers, ("case",))

    def tell(self, sentence: str) -> None:
        _tell(self.answers, ("tell", sentence))

    def note(self, sentence: str) -> None:
        sys.stderr.write(f"{sentence}\n")
        _tell(self.answers, ("note", sentence))


def serve(answers_to: int) -> None:
    """The process: orders in, progress and answers out to a descriptor, until its input closes."""
    loaded: dict[str, Segmenter] = {}
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(answers_to, "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    with orders, answers:
        while True:
            try:
                order = _hear(orders)
            except EOFError:
                return
            _write_to(order.log)
            _tell(answers, _answer(order, _Relay(answers, order.prefix), loaded))


def _answer(order: Order, progress: Progress, loaded: dict[str, Segmenter]) -> Answered:
    started = time.strftime("%Y-%m-%d %H:%M:%S")
    sys.stderr.write(f"{started} samb run {' '.join(order.arguments)}\n")
    try:
        return Answered(pipeline.answer(order.arguments, order.place, progress, loaded))
    except ConnectionError:
        raise  # the sweep is gone: no one is left to tell
    except Exception as error:
        traceback.print_exc()
        return Answered(0, sentence(error))
    finally:
        sys.stderr.flush()


def _write_to(log: Path) -> None:
    """Send what this process and compiled code in it write to the job's log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
