"""Targets whose own groups say something beyond doubt."""

import math
from collections.abc import Mapping
from itertools import combinations
from typing import Literal

import pandas as pd

from samb.reports.paired import holm, paired, wilcoxon_p
from samb.reports.statistics import Interval, text_key
from samb.verdicts.contrast import Compared
from samb.verdicts.evidence import TARGET

ROUNDING = 1e-9
"""A tenth of ten targets is one, though 1 - 0.9 is a little less than a tenth."""


def proven(found: Compared, bound: float, side: Literal["above", "below"]) -> dict[str, float]:
    """Name of a target -> its p value, by Holm's method over the targets.

    Those whose 95 % interval lies on that side of the bound and whose corrected Wilcoxon test is
    below 5 %. None of a published table, which has one mean a target. Where the winner is the best
    of several answers, the test counts for each of them (`Compared.favoured`).
    """
    tested = {
        ": ".join(text_key(key)): values.to_numpy(dtype=float)
        for key, values in found.of_targets.groupby(level=TARGET)
    }
    known = {
        name: (values, interval)
        for name, values in tested.items()
        if (interval := paired(values).interval)
    }
    times = found.favoured(above=side == "above")
    adjusted = holm([min(1.0, wilcoxon_p(it - bound) * times) for it, _ in known.values()])
    return {
        name: p
        for (name, (_, interval)), p in zip(known.items(), adjusted, strict=True)
        if p < 0.05 and (interval.low > bound if side == "above" else interval.high < bound)
    }


def breaking(proofs: Mapping[str, float], at_least: float, targets: int) -> float | None:
    """P value of too many targets breaking a law for the share `at_least` of them, None if not.

    `proofs` are Holm-adjusted, of those proven to break it. Beyond the exceptions that the law
    leaves room for it takes one more, and the p value is that one's: were it true, the law would
    allow the others, and one of so many proofs would be false.
    """
    room = math.floor((1 - at_least) * targets + ROUNDING)
    ordered = sorted(proofs.values())
    return ordered[room] if len(ordered) > room else None


def proven_falls(values: pd.DataFrame, tolerance: float) -> dict[str, float]:
    """Name of a target -> p value of its greatest fall from an earlier to a later step.

    `values` has a row per (dataset, target, group) and a column per step. Of each target the pair
    of steps with the greatest mean fall is tested, and its p value counts as often as there are
    pairs; then Holm's method over the targets, as above.
    """
    pairs = list(combinations(values.columns, 2))
    found: dict[str, tuple[float, Interval]] = {}
    for key, rows in values.groupby(level=TARGET):
        earlier, later = min(pairs, key=lambda it: float((rows[it[1]] - rows[it[0]]).mean()))
        change = (rows[later] - rows[earlier]).to_numpy(dtype=float)
        interval = paired(change).interval
        if interval is not None:
            p = min(1.0, wilcoxon_p(change + tolerance) * len(pairs))
            found[": ".join(text_key(key))] = p, interval
    adjusted = holm([p for p, _ in found.values()])
    return {
        name: p
        for (name, (_, interval)), p in zip(found.items(), adjusted, strict=True)
        if p < 0.05 and interval.high < -tolerance
    }
