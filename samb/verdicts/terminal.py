"""Verdicts in a terminal: one block a claim, and those that nothing covers in a line."""

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from samb.verdicts.claim import Claim
from samb.verdicts.judge import Judged, Verdict, Weighed
from samb.verdicts.told import agreement, effect, footer, marks, verdict

STYLE: dict[Verdict, str] = {
    "confirmed": "green",
    "refuted": "red",
    "undecided": "yellow",
    "not covered": "dim",
}
FEW = 3
"""Claims up to this many are told with every finding and with what is missing."""


def terminal_claims(
    judged: Sequence[Judged], title: str, notes: Sequence[str] = ()
) -> RenderableType:
    """What a claim rests on is folded to the width there is."""
    shown = [it for it in judged if it.found]
    table = Table("claim", "verdict", "what it rests on", box=box.SIMPLE_HEAD, pad_edge=False)
    table.columns[0].no_wrap = True
    table.columns[1].min_width = 11
    for it in shown:
        table.add_row(it.claim.name, _verdict(it), _reasons(it, full=len(judged) <= FEW))
    said = [*notes, *(footer(judged) if shown else ())]
    tables = [table] if shown else []
    sentences = [Text(f"· {sentence}", "dim") for sentence in said]
    return Group(Text(title, "bold"), *tables, *_uncovered(judged), *sentences)


def _verdict(it: Judged) -> Text:
    said = Text(verdict(it), STYLE[it.verdict])
    return said.append(f"\n{marks(it)}", "bold red") if marks(it) else said


def _reasons(it: Judged, *, full: bool) -> Text:
    text = Text(it.claim.title, "bold")
    shown = it.found if full else tuple(filter(None, (it.decisive,)))
    for weighed in shown:
        text.append_text(_finding(weighed, it, full=full))
    if not full and len(it.found) > 1:
        text.append(f"\n{_count(it)}", "dim")
    for check in it.uncovered if full else ():
        text.append(f"\nnot covered: {check.what}; it needs {check.needs}", "dim")
    return text


def _finding(weighed: Weighed, it: Judged, *, full: bool) -> Text:
    finding = weighed.finding
    text = Text("\n")
    if full and len(it.found) > 1:
        text.append(f"{weighed.verdict}: ", STYLE[weighed.verdict])
    text.append(effect(weighed), "none")
    text.append(f"\n  {finding.what}", "none")
    for part in (agreement(finding), finding.note):
        if part:
            text.append(f"\n  {part}", "dim")
    return text


def _count(it: Judged) -> str:
    verdicts = [weighed.verdict for weighed in it.found]
    kinds = ", ".join(f"{verdicts.count(name)} {name}" for name in dict.fromkeys(verdicts))
    lacking = f"; {len(it.uncovered)} not covered" if it.uncovered else ""
    return f"all findings: {kinds}{lacking}"


def _uncovered(judged: Sequence[Judged]) -> list[Text]:
    names = [it.claim.name for it in judged if not it.found]
    if not names:
        return []
    if len(judged) <= FEW:
        return [_lacking(it.claim) for it in judged if not it.found]
    told = "`samb show claim NAME` or `--claim NAME` says what one needs"
    return [Text(f"not covered by this data: {', '.join(names)}; {told}")]


def _lacking(claim: Claim) -> Text:
    head = f"{claim.name} ({claim.title}) is not covered by this data"
    return Text(f"{head}: it needs {claim.needs}")
