"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Arguments = Annotated[
    list[str],
    typer.Argument(
        metavar="KEY=VALUE...",
        help="Choices (dataset=[busi,acdc] model=sam_vit_b prompt=[box]), settings (limit=20 "
        "name=smoke seed=1), values (dataset.image_folder.root=...), or study=NAME, which says "
        "what the others leave open.",
        show_default=False,
    ),
]
RunsFolder = Annotated[
    Path, typer.Option("--runs", help="Folder that holds the runs.", envvar="SAMB_RUNS")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads that read and processes that score.")
]
Device = Annotated[
    str | None, typer.Option(help="cuda, cuda:1, mps or cpu; default: the best there is.")
]
Pictures = Annotated[bool, typer.Option(help="Keep small pictures of the frames, for the sheets.")]
Batch = Annotated[
    int | None, typer.Option(min=1, help="Frames in flight; lower it when memory runs out.")
]
Unverified = Annotated[
    bool,
    typer.Option(
        "--show-unverified",
        help="Of a study, also published values that no source shows; always marked.",
    ),
]
Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", help="dsc (the default), hd95 ..., once each; `all`: every metric."),
]
Selections = Annotated[
    list[str] | None,
    typer.Option("--selection", help="Instead of each mode's headline selection, once each."),
]
Everything = Annotated[
    bool, typer.Option("--all", help="Every metric, selection, level and attempt: less power.")
]
RUNS = Path("results/runs")
