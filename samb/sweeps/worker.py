"""A process that answers one job after the other, and can die without harm to the others.

Why a process: memory that runs out ends a process without asking (the system kills it), and so does
a fault in compiled code; neither may end a sweep. Why one for many jobs: a model stays loaded from
one data set to the next. After a failure the next job gets a fresh process.
"""

import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from samb import pipeline
from samb.errors import sentence
from samb.models.base import Segmenter
from samb.pipeline import Place
from samb.stages.progress import Progress, Silent
from samb.stages.spawning import without_main


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
    _process: BaseProcess | None = None
    _connection: "Connection[Order, Any] | None" = None

    def carry_out(self, order: Order) -> Answered:
        """Never raises for what goes wrong in the job, not even where its process dies."""
        try:
            answered = self._answered(order)
        except (EOFError, ConnectionError):
            answered = Answered(0, self._last_words(order))
        if answered.reason or not self.keeps:
            self.close()
        return answered

    def _answered(self, order: Order) -> Answered:
        connection = self._connection or self._start()
        connection.send(order)
        while not isinstance(told := connection.recv(), Answered):
            what, *said = told
            getattr(self.progress, what)(*said)
        return told

    def _start(self) -> "Connection[Order, Any]":
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), name="samb sweep job")
        with without_main():
            self._process.start()
        theirs.close()  # so that its end is the end of the connection
        return self._connection

    def _last_words(self, order: Order) -> str:
        if self._process is None:
            return "its process could not be started"
        self._process.join()
        code = self._process.exitcode or 0
        if code == -signal.SIGKILL:
            return (
                "its process was killed, as the system does when memory runs out; give fewer "
                "--workers, a smaller --batch, or a machine with more memory"
            )
        name = signal.Signals(-code).name if code < 0 else f"status {code}"
        return f"its process ended with {name}; what it wrote last is in {order.log}"

    def close(self) -> None:
        """End the process: at once where it waits for orders, killed where it is busy."""
        if self._connection is not None and self._process is not None:
            self._connection.close()
            self._process.join(timeout=5)
            self._process.kill()
            self._process.join()
        self._process = self._connection = None


@dataclass(frozen=True)
class _Relay:
    """Progress, told to the process that shows it; where that one is gone, this one ends too."""

    connection: "Connection[object, object]"
    prefix: str

    def begin(self, what: str, cases: int) -> None:
        self.connection.send(("begin", f"{self.prefix} {what}".strip(), cases))

    def frames(self, count: int, dsc: list[float]) -> None:
        self.connection.send(("frames", count, dsc))

    def case(self) -> None:
        self.connection.send(("case",))

    def note(self, sentence: str) -> None:
        sys.stderr.write(f"{sentence}\n")
        self.connection.send(("note", sentence))


def serve(connection: "Connection[object, Order]") -> None:
    """The process: orders in, progress and answers out, until the connection closes."""
    loaded: dict[str, Segmenter] = {}
    while True:
        try:
            order = connection.recv()
        except (EOFError, ConnectionError):
            return
        _write_to(order.log)
        connection.send(_answer(order, _Relay(connection, order.prefix), loaded))


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
