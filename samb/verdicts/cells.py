"""The targets a finding rests on, and which of them say otherwise."""

from collections.abc import Callable

import pandas as pd

from samb.reports.names import counted
from samb.verdicts.contrast import Compared
from samb.verdicts.evidence import TARGET
from samb.verdicts.finding import CELL_COLUMNS


def cells(
    found: Compared, agrees: Callable[["pd.Series[float]"], "pd.Series[bool]"]
) -> pd.DataFrame:
    """One line per target, columns CELL_COLUMNS."""
    of_targets = found.of_targets.groupby(level=TARGET).agg(["mean", "size"])
    table = of_targets.reset_index().rename(columns={"mean": "effect", "size": "units"})
    return table.assign(agrees=agrees(table["effect"]))[list(CELL_COLUMNS)]


def resting_on(found: Compared, unit: str) -> str:
    """How many objects, or means of targets, and what was left out."""
    left = f", {found.left_out} without a counterpart or undefined" if found.left_out else ""
    if unit == "target":
        return f"{counted(len(found.table), 'target')}, each one mean{left}"
    return f"{counted(len(found.table), 'object')}{left}"
