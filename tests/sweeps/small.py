"""Small sweeps over generated images, and somebody who watches them."""

from dataclasses import dataclass, field

from hydra.core.global_hydra import GlobalHydra

from samb.jobs import JobOutcome
from samb.stages.progress import Progress, Silent
from samb.sweeps import worker
from samb.sweeps.multirun import SweepRequest
from samb.sweeps.runner import SilentSweep
from samb.sweeps.worker import Answered, Order

PHANTOMS = (
    "dataset.phantoms.kinds=[polyp]",
    "dataset.phantoms.count=3",
    "metric=overlap",
    "name=swept",
)
TWO_MODELS = ("dataset=phantoms", "model=box_fill,ellipse_fill", "prompt=[box,point_random_1]")


def request(*arguments: str, shards: int = 1) -> SweepRequest:
    """A sweep over three generated polyps, without wide imports or data."""
    return SweepRequest.parse([*PHANTOMS, *arguments], "basic", shards)


@dataclass
class InThisProcess:
    """Stands in for a worker where a test is not about processes."""

    progress: Progress = field(default_factory=Silent)
    orders: list[Order] = field(default_factory=list)

    def carry_out(self, order: Order) -> Answered:
        self.orders.append(order)
        around = GlobalHydra.instance().hydra  # which another process would not have
        GlobalHydra.instance().clear()
        try:
            return worker._answer(order, self.progress, {})
        finally:
            GlobalHydra.instance().hydra = around

    def close(self) -> None: ...


@dataclass
class Heard(SilentSweep):
    """Remembers what it is told."""

    jobs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def job(self, outcome: JobOutcome, number: int, count: int) -> None:
        self.jobs.append(f"{number}/{count} {outcome.job.label}: {outcome.status}")
