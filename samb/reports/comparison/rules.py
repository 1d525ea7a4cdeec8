"""When a comparison says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Better = Literal["higher", "lower", "zero", "neither"]
"""`zero`: 0 is best, either side of it is worse. `neither`: a count that nobody judges."""
LENGTHS = ("mm", "px")


@dataclass(frozen=True)
class Rules:
    """Losses up to these are allowed whatever the evidence. Raises ValueError below 0 or 1."""

    allowed: float = 0.01
    """Of scores without a unit, such as DSC."""
    allowed_distance: float = 0.5
    """Of distances, in their unit, mm or px. Half a pixel is where an edge on a pixel grid could
    lie as well; half a millimetre is half of the in-plane spacing of much CT (assumption)."""
    slower: float | None = None
    """How many times the baseline's seconds per case, model and mode; None: any."""

    def __post_init__(self) -> None:
        for name in ("allowed", "allowed_distance"):
            if not getattr(self, name) >= 0:
                msg = f"--{name.replace('_', '-')} should be 0 or more, got {getattr(self, name)}"
                raise ValueError(msg)
        if self.slower is not None and not self.slower > 0:
            raise ValueError(f"--slower should be a ratio such as 1.5, got {self.slower}")

    def allowed_loss(self, unit: str) -> float:
        """Of a cell whose scores have this unit."""
        return self.allowed_distance if unit in LENGTHS else self.allowed


def badness(values: pd.Series, better: pd.Series) -> pd.Series:
    """Values turned so that more is worse; `better` says for each which way it is better."""
    turned = values.where(better == "lower", -values)
    return turned.where(better != "zero", values.abs())


def directions(pairs: pd.DataFrame, known: Mapping[str, Better]) -> pd.Series:
    """Which way each row's metric is better; of distances by their unit.

    Raises KeyError with the name of a metric that nobody described.
    """
    lengths = pairs["unit"].isin(LENGTHS)
    names = pairs.loc[~lengths, "metric"].unique()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise KeyError(unknown[0])
    return pairs["metric"].map(known).where(~lengths, "lower")
