"""The main table as text: cells, Markdown, LaTeX."""

import math
import re
from collections.abc import Sequence

from samb.reports.material import Material
from samb.reports.names import ORACLE, is_oracle, shown_dataset, shown_model, shown_prompt
from samb.reports.statistics import Summary
from samb.reports.tables import Distance, MainRow

HEADER = (
    "data set",
    "structure",
    "prompt mode",
    "model",
    "level",
    "DSC",
    "95 % interval",
    "HD95",
    "ASSD",
    "targets",
    "groups",
    "undefined",
)
FIRST_NUMBER = HEADER.index("DSC")
NOTHING = "–"  # noqa: RUF001  an en dash, the usual sign for an empty cell
LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    NOTHING: "--",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
}


def cells(row: MainRow, material: Material) -> tuple[str, ...]:
    """One line of the table as text, in the order of HEADER."""
    return (
        shown_dataset(row.dataset, material),
        row.structure,
        prompt_cell(row),
        shown_model(row.model, material),
        level_cell(row),
        mean_cell(row.dsc),
        interval_cell(row.dsc),
        distance_cell(row.hd95),
        distance_cell(row.assd),
        str(row.targets),
        str(row.groups),
        str(row.undefined),
    )


def prompt_cell(row: MainRow) -> str:
    """The mode; with its version if it is not the first, and marked where an oracle selects."""
    return marked_prompt(row.prompt, row.version, row.selection)


def marked_prompt(prompt: str, version: str, selection: str) -> str:
    """The mode; with its version if it is not the first, and marked where an oracle selects."""
    said = "" if version == "1" else f" v{version}"
    oracle = f" ({ORACLE})" if is_oracle(selection) else ""
    return f"{shown_prompt(prompt)}{said}{oracle}"


def level_cell(row: MainRow) -> str:
    """`frame`, or `volume, reference slices`."""
    return ", ".join(part for part in (row.level, row.scope.replace("_", " ")) if part)


def mean_cell(summary: Summary | None) -> str:
    """A mean with three decimals."""
    return NOTHING if summary is None or math.isnan(summary.mean) else f"{summary.mean:.3f}"


def interval_cell(summary: Summary | None) -> str:
    """`[low, high]`; nothing where there is no interval."""
    if summary is None or summary.interval is None:
        return NOTHING
    return f"[{summary.interval.low:.3f}, {summary.interval.high:.3f}]"


def distance_cell(distances: Sequence[Distance]) -> str:
    """A mean distance with its unit; two of them where a data set has cases of both."""
    known = [found for found in distances if not math.isnan(found.summary.mean)]
    return " / ".join(f"{found.summary.mean:.2f} {found.unit}" for found in known) or NOTHING


def markdown(rows: Sequence[MainRow], footer: Sequence[str], material: Material) -> str:
    """Title, table and footer as GitHub Markdown."""
    table = markdown_table(HEADER, FIRST_NUMBER, [cells(row, material) for row in rows])
    title = f"# {escape_markdown(material.title)}"
    return "\n\n".join([title, *([table] if rows else []), markdown_notes(footer)]) + "\n"


def markdown_table(header: Sequence[str], words: int, lines: Sequence[Sequence[str]]) -> str:
    """A table whose first `words` columns hold words and whose others hold numbers."""
    aligned = [":---"] * words + ["---:"] * (len(header) - words)
    body = [[escape_markdown(cell) for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in ([*header], aligned, *body))


def markdown_notes(sentences: Sequence[str]) -> str:
    """Sentences as a list."""
    return "\n".join(f"- {escape_markdown(sentence)}" for sentence in sentences)


def latex(rows: Sequence[MainRow], footer: Sequence[str], material: Material) -> str:
    """Table and footer for a paper; needs the packages booktabs and longtable."""
    lines = [cells(row, material) for row in rows]
    table = latex_table(HEADER, FIRST_NUMBER, lines, material.title)
    return (f"% \\usepackage{{booktabs,longtable}}\n{table}" if rows else "") + latex_notes(footer)


def latex_table(
    header: Sequence[str], words: int, lines: Sequence[Sequence[str]], caption: str
) -> str:
    """A longtable with the rules of booktabs."""
    columns = "l" * words + "r" * (len(header) - words)
    table = [
        f"\\begin{{longtable}}{{{columns}}}",
        rf"\caption{{{escape_latex(caption)}}}\\",
        r"\toprule",
        _latex_line(header),
        r"\midrule",
        r"\endhead",
        *map(_latex_line, lines),
        r"\bottomrule",
        r"\end{longtable}",
    ]
    return "\n".join(table) + "\n"


def latex_notes(sentences: Sequence[str]) -> str:
    """Sentences as paragraphs."""
    return "".join(f"\\noindent {escape_latex(it)}\\par\n" for it in sentences)


def escape_markdown(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    marked = re.sub(r"([\\`*_|<>~#])", r"\\\1", " ".join(text.split()))
    return marked.replace("](", "]\\(")


def escape_latex(text: str) -> str:
    """Text on one line that LaTeX shows as it is."""
    return "".join(LATEX.get(letter, letter) for letter in " ".join(text.split()))


def _latex_line(line: Sequence[str]) -> str:
    escaped = " & ".join(escape_latex(cell) for cell in line)
    return rf"{escaped} \\"
