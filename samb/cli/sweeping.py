"""`samb sweep`: call it, show its jobs as they end, print what came of all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rich import box
from rich.table import Table
from rich.text import Text

from samb.cli.display import STDOUT, Display
from samb.cli.errors import DONE, SAID_NO
from samb.cli.running import duration
from samb.jobs import Job, JobOutcome, by_reason
from samb.pipeline import Place
from samb.reports.names import counted
from samb.reports.terminal import terminal_overview
from samb.stages.rehearsal import Estimate
from samb.sweeps import sweep as sweeps
from samb.sweeps.multirun import SweepRequest


class SweepDisplay(Display):
    """The display of a run, and a line for each job that ended."""

    def job(self, outcome: JobOutcome, number: int, count: int) -> None:
        """One line; the bar of a finished job goes away."""
        self.forget()
        self.tell(f"[{number}/{count}] {_ended(outcome)}")


def _ended(outcome: JobOutcome) -> str:
    name = outcome.job.label
    if outcome.status == "failed":
        return f"{name}: FAILED: {outcome.reason}"
    if outcome.status == "present":
        return f"{name}: nothing to do"
    return f"{name}: {counted(outcome.added, 'unit')} in {duration(outcome.seconds)}"


def sweep(request: SweepRequest, place: Place, *, dry_run: bool) -> int:
    """Sweep and print; returns the exit status."""
    if dry_run:
        return _dry_run(request, place)
    display = SweepDisplay()
    with display:
        result = sweeps.sweep(request, place, display)
    shown = replace(result.run.material, not_done=())  # they stand in a table of their own below
    STDOUT.print(terminal_overview(shown, STDOUT.width))
    STDOUT.print(_summary(result.jobs), markup=False)
    _print_reasons("job not done", [(it.job, it.reason) for it in result.failed])
    STDOUT.print(f"report: {result.run.report}", markup=False, soft_wrap=True)
    return DONE if result.passed else SAID_NO


def _summary(jobs: Sequence[JobOutcome]) -> str:
    counts = {name: sum(it.status == name for it in jobs) for name in ("done", "present", "failed")}
    spent = duration(sum(it.seconds for it in jobs))
    said = f"{counted(len(jobs), 'job')}: {counts['done']} done ({spent} of work)"
    present, failed = counts["present"], counts["failed"]
    said += f", {present} with nothing to do" if present else ""
    return said + (f", {failed} FAILED" if failed else "")


def _print_reasons(what: str, reasons: Iterable[tuple[Job, str]]) -> None:
    """A line per reason with the jobs that share it; nothing for none."""
    table = Table(what, "reason", box=box.SIMPLE, pad_edge=False)
    for reason, jobs in by_reason(reasons).items():
        table.add_row(Text("\n".join(job.label for job in jobs)), Text(reason))
    if table.rows:
        STDOUT.print(table)


def _dry_run(request: SweepRequest, place: Place) -> int:
    forecast = sweeps.dry_run(request, place)
    able = forecast.jobs - forecast.present - len(forecast.impossible)
    STDOUT.print(
        f"{counted(forecast.jobs, 'job')}: {able} to do, {forecast.present} with nothing to do, "
        f"{len(forecast.impossible)} that cannot be done; into {forecast.folder}",
        markup=False,
    )
    if forecast.estimates:
        STDOUT.print(_costs(forecast.estimates))
        STDOUT.print("Estimated from one frame each, one job at a time; scoring not counted.")
    _print_reasons("cannot be done", forecast.impossible.items())
    problems = [(Job(it.dataset, it.model), it.problem) for it in forecast.estimates]
    _print_reasons("could not be timed", [it for it in problems if it[1]])
    return SAID_NO if forecast.impossible else DONE


def _costs(estimates: Sequence[Estimate]) -> Table:
    """A line per data set and model, and their sum."""
    names = ("data set", "model", "cases", "modes", "frames", "time", "disk")
    table = Table(*names, box=box.SIMPLE, show_footer=len(estimates) > 1)
    for it in estimates:
        cost = [f"{it.frames}", duration(it.seconds), f"{it.megabytes:.1f} MB"]
        row = cost if not it.problem else ["?", "?", "?"]
        table.add_row(it.dataset, it.model, f"{it.cases}", f"{it.modes}", *row)
    known = [it for it in estimates if not it.problem]
    sums = {
        "frames": f"{sum(it.frames for it in known)}",
        "time": duration(sum(it.seconds for it in known)),
        "disk": f"{sum(it.megabytes for it in known):.1f} MB",
    }
    for column in table.columns:
        column.footer = sums.get(str(column.header), "")
    table.columns[0].footer = "in all"
    return table
