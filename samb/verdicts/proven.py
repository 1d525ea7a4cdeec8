"""Targets whose own groups say something beyond doubt."""

from typing import Literal

from samb.reports.paired import holm, paired, wilcoxon_p
from samb.reports.statistics import text_key
from samb.verdicts.contrast import Compared
from samb.verdicts.evidence import TARGET


def proven(found: Compared, bound: float, side: Literal["above", "below"]) -> dict[str, float]:
    """Name of a target -> its p value, by Holm's method over the targets.

    Those whose 95 % interval lies on that side of the bound and whose corrected Wilcoxon test is
    below 5 %. None of a published table, which has one mean a target.
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
    adjusted = holm([wilcoxon_p(it - bound) for it, _ in known.values()])
    return {
        name: p
        for (name, (_, interval)), p in zip(known.items(), adjusted, strict=True)
        if p < 0.05 and (interval.low > bound if side == "above" else interval.high < bound)
    }
