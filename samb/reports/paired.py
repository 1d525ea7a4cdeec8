"""Two sets of scores of the same targets: the mean difference, its interval, and tests.

Everything is over group means: the differences of a group's targets are averaged first, because
targets of one patient resemble each other.

    paired(group_differences(pair_models(scores, "sam_vit_b", "medsam")).to_numpy())

Both tests are two-sided. The sign-flip test compares the mean with that of all (up to 12 groups) or
of 4999 random flips of the groups' signs (Fisher 1935; Good, Permutation Tests, 2000); zeros stay.
Wilcoxon's signed-rank test is scipy's with `zero_method="pratt"` (Pratt, JASA 54, 1959): zero
differences are ranked, then left out, so that they count as evidence of no change; ties get their
mean rank; the distribution is exact for few groups without ties or zeros, else scipy chooses
all flips (up to 13) or the normal approximation. Where every difference is zero both are 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from samb.reports.material import SCORE_COLUMNS, final_scores
from samb.reports.sign_flips import SAME, flips
from samb.reports.statistics import LEAST_GROUPS, Interval, interval_of, skewness_of
from samb.streams import stream
from samb.types import FloatArray

OWN = ("model", "attempt", "final", "unit", "value")
SAME_THING = [name for name in SCORE_COLUMNS if name not in OWN]
"""What a score of two models must share to be one pair."""


@dataclass(frozen=True)
class Comparison:
    """Second minus first, in the unit of the scores."""

    effect: float
    """Mean over groups; NaN without one."""
    interval: Interval | None
    """95 %, for this comparison alone."""
    sign_flip_p: float | None
    wilcoxon_p: float | None
    groups: int
    zeros: int
    """Groups without a difference."""
    why_none: str
    """Why there is neither interval nor p value; empty where there is."""


def paired(differences: Sequence[float] | FloatArray) -> Comparison:
    """Compare by the differences of group means, one number a group; NaN is left out."""
    known = np.asarray(differences, dtype=np.float64)
    known = known[np.isfinite(known)]
    effect = float(known.mean()) if len(known) else math.nan
    zeros = int((known == 0).sum())
    if len(known) < LEAST_GROUPS:
        why = f"{len(known)} of at least {LEAST_GROUPS} groups"
        return Comparison(effect, None, None, None, len(known), zeros, why)
    return Comparison(
        effect=effect,
        interval=interval_of(effect, float(known.std(ddof=1)), len(known), skewness_of(known)),
        sign_flip_p=sign_flip_p(known),
        wilcoxon_p=wilcoxon_p(known),
        groups=len(known),
        zeros=zeros,
        why_none="",
    )


def pair_models(scores: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Columns SAME_THING, first, second: the final scores that both models have.

    Whatever rows come in, only what agrees in all of SAME_THING is paired: one metric, mode,
    selection and level, one target, annotator and repeat. Rows of one model alone are left out.
    """
    last = final_scores(scores)
    one = last.loc[last["model"] == first, [*SAME_THING, "value"]]
    other = last.loc[last["model"] == second, [*SAME_THING, "value"]]
    one, other = one.rename(columns={"value": "first"}), other.rename(columns={"value": "second"})
    return one.merge(other, on=SAME_THING, validate="one_to_one")


def group_differences(pairs: pd.DataFrame) -> pd.Series:
    """Mean of second - first by (dataset, group), over pairs with both defined.

    `pairs` has the columns dataset, group, first and second, one row per paired score.
    """
    differences = (pairs["second"] - pairs["first"]).dropna()
    of_groups = pairs.loc[differences.index, ["dataset", "group"]]
    return differences.groupby([of_groups["dataset"], of_groups["group"]]).mean()


def sign_flip_p(differences: FloatArray) -> float:
    """Share of flips, what was seen among them, with a mean at least as far from zero."""
    if not differences.any():
        return 1.0
    sums = np.abs(flips(len(differences), stream("sign flips")) @ differences)
    return float((sums >= sums[0] * (1 - SAME)).mean())


def wilcoxon_p(differences: FloatArray) -> float:
    """Two-sided p value of Wilcoxon's signed-rank test."""
    if not differences.any():
        return 1.0
    return float(stats.wilcoxon(differences, zero_method="pratt").pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values of several tests: below 5 %, the chance of any false one is below 5 %.

    Holm, Scandinavian Journal of Statistics 6, 1979; valid whatever depends on what.
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(len(order), 0, -1) * np.asarray(p_values, dtype=np.float64)[order]
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(it) for it in adjusted]
