"""`samb prompts write`, `import` and `show`: prompts to a file, and files to pictures."""

import re
from collections.abc import Sequence
from pathlib import Path

from samb.choices import ConfigFolders
from samb.cli.display import STDOUT, Display
from samb.cli.errors import DONE, SAID_NO
from samb.cli.running import find_run
from samb.config import Prompting, load_prompting, sole_dataset
from samb.errors import RequestError
from samb.models.base import Runtime, Segmenter
from samb.prompts.file import PromptFile, write_prompts
from samb.stages.importing import Importer, Person
from samb.stages.plans import cases_of
from samb.stages.prompting import Simulator, first_round, from_run

PICTURES = (".png", ".jpg", ".pdf", ".svg")


def write(arguments: Sequence[str], output: Path, runs: Path, workers: int) -> int:
    """Write and say what was written and what was not; returns the exit status."""
    if "=" not in arguments[0]:
        file, failed = _of_run(arguments, runs), 0
    else:
        with Display() as display:
            simulator = Simulator(load_prompting(arguments), workers, display)
            file = first_round(simulator)
        failed = len(simulator.failed)
    if not file.entries:
        raise RequestError(f"there is no prompt to write{_why(file)}")
    write_prompts(output, file)
    tell(output, file)
    return SAID_NO if failed else DONE


def import_marks(
    arguments: Sequence[str], person: Person, case: str | None, named: str | None, output: Path
) -> int:
    """Read a person's marks and write them as a prompt file; returns the exit status."""
    _check_mode(person.mode)
    files = [Path(it).expanduser() for it in arguments if "=" not in it]
    if not files:
        raise RequestError("name a file of marks (.csv, .json, .mrk.json) and dataset=NAME")
    dataset = sole_dataset([it for it in arguments if "=" in it])
    cases = {it.case_id: it for it in cases_of(dataset)}
    importer = Importer(dataset.name, cases, case, named)
    for path in files:
        importer.add(path)
    file = importer.file(person, files)
    write_prompts(output, file)
    tell(output, file)
    return DONE


def show(
    arguments: Sequence[str], output: Path, rows: int, device: str | None, workers: int
) -> int:
    """Draw the prompts of a few targets; returns the exit status."""
    if output.suffix.lower() not in PICTURES:
        raise RequestError(f"--output should end in {', '.join(PICTURES)}, got {output}")
    from samb.reports.pictures import SHEET_DPI  # matplotlib, which `write` does not need
    from samb.reports.prompt_sheet import draw_prompts
    from samb.stages.showing import chosen, drawn

    with Display() as display:
        simulator = Simulator(load_prompting(arguments), workers, display)
        modes = [mode for mode in simulator.modes if mode.repeat == 0]
        segmenter = _loaded(simulator.prompting, device)
        targets = chosen(simulator, modes, rows)
        figure = draw_prompts(
            [mode.name for mode in modes], list(drawn(simulator, modes, targets, segmenter))
        )
    output.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(output, dpi=SHEET_DPI)
    said = f"wrote {output}: {len(targets)} targets under {len(modes)} prompt modes"
    STDOUT.print(said, markup=False, soft_wrap=True)
    return DONE


def _loaded(prompting: Prompting, device: str | None) -> Segmenter | None:
    """The one model of a command, ready to answer; None where none is named."""
    if len(prompting.models) > 1:
        names = ", ".join(model.name for model in prompting.models)
        raise RequestError(f"one model can answer in a picture, got {names}")
    if not prompting.models:
        return None
    from samb.models.devices import default_decode_batch, pick_device  # torch

    (model,) = prompting.models
    model.built.check()
    chosen_device = pick_device(device)
    return model.built.load(Runtime(chosen_device, default_decode_batch(chosen_device)))


def _check_mode(name: str) -> None:
    if not re.fullmatch(r"\w[\w-]*", name):
        raise RequestError(f"--mode should be of letters, digits, _ and - alone, got {name!r}")
    if name in ConfigFolders.find().choices("prompt"):
        msg = (
            f"--mode {name}: that is a simulated user's name, and numbers under one name must mean "
            f"one thing; choose another"
        )
        raise RequestError(msg)


def tell(output: Path, file: PromptFile) -> None:
    """What a file holds and what it lacks."""
    cases = len({(entry.dataset, entry.case) for entry in file.entries})
    STDOUT.print(
        f"wrote {output}: {len(file.entries)} prompts of {len(file.modes)} modes for {cases} "
        f"cases, SHA-256 {file.sha256}",
        markup=False,
        soft_wrap=True,
    )
    for name, reason in file.not_written.items():
        STDOUT.print(f"  not written: {name}: {reason}", markup=False, soft_wrap=True)
    if file.not_written:
        STDOUT.print(f"  {len(file.not_written)} not written in all", markup=False)
    STDOUT.print(f"now: samb run dataset=... model=... prompts_from={output}", markup=False)


def _why(file: PromptFile) -> str:
    reasons = [f"{name}: {reason}" for name, reason in file.not_written.items()]
    return ": " + "; ".join(reasons) if reasons else ""


def _of_run(arguments: Sequence[str], runs: Path) -> PromptFile:
    chosen = dict.fromkeys(("model", "prompt"), "")
    for argument in arguments[1:]:
        key, _, value = argument.partition("=")
        if key not in chosen:
            msg = f"from a run only model=NAME and prompt=[...] are chosen, got {argument!r}"
            raise RequestError(msg)
        chosen[key] = value
    names = [name for name in chosen["prompt"].strip("[]").replace(",", " ").split() if name]
    run = find_run(Path(arguments[0]), runs)
    return from_run(run, chosen["model"].strip("[]") or None, names or None)
