"""The report folder, from material alone: tables, plots, sheets and one HTML page."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from samb.reports.footer import footer
from samb.reports.html import page
from samb.reports.long import long_table
from samb.reports.material import OUTCOME_COLUMNS, Material
from samb.reports.names import with_roles
from samb.reports.overview import Overview, overview_csv, overview_markdown
from samb.reports.plots import plots
from samb.reports.section import latex_section, markdown_section
from samb.reports.sections import NAMES, sections
from samb.reports.sheet import sheets
from samb.reports.tables import main_csv, main_rows
from samb.reports.text import latex, markdown

OPTIONAL = (
    "study_*.png",
    "dsc_boxes.png",
    "dsc_by_*.png",
    "dsc_differences.png",
    "sheet_*__*.png",
    "attributes.csv",
    "attributes_*__*.png",
    "claims.csv",
    "claims_cells.csv",
    "claims.md",
    *(f"{name}.csv" for name in NAMES),
)
"""Names of files a report may write or not; those of an earlier report are removed. Claims are
judged apart (`samb claims`), and their verdicts would be those of earlier scores."""


def write_report(folder: Path, material: Material) -> Path:
    """Write or rewrite a report; returns the path of report.html, which is written last.

    Equal material gives equal bytes. Each file appears whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(_files(material))
    for name, content in files.items():
        _write(folder / name, content)
    _remove_outdated(folder, set(files))
    return folder / "report.html"


def _files(material: Material) -> Iterator[tuple[str, bytes]]:
    rows, sentences = main_rows(material), footer(material)
    drawn, photographed, others = plots(material), sheets(material), sections(material)
    marked = [markdown(rows, sentences, material), *map(markdown_section, others)]
    typeset = [latex(rows, sentences, material), *map(latex_section, others)]
    yield "table.md", "".join(marked).encode()
    yield "table.tex", "".join(typeset).encode()
    yield "table.csv", _csv(main_csv(rows, material), material)
    for section in others:
        yield f"{section.name}.csv", _csv(section.data, material)
    if len(material.attributes):
        yield "attributes.csv", _csv(material.attributes, material)
    overview = Overview.of(material)
    yield "overview.md", overview_markdown(overview, material).encode()
    yield "overview.csv", _csv(overview_csv(overview), material)
    yield "all_scores.csv", _csv(long_table(material), material)
    yield "failures.csv", _csv(_failures(material), material)
    for picture in (*drawn, *photographed):
        yield picture.name, picture.png
    yield "report.html", page(rows, sentences, others, drawn, photographed, material).encode()


def _failures(material: Material) -> pd.DataFrame:
    """Every unit that failed or was refused, with its reason."""
    bad = material.outcomes["status"].isin(["failed", "refused"])
    return material.outcomes.loc[bad, list(OUTCOME_COLUMNS)]


def _csv(table: pd.DataFrame, material: Material) -> bytes:
    return with_roles(table, material).to_csv(index=False, lineterminator="\n").encode()


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)


def _remove_outdated(folder: Path, names: set[str]) -> None:
    for pattern in OPTIONAL:
        for path in folder.glob(pattern):
            if path.name not in names:
                path.unlink()
