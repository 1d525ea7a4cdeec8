"""What a reviewer would object to in a table, said before they do."""

from collections.abc import Iterator

import pandas as pd

from samb.ordering import natural_order
from samb.reports.names import counted, shown_prompt
from samb.reports.statistics import LEAST_GROUPS, text_key

ENOUGH_GROUPS = 30
"""From here on intervals hold the true mean in 93 to 97 % of simulated data sets
(`samb.reports.statistics`)."""
UNDEFINED_SHARE = 0.05
"""Of the scores of one cell; more than that is worth a warning (assumption)."""


def few_groups(scores: pd.DataFrame) -> Iterator[str]:
    """One warning per data set whose intervals rest on few groups."""
    groups = scores[scores["value"].notna()].groupby(["dataset", "structure"])["group"].nunique()
    few = groups[(groups >= LEAST_GROUPS) & (groups < ENOUGH_GROUPS)]
    for dataset, counts in few.groupby(level="dataset"):
        least, most = int(counts.min()), int(counts.max())
        said = counted(most, "group") if least == most else f"{least} to {most} groups"
        yield (
            f"Warning: intervals of {dataset} rest on {said}. Below {ENOUGH_GROUPS}, a 95 % "
            "interval holds the true mean less often: in about 87 % of simulated data sets of 10 "
            "groups where one group in ten fails, and less where failures are rarer."
        )


def many_undefined(scores: pd.DataFrame) -> Iterator[str]:
    """One warning per metric, data set and model with cells where many scores are undefined."""
    cells = scores.assign(undefined=scores["value"].isna()).groupby(
        ["dataset", "model", "metric", "prompt", "structure"]
    )["undefined"]
    shares = cells.mean()
    many = shares[shares > UNDEFINED_SHARE]
    for key, found in many.groupby(level=["dataset", "model", "metric"]):
        dataset, model, metric = text_key(key)
        modes = sorted(
            {str(it) for it in found.index.get_level_values("prompt")}, key=natural_order
        )
        all_of_them = found.min() == 1
        share = "all" if all_of_them else f"up to {found.max():.0%} of the"
        so = "there is no mean" if all_of_them else "the mean is that of the others, and flatters"
        yield (
            f"Warning: {share} {metric.upper()} scores of {model} on {dataset} are undefined "
            f"({', '.join(map(shown_prompt, modes))}): {so}."
        )
