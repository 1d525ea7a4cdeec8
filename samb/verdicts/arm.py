"""One side of a comparison: which answers are meant."""

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

import pandas as pd

from samb.reports.names import shown_prompt
from samb.verdicts.evidence import KEY, TARGET, Evidence

FAMILIES = ("sam", "tuned", "baseline", "interactive", "floor")
USUAL = "usual"


@dataclass(frozen=True, eq=False)
class Answers:
    """What one model answered to one prompt mode, or the best of several."""

    prompt: str
    """Prompt mode; empty for the best of several."""
    mode: str
    """The same as shown, with attempt and selection where those are asked for."""
    model: str
    table: pd.DataFrame
    """KEY, value, one line per object."""
    seen: tuple[str, ...]
    choices: int = 1
    """Of how many answers the best of each target was taken, by the very scores that are tested;
    published means, which are stated, are no choice."""


@dataclass(frozen=True)
class Arm:
    """Raises ValueError for `reaching` outside (0, 1]."""

    prompt: tuple[str, ...] = ()
    """Modes (or patterns, as `box_jitter_*`) in order of preference: the first that is there.
    Empty, and with `best`: all."""
    model: tuple[str, ...] = ("sam",)
    """Families or names (or patterns); each of these models is compared for itself."""
    selection: tuple[str, ...] = (USUAL,)
    """In order of preference; `usual`: what counts in short tables."""
    attempt: int | None = None
    """A click; None: the last."""
    dataset: tuple[str, ...] = ()
    """Patterns of data sets; empty: all but altered copies of others."""
    level: Literal["main", "frame", "volume"] = "main"
    best: bool = False
    """Whether of all modes and models that fit, the best of each target counts: that of the highest
    mean over groups."""
    reaching: float | None = None
    """1 where the value is at least this, else 0: shares instead of means."""

    def __post_init__(self) -> None:
        if self.reaching is not None and not 0 < self.reaching <= 1:
            raise ValueError(f"reaching should be above 0 and at most 1, got {self.reaching}")

    def answers(self, listed: pd.DataFrame, evidence: Evidence) -> list[Answers]:
        """Those of one metric, of what is listed of the evidence's catalogue, by mode and model."""
        fitting, rule = self._selected(self._fitting(listed))
        if fitting.empty:
            return []
        if self.best:
            return [self._best(fitting, evidence)]
        return [
            self._answers(
                evidence.values(found), str(prompt), self._mode(str(prompt), rule), str(model)
            )
            for (prompt, model), found in fitting.groupby(["prompt", "model"], sort=True)
        ]

    @property
    def needs(self) -> str:
        """What is asked for, as words."""
        models = {
            "baseline": "another method",
            "interactive": "another interactive method",
            "tuned": "a model trained further",
            "sam": "",
        }
        of = " or ".join(filter(None, (models.get(it, it) for it in self.model)))
        modes = " or ".join(self.prompt) or ("any mode" if not of else "")
        parts = [
            modes,
            f"by {of}" if of and modes else of,
            f"at click {self.attempt}" if self.attempt else "",
            "" if self.selection == (USUAL,) else f"selected by {' or '.join(self.selection)}",
            f"on {' or '.join(self.dataset)}" if self.dataset else "",
            f"of each {self.level}" if self.level != "main" else "",
        ]
        return " ".join(part for part in parts if part)

    def _fitting(self, rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows[rows["main"]] if self.level == "main" else rows[rows["level"] == self.level]
        rows = rows[_matches(rows["dataset"], self.dataset) if self.dataset else ~rows["copy"]]
        families = rows["family"].isin([it for it in self.model if it in FAMILIES])
        rows = rows[families | _matches(rows["model"], self.model)]
        rows = rows[rows["last"]] if self.attempt is None else rows[rows["attempt"] == self.attempt]
        if not rows["total"].all():
            rows = rows[~rows["total"]]
        return rows if self.best and not self.prompt else self._prompted(rows)

    def _prompted(self, rows: pd.DataFrame) -> pd.DataFrame:
        if self.best:
            return rows[_matches(rows["prompt"], self.prompt)]
        for pattern in self.prompt:
            found = rows[_matches(rows["prompt"], (pattern,))]
            if len(found):
                return found
        return rows if not self.prompt else rows.iloc[:0]

    def _selected(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
        """Rows of the first rule that is there, and its name."""
        for name in self.selection:
            found = rows[rows["usual"]] if name == USUAL else rows[rows["selection"] == name]
            if len(found):
                return found, name
        return rows.iloc[:0], ""

    def _best(self, listed: pd.DataFrame, evidence: Evidence) -> Answers:
        rows = evidence.values(listed)
        models = sorted(rows["model"].unique())
        name = models[0] if len(models) == 1 else f"best of {len(models)} models"
        modes = sorted(rows["prompt"].unique())
        mode = shown_prompt(modes[0]) if len(modes) == 1 else f"best of {len(modes)} modes"
        scored = rows.loc[rows["seen"] == "", ["prompt", "model"]].drop_duplicates()
        found = self._answers(_best_of_targets(rows), "", mode, name)
        return replace(found, choices=max(1, len(scored)))

    def _answers(self, rows: pd.DataFrame, prompt: str, mode: str, model: str) -> Answers:
        table = rows.groupby(KEY, sort=True)["value"].max().reset_index()
        if self.reaching is not None:
            reached = (table["value"] >= self.reaching).astype(float)
            table = table.assign(value=reached.where(table["value"].notna()))
        seen = tuple(sorted(set(rows["seen"]) - {""}))
        return Answers(prompt, mode, model, table, seen)

    def _mode(self, prompt: str, rule: str) -> str:
        click = f" at click {self.attempt}" if self.attempt else ""
        selected = "" if rule == USUAL else f" ({rule})"
        return f"{shown_prompt(prompt)}{click}{selected}"


def _matches(names: "pd.Series[str]", patterns: tuple[str, ...]) -> "pd.Series[bool]":
    hits = {
        name: any(fnmatchcase(str(name), pattern) for pattern in patterns)
        for name in names.unique()
    }
    return names.map(hits).astype(bool)


def _best_of_targets(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the mode and model whose mean over groups is highest, target by target."""
    answer = [*TARGET, "prompt", "model"]
    means = rows.groupby([*answer, "group"])["value"].mean().groupby(level=answer).mean()
    best = means.groupby(level=TARGET).idxmax().dropna()
    return rows.merge(pd.DataFrame(list(best), columns=answer), on=answer)
