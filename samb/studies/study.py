"""A paper's evaluation as data: what was measured, on what, how, and how its table is made.

One YAML of configs/study/ is one study. Its `card` is text for people: title, question, paper,
arxiv, survey_reference, version, fidelity (`strict` or `approximate`), split, get, preprocessing,
cost, completeness, assumptions, missing, source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["paper", "substitute", "phantoms", "own"]
"""What a data set of a run is to the study: the paper's own data; other real data in its place;
generated data, which prove the plumbing alone; or data that the user named instead."""
FigureKind = Literal["modes", "attempts", "methods", "matrix"]
"""A picture: bars by prompt mode; a curve over clicks; bars of SAM beside other methods by data
set; a table in colours, for many methods."""
PHANTOMS = "phantoms"
"""The data set that stands in where nothing real of a study is on the machine."""


@dataclass(frozen=True)
class Data:
    """One data set of the paper."""

    name: str
    """As the published table names it."""
    dataset: str | None = None
    """The choice that reads the paper's own data; None: private, or nothing reads it yet."""
    substitutes: tuple[str, ...] = ()
    """Choices of real data to take where the paper's are not at hand, the best first."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """The paper's name of a target -> structure of the data set that is scored; a structure that
    no entry names keeps its own name."""
    images: int | None = None
    """Images or slices with a target that the paper scored, where it is known how many."""
    why: str = ""
    """What differs from the paper's data, or why nothing reads them."""

    def __post_init__(self) -> None:
        if self.dataset is None and not self.why.strip():
            msg = f"data {self.name}: without a dataset, `why` should say why there is none"
            raise ValueError(msg)

    @property
    def choices(self) -> tuple[str, ...]:
        """Every data set that may be used, the paper's own first."""
        return (*([self.dataset] if self.dataset else []), *self.substitutes)


@dataclass(frozen=True)
class TableRule:
    """How the paper's numbers are made from score rows."""

    metrics: tuple[str, ...]
    """Names of values, as the column `metric` of scores has them."""
    level: Literal["frame", "volume"] = "frame"
    """`frame`: each image or slice is scored; `volume`: slices are put together first."""
    over: Literal["rows", "cases", "groups"] = "rows"
    """`rows`: plain mean over all scored objects and images; `cases`, `groups`: the mean within
    each case (or patient, video) first. Undefined scores are left out."""
    across: Literal["targets", "targets_within", "rows", "none"] = "targets"
    """The overall line: the mean over targets, each data set x structure counting once; the same
    within each data set, a line for each; over all rows together; or none."""
    overall: tuple[str, str] = ("all", "all")
    """Data set and target under which the published table has that line; within data sets each
    keeps its name, and the target alone counts."""


@dataclass(frozen=True)
class Study:
    """A protocol. Raises ValueError where two entries of `data` have one name."""

    data: tuple[Data, ...]
    modes: Mapping[str, str]
    """samb's prompt mode -> what the paper calls it."""
    selections: tuple[str, ...]
    """Rules by which the paper chose a mask, as `selection=` names them."""
    metrics: tuple[str, ...]
    """Metric choices to score with."""
    models: tuple[str, ...]
    """The paper's models, used where the command line names none."""
    table: TableRule
    figures: tuple[FigureKind, ...] = ("modes", "attempts", "methods")
    """Pictures, as far as there are values for them."""

    def __post_init__(self) -> None:
        names = [it.name for it in self.data]
        if len(set(names)) < len(names):
            msg = f"data should name each data set of the paper once, got {', '.join(names)}"
            raise ValueError(msg)
        for what in ("data", "modes", "selections", "metrics", "models"):
            if not getattr(self, what):
                raise ValueError(f"{what} should name at least one")
