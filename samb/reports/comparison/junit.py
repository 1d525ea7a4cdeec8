"""A comparison as JUnit XML, which most CI systems show as tests."""

from xml.etree import ElementTree as ET

from samb.reports.comparison.verdict import Cell, Problem, Verdict
from samb.reports.comparison.words import headline, interval, lines, number
from samb.reports.names import counted

WHOLE = {"nothing": "anything measured", "failed": "failed cases", "slower": "speed"}
"""Tests of the run as a whole: kind of problem -> name."""


def junit(verdict: Verdict) -> str:
    """One test case per cell, and one for each check of the run as a whole."""
    suite = ET.Element("testsuite", name=_clean(f"samb compare {verdict.run}"))
    for kind, name in WHOLE.items():
        problems = tuple(it for it in verdict.problems if it.kind == kind)
        _case(suite, "run", name, problems, headline(verdict))
    for cell in verdict.cells:
        _case(suite, cell.about.dataset, lines(cell.about), cell.problems, _told(cell))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    ET.indent(suite)
    written: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return written.decode() + "\n"


def _case(
    suite: ET.Element, group: str, name: str, problems: tuple[Problem, ...], told: str
) -> None:
    case = ET.SubElement(suite, "testcase", classname=_clean(group), name=_clean(name))
    for problem in problems[:1]:
        message = _clean("; ".join(it.told for it in problems))
        failure = ET.SubElement(case, "failure", type=problem.kind, message=message)
        failure.text = _clean(told)


def _told(cell: Cell) -> str:
    return (
        f"baseline {number(cell.baseline)}, run {number(cell.run)}, "
        f"loss {number(cell.loss, sign=True)} {interval(cell)}, allowed {cell.allowed:g}, "
        f"{counted(cell.groups, 'group')}, {counted(cell.defined, 'score')}"
    )


def _clean(text: str) -> str:
    """Without the control characters that XML 1.0 forbids."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
