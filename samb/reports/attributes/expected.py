"""The attributes that scores are held against, and what has been stated of each."""

from dataclasses import dataclass

import pandas as pd

SUMMARY = "Zhang and Jiao 2023 (arXiv 2305.03678), section 3, summary"
HUANG = "Huang et al. 2024, https://doi.org/10.1016/j.media.2023.103061"
NEXT_TO_NOTHING = 0.1
"""A correlation whose whole interval is nearer to 0 counts as none (assumption: what Cohen, 1988,
calls a small effect)."""


@dataclass(frozen=True)
class Attribute:
    """One of few: those that say nearly the same as another would only share out its part."""

    name: str
    column: str
    """Of `report/attributes.csv`; its absolute value where `size_only`."""
    sign: int | None
    """Of the correlation with how good a mask is: 1, -1, 0 (none); None: nothing was stated."""
    source: str
    size_only: bool = False
    logarithmic: bool = False
    """On the axis of a plot."""

    def values(self, table: pd.DataFrame) -> "pd.Series[float]":
        """One per row of a table of attributes; NaN where it was not worked out."""
        if self.column not in table.columns:
            return pd.Series(float("nan"), index=table.index, dtype="float64")
        found = table[self.column].astype("float64")
        return found.abs() if self.size_only else found


ATTRIBUTES = (
    Attribute("size", "share", 1, f"{SUMMARY}: smaller ones fail", logarithmic=True),
    Attribute("contrast", "contrast", 1, f"{SUMMARY}: low contrast; {HUANG}", size_only=True),
    Attribute("boundary contrast", "boundary_contrast", 1, f"{SUMMARY}: weak boundaries"),
    Attribute("solidity", "solidity", 1, f"{SUMMARY}: irregular shape"),
    Attribute("Fourier order", "fourier_order", -1, f"{HUANG}: boundary complexity"),
    Attribute(
        "components",
        "components",
        -1,
        "Mazurowski et al. 2023, https://doi.org/10.1016/j.media.2023.102918, discuss it: good for "
        "well-circumscribed objects (assumption: so fewer for several components)",
    ),
    Attribute("aspect ratio", "aspect_ratio", 0, f"{HUANG}: next to none"),
)
MODALITY = "modality"
"""Of a data set, from its card: a word, which has no sign."""
EVERYTHING = "all together"


def agreement(sign: int | None, low: float, high: float) -> str:
    """`yes`, `no` or `open`: whether the 95 % interval of a correlation bears a statement out."""
    if sign is None:
        return ""
    if sign == 0:
        inside = max(abs(low), abs(high)) <= NEXT_TO_NOTHING
        outside = low > NEXT_TO_NOTHING or high < -NEXT_TO_NOTHING
        return "yes" if inside else "no" if outside else "open"
    if low > 0 or high < 0:
        return "yes" if (low > 0) == (sign > 0) else "no"
    return "open"
