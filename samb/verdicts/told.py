"""Findings and verdicts as words and as tables."""

import math
from collections.abc import Sequence

import pandas as pd

from samb.reports.names import counted
from samb.verdicts.finding import Finding
from samb.verdicts.judge import Judged, Weighed

COLUMNS = (
    "claim", "study", "title", "verdict", "finding", "from", "tested", "what", "measure", "effect",
    "low", "high", "p", "p_holm", "units", "unit", "targets", "agreeing", "exceptions", "seen",
    "optional", "note",
)  # fmt: skip
"""Of `table`: one row per finding, one without a finding for a claim that is not covered."""
CELLS = ("claim", "from", "what", "measure", "dataset", "target", "effect", "units", "agrees")
SHOWN = 6
"""Exceptions named in a line."""


def table(judged: Sequence[Judged]) -> pd.DataFrame:
    """Every finding with its verdict, columns COLUMNS, numbers unrounded."""
    lines: list[dict[str, object]] = []
    for it in judged:
        claim = {"claim": it.claim.name, "study": it.claim.study, "title": it.claim.title}
        head = {**claim, "verdict": it.verdict}
        lines += [{**head, **_line(weighed)} for weighed in it.found]
        lines += [
            {**head, "finding": "not covered", "tested": check.what, "note": f"needs {check.needs}"}
            for check in it.uncovered
        ]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def cells_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """The targets that each finding rests on, columns CELLS."""
    found = [
        weighed.finding.cells.assign(
            **{
                "claim": it.claim.name,
                "from": weighed.origin,
                "what": weighed.finding.what,
                "measure": weighed.finding.measure,
            }
        )
        for it in judged
        for weighed in it.found
    ]
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(CELLS))
    return whole[list(CELLS)]


def effect(weighed: Weighed) -> str:
    """`IoU difference +0.128 [0.100, 0.153], p < 0.001 (Holm), 28 targets`."""
    it = weighed.finding
    number = f"{it.effect:+.3f}" if signed(it) else f"{it.effect:.3f}"
    parts = [f"{it.measure} {number if math.isfinite(it.effect) else 'undefined'}"]
    if it.interval is not None:
        parts[0] += f" [{it.interval.low:.3f}, {it.interval.high:.3f}]"
    if weighed.adjusted_p is not None:
        parts.append(f"p {_p(weighed.adjusted_p)}")
    parts.append(counted(it.units, it.unit))
    return ", ".join(parts)


def signed(finding: Finding) -> bool:
    """Whether zero means no effect."""
    return any(word in finding.measure for word in ("difference", "change", "correlation"))


def agreement(finding: Finding) -> str:
    """`27 of 28 targets agree, not Xray-Chest`; empty where all of one or none is told."""
    others = finding.exceptions
    if not finding.by_target or not finding.targets or (finding.targets == 1 and others.empty):
        return ""
    if others.empty:
        return f"all {finding.targets} targets agree"
    names = list(
        dict.fromkeys(_name(*key) for key in zip(others["dataset"], others["target"], strict=True))
    )
    shown = ", ".join(names[:SHOWN])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    agreeing = f"{finding.targets - len(others)} of {counted(finding.targets, 'target')}"
    return f"{agreeing} agree, not {shown}{more}"


def verdict(it: Judged) -> str:
    """`refuted (1 of 3)`: by how many of the findings, where they do not all say so."""
    said = [weighed for weighed in it.found if weighed.verdict == it.verdict]
    if it.verdict not in ("confirmed", "refuted") or len(said) == len(it.found):
        return it.verdict
    return f"{it.verdict} ({len(said)} of {len(it.found)})"


def marks(it: Judged) -> str:
    """Where a verdict rests on unverified values, that it does."""
    return "UNVERIFIED" if any(weighed.finding.unverified for weighed in it.found) else ""


def footer(judged: Sequence[Judged]) -> tuple[str, ...]:
    """How to read the verdicts."""
    tests = judged[0].tests if judged else 0
    if not tests:
        return ("Nothing was tested: too few units, or values that a table states as they are.",)
    return (
        f"Intervals are 95 %, each for itself; p is corrected by Holm's method for the "
        f"{counted(tests, 'test')} of these claims together. Confirmed and refuted need both: the "
        f"interval on that side, and p below 0.05.",
        "A claim with several findings is confirmed by all of them together and refuted by one; "
        "findings of too few units count for neither.",
    )


def _line(weighed: Weighed) -> dict[str, object]:
    it = weighed.finding
    others = it.exceptions
    return {
        "finding": weighed.verdict,
        "from": weighed.origin,
        "tested": weighed.check.what,
        "what": it.what,
        "measure": it.measure,
        "effect": it.effect,
        "low": it.interval and it.interval.low,
        "high": it.interval and it.interval.high,
        "p": it.p,
        "p_holm": weighed.adjusted_p,
        "units": it.units,
        "unit": it.unit,
        "targets": it.targets,
        "agreeing": it.targets - len(others),
        "exceptions": "; ".join(
            f"{_name(*key)} ({value:+.3f})"
            for *key, value in zip(
                others["dataset"], others["target"], others["effect"], strict=True
            )
        ),
        "seen": "; ".join(it.seen),
        "optional": weighed.check.optional,
        "note": it.note,
    }


def _name(dataset: object, target: object) -> str:
    return str(target) if dataset == target else f"{dataset}: {target}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
