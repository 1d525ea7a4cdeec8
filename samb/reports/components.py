"""How much of the variance of a score lies between groups, between targets, between repeats.

Repeats play the same prompt mode again on the same target (`prompt_repeats`): their variance is the
user's. That of targets is how much cases and objects of one group differ; more repeats do nothing
about it. The estimates are those of the nested analysis of variance with unequal counts, from
expected mean squares (Henderson's method I: Searle, Casella and McCulloch, Variance Components,
1992, chapter 5); a negative one becomes 0.
"""

import math
from dataclasses import dataclass

import pandas as pd

GROUP = ["dataset", "group"]
TARGET = [*GROUP, "case", "frame", "object_id", "annotator"]


@dataclass(frozen=True)
class Components:
    """Variances, in the square of the score's unit; NaN where nothing is nested to tell from."""

    groups: float
    targets: float
    """Between targets of one group; with that of repeats in it where there are none."""
    repeats: float
    """Between repeats of one target."""
    values: int


def components(scores: pd.DataFrame) -> Components:
    """Of the rows of one cell (one metric, mode, model, selection, level), final attempts.

    Undefined scores are left out.
    """
    rows = scores[scores["value"].notna()]
    means = rows["value"].groupby([rows[name] for name in TARGET]).agg(["mean", "size"])
    targets = means.reset_index()
    groups = rows["value"].groupby([rows[name] for name in GROUP]).agg(["mean", "size"])
    joined = targets.merge(groups.reset_index(), on=GROUP, suffixes=("", "_group"))
    values, many, few = len(rows), len(targets), len(groups)
    squares = float((joined["size"] ** 2 / joined["size_group"]).sum())
    of_target = rows["value"].groupby([rows[name] for name in TARGET]).transform("mean")
    within = float(((rows["value"] - of_target) ** 2).sum())
    between = float((joined["size"] * (joined["mean"] - joined["mean_group"]) ** 2).sum())
    apart = float((groups["size"] * (groups["mean"] - rows["value"].mean()) ** 2).sum())

    repeats = within / (values - many) if values > many else math.nan
    noise = _known(repeats)
    of_targets = _share(between - (many - few) * noise, values - squares)
    lost = (few - 1) * noise + _known(of_targets) * (squares - _mean_size(targets["size"]))
    of_groups = _share(apart - lost, values - _mean_size(groups["size"]))
    return Components(of_groups, of_targets, repeats, values)


def _mean_size(sizes: "pd.Series[int]") -> float:
    """Mean size of the class a value is in."""
    return float((sizes**2).sum()) / max(int(sizes.sum()), 1)


def _share(squares: float, weight: float) -> float:
    return max(squares / weight, 0.0) if weight > 1e-9 else math.nan


def _known(variance: float) -> float:
    return 0.0 if math.isnan(variance) else variance
