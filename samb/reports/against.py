"""Models against the first one of a report: DSC, paired, per data set and prompt mode.

The plot and the table of differences are both made of this. Two models answer the same prompts for
the same targets, so their difference is taken target by target; differences are averaged within
groups, then over groups, like every mean of a report.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import model_order
from samb.reports.paired import Comparison, group_differences, pair_models, paired
from samb.reports.statistics import text_key
from samb.reports.tables import main_scores

CELL = ["dataset", "prompt", "version", "selection"]


@dataclass(frozen=True)
class Against:
    """One model against the first one: one data set, one prompt mode, all structures together."""

    dataset: str
    prompt: str
    version: str
    selection: str
    model: str
    comparison: Comparison
    """DSC of the model minus that of the first one."""
    pairs: int
    """Scores, one per target, repeat and annotator, that both models have, both defined."""
    left_out: int
    """Scores of either model without a counterpart, and pairs with an undefined score."""

    @property
    def mode(self) -> tuple[str, str]:
        """Prompt mode and version."""
        return self.prompt, self.version


def compared_models(material: Material) -> list[str]:
    """In table order: models by name, then floors. The others are compared with the first.

    Methods that were never prompted come last: what was prompted has nothing in common with them
    in any mode (`samb.reports.methods` compares with those).
    """
    names = [str(name) for name in material.scores["model"].unique()]
    alone = promptless(material)
    return sorted(names, key=lambda name: (name in alone, *model_order(name, material)))


def promptless(material: Material) -> frozenset[str]:
    """Models that answered whole views alone, in a report where others were prompted."""
    pairs = material.scores[["model", "prompt"]].drop_duplicates()
    prompted = set(pairs.loc[~pairs["prompt"].isin(material.whole_views), "model"])
    return frozenset(set(pairs["model"]) - prompted) if prompted else frozenset()


def against_first(material: Material) -> tuple[Against, ...]:
    """Headline selection, last attempt, main level; in table order.

    A model that shares no target with the first one in a mode has no entry there.
    """
    scores = main_scores(material)
    scores = scores[scores["metric"] == "dsc"]
    first, *others = compared_models(material) or [""]
    found = [it for other in others for it in _cells(scores, first, other)]
    return tuple(sorted(found, key=lambda it: _order(it, material)))


def _cells(scores: pd.DataFrame, first: str, second: str) -> Iterator[Against]:
    sizes = scores[scores["model"].isin([first, second])].groupby(CELL).size()
    counts = {text_key(key): int(size) for key, size in sizes.items()}
    for key, pairs in pair_models(scores, first, second).groupby(CELL):
        known = int(pairs[["first", "second"]].notna().all(axis=1).sum())
        comparison = paired(group_differences(pairs).to_numpy())
        dataset, prompt, version, selection = text_key(key)
        alone = counts[dataset, prompt, version, selection] - 2 * len(pairs)
        yield Against(
            dataset=dataset,
            prompt=prompt,
            version=version,
            selection=selection,
            model=second,
            comparison=comparison,
            pairs=known,
            left_out=alone + len(pairs) - known,
        )


def _order(it: Against, material: Material) -> tuple[object, ...]:
    place = natural_order(it.dataset), natural_order(it.prompt), natural_order(it.version)
    return (*place, model_order(it.model, material))
