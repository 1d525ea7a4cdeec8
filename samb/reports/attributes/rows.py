"""Attributes against scores: per data set, and over all data sets."""

from collections.abc import Iterator
from dataclasses import dataclass

from samb.ordering import natural_order
from samb.reports.attributes.associations import Associations, Estimate, associations
from samb.reports.attributes.expected import ATTRIBUTES, agreement
from samb.reports.attributes.targets import Cell, better, cells, headline_metric
from samb.reports.material import Material
from samb.reports.statistics import LEAST_GROUPS

WITHIN = "all data sets, within each"
POOLED = "all data sets, pooled"
STATED = {it.name: it for it in ATTRIBUTES}


@dataclass(frozen=True)
class Row:
    """All attributes of one prompt mode, model and level."""

    dataset: str
    """A name, WITHIN or POOLED."""
    datasets: tuple[str, ...]
    """What it rests on."""
    left_out: tuple[str, ...]
    """Data sets with too few groups to count over all."""
    cell: Cell
    metric: str
    better: int
    """1 where more of the metric is better, -1 where less is."""
    found: Associations

    def sign(self, attribute: str) -> int | None:
        """Stated of the correlation with this metric."""
        stated = STATED[attribute].sign if attribute in STATED else None
        return None if stated is None else stated * self.better

    def agrees(self, attribute: str, estimate: Estimate) -> str:
        """`yes`, `no`, `open`; empty where nothing was stated or there is no interval."""
        if estimate.interval is None:
            return ""
        return agreement(self.sign(attribute), estimate.interval.low, estimate.interval.high)


def attribute_rows(material: Material, metric: str | None = None) -> tuple[Row, ...]:
    """Of a metric that is scored target by target (None: the headline metric), in table order."""
    wanted = metric or headline_metric(material)
    if wanted is None:
        return ()
    every, way = tuple(cells(material, wanted)), better(material, wanted)
    names = sorted({name for cell in every for name in cell.datasets}, key=natural_order)
    alone = [
        Row(name, (name,), (), cell, wanted, way, associations(cell.of(name)))
        for name in names
        for cell in every
        if name in cell.datasets
    ]
    over_all = [row for cell in every for row in _over_all(cell, wanted, way)]
    return (*alone, *sorted(over_all, key=lambda row: row.dataset != WITHIN))


def _over_all(cell: Cell, metric: str, way: int) -> Iterator[Row]:
    groups = cell.targets.groupby("dataset")["group"].nunique()
    few = tuple(name for name in cell.datasets if groups[name] < LEAST_GROUPS)
    used = tuple(name for name in cell.datasets if name not in few)
    if len(used) > 1:
        rows = cell.of(*used)
        for name, within in ((WITHIN, True), (POOLED, False)):
            yield Row(name, used, few, cell, metric, way, associations(rows, within=within))
