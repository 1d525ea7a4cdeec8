"""A comparison as annotations of a GitHub workflow.

Escapes as in actions/toolkit, packages/core/src/command.ts. GitHub shows ten errors a step and
drops others without a word (github.com/orgs/community/discussions/26680): the tenth counts them.
"""

from samb.reports.comparison.verdict import Verdict
from samb.reports.comparison.words import headline, reasons

MOST = 10


def annotations(verdict: Verdict) -> list[str]:
    """Lines for standard output; one notice where nothing failed."""
    wrong = list(reasons(verdict))
    if not wrong:
        return [_command("notice", "samb compare", headline(verdict))]
    shown = wrong if len(wrong) <= MOST else wrong[: MOST - 1]
    said = [_command("error", f"samb compare: {about}", told) for about, told in shown]
    if len(shown) < len(wrong):
        said.append(_command("error", "samb compare", f"and {len(wrong) - len(shown)} more"))
    return said


def _command(kind: str, title: str, message: str) -> str:
    return f"::{kind} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
