"""Two sides of a comparison, made of group values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samb.reports.comparison.choice import Choice
from samb.reports.comparison.compare import compare
from samb.reports.comparison.rules import Better, Rules
from samb.reports.comparison.side import Facts, Side
from samb.reports.comparison.verdict import Cell, Verdict
from samb.reports.material import SCORE_COLUMNS

BETTER: Mapping[str, Better] = {
    "dsc": "higher", "iou": "higher", "volume_error": "zero", "pixels": "neither"
}  # fmt: skip
STRUCTURES = ("liver", "spleen", "polyp")
MODES = ("box", "point_random_1")
GROUPS = 20


@dataclass(frozen=True)
class Bench:
    """Builds sides and compares them."""

    def scores(self, seed: int = 0) -> pd.DataFrame:
        """Three structures under two modes, 20 groups of two targets, DSC and HD95."""
        rng = np.random.default_rng(seed)
        rows = [
            {
                "dataset": "d", "group": f"g{group:02}", "case": f"g{group:02}/{case}", "frame": 0,
                "object_id": structure, "structure": structure, "annotator": "expert",
                "level": "frame", "scope": "", "model": "sam", "prompt": mode, "version": 1,
                "repeat": 0, "attempt": 1, "final": True, "selection": "single",
                "metric": metric, "unit": unit,
                "value": rng.beta(8, 2) if metric == "dsc" else rng.gamma(2, 3),
            }
            for structure in STRUCTURES
            for mode in MODES
            for group in range(GROUPS)
            for case in range(2)
            for metric, unit in (("dsc", ""), ("hd95", "px"))
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))

    def side(self, scores: pd.DataFrame, name: str = "run", **facts: Any) -> Side:
        known = {"headline": dict.fromkeys(MODES, "single"), "failed": frozenset(), **facts}
        return Side(name, scores, Facts(**known))

    def compare(
        self,
        baseline: pd.DataFrame | Side,
        run: pd.DataFrame | Side,
        choice: Choice | None = None,
        rules: Rules | None = None,
    ) -> Verdict:
        sides = [it if isinstance(it, Side) else self.side(it) for it in (baseline, run)]
        return compare(sides[0], sides[1], choice or Choice(), rules or Rules(), BETTER)

    def failed(self, verdict: Verdict) -> dict[tuple[str, str, str], list[str]]:
        """(structure, mode, metric) -> kinds of problems."""
        return {self.key(cell): [it.kind for it in cell.problems] for cell in verdict.failed_cells}

    def key(self, cell: Cell) -> tuple[str, str, str]:
        return cell.about.structure, cell.about.prompt, cell.about.metric

    def worse(
        self, scores: pd.DataFrame, by: float, seed: int = 1, **where: Sequence[str] | str
    ) -> pd.DataFrame:
        """Values of the rows where columns have these values, lowered by about so much."""
        rows = scores["metric"] == "dsc"
        for column, value in where.items():
            rows &= scores[column] == value
        noise = np.random.default_rng(seed).normal(by, 0.01, len(scores))
        return scores.assign(value=scores["value"] - np.where(rows, noise, 0.0))


@pytest.fixture
def bench() -> Bench:
    return Bench()
