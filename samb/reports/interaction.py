"""The interaction table: how much clicking the targets of corrective modes took."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import is_oracle, model_order, shown_model
from samb.reports.seconds import Seconds, seconds_cell
from samb.reports.section import Column, Section
from samb.reports.statistics import Summary, summarise
from samb.reports.tables import marks
from samb.reports.text import NOTHING, marked_prompt, mean_cell

KEY = ("dataset", "structure", "prompt", "version", "model", "selection")
NOC = ("noc_80", "noc_85", "noc_90")
AREAS = ("click_area_dsc", "click_area_iou")
NUMBERS = (
    Column("NoC@80"),
    Column("NoC@85", from_width=120),
    Column("NoC@90"),
    Column("capped at 80/85/90", "capped", 100),
    Column("DSC area", "DSC", 100),
    Column("IoU area", "IoU", 120),
    Column("seconds per target", "s/target"),
    Column("targets", "n"),
    Column("groups", "grp"),
)
"""At 80 columns NoC and seconds have room beside modes that name the mask shown."""

Summaries = Mapping[tuple[str, ...], Summary]


def interaction_section(material: Material) -> Section | None:
    """None where no mode clicks. In the table: the mask shown and the one that counts; CSV: all."""
    scores = material.interactions
    if scores.empty:
        return None
    table = _Table(material, summarise(scores, (*KEY, "metric")), Seconds.by_structure(material))
    keys = sorted({key[:-1] for key in table.found}, key=lambda key: _order(key, material))
    return Section(
        name="interactions",
        title="Interaction: the clicks that targets take",
        words=("data set", "structure", "prompt mode", "model"),
        numbers=NUMBERS,
        lines=tuple(table.line(key) for key in keys if _is_told(key, material)),
        notes=tuple(_notes(material)),
        data=pd.DataFrame([table.data(key) for key in keys]),
    )


def mask_scored(prompt: str, selection: str, material: Material) -> str:
    """`single shown`, or `largest on the path of single`."""
    shown = material.shown.get(prompt, "")
    return f"{selection} shown" if selection == shown else f"{selection} on the path of {shown}"


def _is_told(key: tuple[str, ...], material: Material) -> bool:
    return key[-1] in (material.shown.get(key[2]), material.headline.get(key[2]))


def _order(key: tuple[str, ...], material: Material) -> tuple[object, ...]:
    dataset, structure, prompt, version, model, selection = key
    place = (natural_order(dataset), natural_order(structure), natural_order(prompt), version)
    not_shown = selection != material.shown.get(prompt)
    return (*place, model_order(model, material), not_shown, selection)


@dataclass(frozen=True)
class _Table:
    material: Material
    found: Summaries
    seconds: Seconds

    def line(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """The cells of one row."""
        dataset, structure, prompt, version, model, selection = key
        some = next(self.found[*key, name] for name in (*NOC, *AREAS) if (*key, name) in self.found)
        return (
            dataset,
            structure,
            f"{marked_prompt(prompt, version, selection)}, "
            f"{mask_scored(prompt, selection, self.material)}",
            shown_model(model, self.material),
            *(_clicks(self.found.get((*key, name))) for name in NOC),
            self._capped(key),
            *(mean_cell(self.found.get((*key, name))) for name in AREAS),
            seconds_cell(self.seconds.mean(dataset, structure, prompt, model)),
            str(some.targets),
            str(some.groups),
        )

    def data(self, key: tuple[str, ...]) -> dict[str, object]:
        """The same with unrounded numbers."""
        dataset, structure, prompt, _, model, _ = key
        named = dict(zip(KEY, key, strict=True))
        return {
            **named,
            "shown": self.material.shown.get(prompt, ""),
            **marks(named, self.material),
            **{name: self._mean(key, name) for name in (*NOC, *AREAS)},
            **{name: self._count(key, name) for name in map(_capped_name, NOC)},
            "seconds_per_target": self.seconds.mean(dataset, structure, prompt, model),
        }

    def _capped(self, key: tuple[str, ...]) -> str:
        counts = [self._count(key, _capped_name(name)) for name in NOC]
        return NOTHING if None in counts else "/".join(f"{count:.0f}" for count in counts)

    def _mean(self, key: tuple[str, ...], name: str) -> float | None:
        found = self.found.get((*key, name))
        return found.mean if found else None

    def _count(self, key: tuple[str, ...], name: str) -> float | None:
        rows = self.material.interactions
        mine = rows["metric"] == name
        for column, value in zip(KEY, key, strict=True):
            mine &= rows[column].astype(str) == value
        return float(rows.loc[mine, "value"].sum()) if mine.any() else None


def _capped_name(noc: str) -> str:
    return noc.replace("noc", "capped")


def _clicks(summary: Summary | None) -> str:
    return NOTHING if summary is None else f"{summary.mean:.2f}"


def _notes(material: Material) -> Iterator[str]:
    yield (
        "NoC@80: clicks until the IoU of a target on a frame is at least 80 %; a target that never "
        "gets there is capped: it counts with the greatest number of clicks of its mode (and is "
        "counted, per repeat and annotator). Areas: under the curve of DSC or IoU over clicks, "
        "divided by its width. Means over groups; interactions.csv has every selection."
    )
    modes = sorted(set(material.interactions["prompt"]), key=natural_order)
    if any(material.headline.get(mode) != material.shown.get(mode) for mode in modes):
        yield (
            "On the path of: the simulated user saw another mask than the one scored and corrected "
            "that; with this mask shown the clicks would have been others."
        )
    if any(is_oracle(material.shown.get(mode, "")) for mode in modes):
        yield "Where an oracle's mask is shown, no user could have been shown it."
