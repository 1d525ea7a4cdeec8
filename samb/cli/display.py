"""Progress on a terminal; silence elsewhere."""

import os
import sys
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

PIPE_COLUMNS = 110
"""Width of what is piped or logged, where nobody says how wide it may be."""
STDOUT = Console(
    highlight=False,
    width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_COLUMNS,
)


class Display:
    """Shows frames done, rate, time left and the running DSC; notes go to standard error."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("cases"),
            TextColumn("{task.fields[state]}"),
            TimeRemainingColumn(),
            console=STDOUT,
            disable=not sys.stdout.isatty(),
        )
        self._task: TaskID | None = None
        self._frames = 0
        self._dsc_sum, self._targets = 0.0, 0

    def __enter__(self) -> "Display":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def begin(self, what: str, cases: int) -> None:
        """A new line for each data set under a model, and for scoring."""
        self._task = self._bar.add_task(what, total=cases, state="")
        self._frames, self._dsc_sum, self._targets = 0, 0.0, 0

    def frames(self, count: int, dsc: list[float]) -> None:
        """Frames done, rate and mean DSC so far."""
        self._frames += count
        self._dsc_sum += sum(dsc)
        self._targets += len(dsc)
        if self._task is None:
            return
        elapsed = self._bar.tasks[self._task].elapsed or 0.0
        rate = f"{self._frames / elapsed:.1f}/s" if elapsed > 0 else ""
        mean = f"DSC {self._dsc_sum / self._targets:.3f}" if self._targets else ""
        self._bar.update(self._task, state=f"{self._frames} frames {rate} {mean}")

    def case(self) -> None:
        """One case further."""
        if self._task is not None:
            self._bar.advance(self._task)

    def forget(self) -> None:
        """Take the line of what is finished away."""
        if self._task is not None:
            self._bar.update(self._task, visible=False)
        self._task = None

    def tell(self, sentence: str) -> None:
        """A sentence on standard output, above the bar."""
        self._bar.console.print(sentence, markup=False, soft_wrap=True)

    def note(self, sentence: str) -> None:
        """A sentence on standard error, above the bar."""
        if self._bar.disable:
            sys.stderr.write(f"warning: {sentence}\n")
        else:
            self._bar.console.print(f"warning: {sentence}", style="yellow", markup=False)
