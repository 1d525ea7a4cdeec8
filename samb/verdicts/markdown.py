"""Verdicts as Markdown: a table of claims, then each with its sentence and all its findings."""

from collections.abc import Sequence

from samb.reports.text import escape_markdown, markdown_notes, markdown_table
from samb.verdicts.judge import Judged, Weighed
from samb.verdicts.told import agreement, effect, footer, marks, verdict

HEADER = ("claim", "verdict", "what it rests on")


def markdown_claims(judged: Sequence[Judged], title: str, notes: Sequence[str] = ()) -> str:
    """Everything that claims.csv has, for reading."""
    covered = [it for it in judged if it.found]
    parts = [f"# {escape_markdown(title)}"]
    if covered:
        lines = [(f"{it.claim.name} {it.claim.title}", _verdict(it), _first(it)) for it in covered]
        parts.append(markdown_table(HEADER, len(HEADER), lines))
    parts += [markdown_notes((*notes, *footer(judged))), *map(_claim, covered)]
    lacking = [it for it in judged if not it.found]
    if lacking:
        needs = [f"{it.claim.name} {it.claim.title}: needs {it.claim.needs}" for it in lacking]
        parts += ["## Not covered by this data", markdown_notes(needs)]
    return "\n\n".join(parts) + "\n"


def _verdict(it: Judged) -> str:
    return " ".join(filter(None, (verdict(it), marks(it))))


def _first(it: Judged) -> str:
    return effect(it.decisive) if it.decisive else ""


def _claim(it: Judged) -> str:
    lines = [_finding(weighed) for weighed in it.found]
    lines += [f"not covered: {check.what}; needs {check.needs}" for check in it.uncovered]
    head = f"## {it.claim.name}: {_verdict(it)}"
    quoted = f"> {escape_markdown(it.claim.statement)}"
    source = escape_markdown(f"Source: {it.claim.card.get('source', '')}")
    return "\n\n".join(
        [escape_markdown(head).replace("\\#\\#", "##"), quoted, source, markdown_notes(lines)]
    )


def _finding(weighed: Weighed) -> str:
    it = weighed.finding
    seen = f"values seen: {', '.join(it.seen)}" if it.seen else ""
    said = [effect(weighed), it.what, agreement(it), it.note, seen]
    return f"{weighed.verdict}: {weighed.check.what}: {'; '.join(filter(None, said))}"
