"""Decoder seconds of an interaction: measurements, which differ from run to run."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import model_order, shown_model, shown_prompt
from samb.reports.section import Column, Section
from samb.reports.statistics import text_key
from samb.reports.text import NOTHING

KEY = ("dataset", "prompt", "model")
COLUMNS = ["asked", "mean", "median", "attempts"]


def seconds_section(material: Material) -> Section | None:
    """Every mode's decoder time; None where there is none."""
    if material.seconds.empty:
        return None
    data = _table(material.seconds)
    data = data.sort_values(
        by=list(KEY),
        key=lambda names: names.map(
            lambda name: (
                model_order(name, material) if names.name == "model" else natural_order(name)
            )
        ),
    )
    return Section(
        name="seconds",
        title="Decoder time",
        words=("data set", "prompt mode", "model"),
        numbers=(Column("asked"), Column("attempts"), Column("mean"), Column("median")),
        lines=tuple(
            (row["dataset"], shown_prompt(row["prompt"]), shown_model(row["model"], material),
             str(row["asked"]), f"{row['attempts']:.1f}", seconds_cell(row["mean"]),
             seconds_cell(row["median"]))
            for _, row in data.iterrows()
        ),
        notes=(
            "Seconds of the mask decoder per target on a frame (or per whole view), all attempts "
            "together, without the image encoder: an equal share of each batch it was in. The "
            "machine stands in the provenance. Measured, so they differ from run to run.",
        ),
        data=data,
        in_terminal=False,
    )  # fmt: skip


def _table(seconds: pd.DataFrame) -> pd.DataFrame:
    grouped = seconds.groupby(list(KEY))
    return pd.DataFrame(
        {
            "asked": grouped.size(),
            "attempts": grouped["attempts"].mean(),
            "mean": grouped["seconds"].mean(),
            "median": grouped["seconds"].median(),
        }
    ).reset_index()


@dataclass(frozen=True)
class Seconds:
    """Mean seconds per target."""

    means: Mapping[tuple[str, ...], float]
    """By data set, structure, prompt mode and model."""

    @classmethod
    def by_structure(cls, material: Material) -> "Seconds":
        """Of targets that were asked for by themselves."""
        if material.seconds.empty:
            return cls({})
        by = ["dataset", "structure", "prompt", "model"]
        means = material.seconds.groupby(by)["seconds"].mean()
        return cls({text_key(key): float(value) for key, value in means.items()})

    def mean(self, dataset: str, structure: str, prompt: str, model: str) -> float:
        """NaN where nothing was measured."""
        return self.means.get((dataset, structure, prompt, model), math.nan)


def seconds_cell(seconds: float) -> str:
    """Two digits that count: `0.0031 s`, `1.2 s`."""
    if math.isnan(seconds):
        return NOTHING
    if seconds < 1:
        return f"{1000 * seconds:.2g} ms" if seconds < 0.0995 else f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s"
