"""The shortest table: one mean DSC per data set, prompt mode and model, all structures together.

Means are those of the curves: headline selection, last attempt, main level, groups of equal weight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import model_order, shown_dataset, shown_mode, shown_model
from samb.reports.statistics import Summary, summarise
from samb.reports.tables import main_scores
from samb.reports.text import NOTHING

COLUMNS = ["dataset", "prompt", "model", "dsc", "dsc_low", "dsc_high", "groups", "targets"]


@dataclass(frozen=True)
class Overview:
    """Mean DSC by (data set, prompt mode, model)."""

    means: Mapping[tuple[str, ...], Summary]
    rows: tuple[tuple[str, str], ...]
    """(data set, prompt mode), in table order."""
    models: tuple[str, ...]

    @classmethod
    def of(cls, material: Material) -> "Overview":
        """Empty where nothing was scored."""
        scores = main_scores(material)
        means = summarise(scores[scores["metric"] == "dsc"], ("dataset", "prompt", "model"))
        rows = sorted({key[:2] for key in means}, key=lambda row: tuple(map(natural_order, row)))
        models = sorted({key[2] for key in means}, key=lambda name: model_order(name, material))
        return cls(means, tuple((dataset, prompt) for dataset, prompt in rows), tuple(models))

    def cell(self, row: tuple[str, str], model: str, *, interval: bool) -> str:
        """`0.838 [0.830, 0.847]`, or `0.838`; a dash where there is no mean."""
        summary = self.means.get((*row, model))
        if summary is None or not summary.groups_averaged:
            return NOTHING
        found = summary.interval if interval else None
        return f"{summary.mean:.3f}" + (f" [{found.low:.3f}, {found.high:.3f}]" if found else "")

    def header(self, material: Material) -> list[str]:
        """Names of the columns."""
        return ["data set", "prompt mode", *(shown_model(it, material) for it in self.models)]

    def lines(self, material: Material, *, interval: bool) -> list[list[str]]:
        """The table as text."""
        return [
            [shown_dataset(dataset, material), shown_mode(prompt, material.headline[prompt])]
            + [self.cell((dataset, prompt), model, interval=interval) for model in self.models]
            for dataset, prompt in self.rows
        ]


def overview_csv(overview: Overview) -> pd.DataFrame:
    """One row per data set, prompt mode and model, unrounded."""
    rows = [
        (*row, model, overview.means[*row, model])
        for row in overview.rows
        for model in overview.models
        if (*row, model) in overview.means
    ]
    return pd.DataFrame([_csv_line(*row) for row in rows], columns=COLUMNS)


def _csv_line(dataset: str, prompt: str, model: str, summary: Summary) -> dict[str, object]:
    interval = summary.interval
    return {
        "dataset": dataset,
        "prompt": prompt,
        "model": model,
        "dsc": summary.mean,
        "dsc_low": interval and interval.low,
        "dsc_high": interval and interval.high,
        "groups": summary.groups,
        "targets": summary.targets,
    }


def overview_markdown(overview: Overview, material: Material) -> str:
    """The table in Markdown, one column per model."""
    header = overview.header(material)
    ruler = ["---", "---", *("---:" for _ in overview.models)]
    lines = [header, ruler, *overview.lines(material, interval=True)]
    return "\n".join(map(_markdown_line, lines)) + "\n"


def _markdown_line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
