"""Small score tables that tests can derive by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samb.dialogue import Prompt, Tile
from samb.reports.material import OUTCOME_COLUMNS, SCORE_COLUMNS, Material

DEFAULTS: Mapping[str, object] = {
    "dataset": "kvasir_seg",
    "group": "p1",
    "case": "c1",
    "frame": 0,
    "object_id": "polyp",
    "structure": "polyp",
    "annotator": "expert",
    "level": "frame",
    "scope": "",
    "model": "sam_vit_b",
    "prompt": "box",
    "version": 1,
    "repeat": 0,
    "attempt": 1,
    "final": True,
    "selection": "single",
    "metric": "dsc",
    "unit": "",
    "value": 0.5,
}


@dataclass(frozen=True)
class Make:
    """Builds the inputs of a report from what a test wants to differ."""

    def scores(self, *rows: Mapping[str, object]) -> pd.DataFrame:
        """Score rows that differ from DEFAULTS in what is given; none: an empty table."""
        lines = [{**DEFAULTS, **row} for row in rows]
        return pd.DataFrame(lines, columns=list(SCORE_COLUMNS))

    def outcomes(self, *rows: tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=list(OUTCOME_COLUMNS))

    def material(
        self,
        scores: pd.DataFrame,
        outcomes: pd.DataFrame | None = None,
        *,
        headline: Mapping[str, str] | None = None,
        curves: Mapping[str, tuple[str, float]] | None = None,
        cards: Mapping[str, Mapping[str, object]] | None = None,
        tile: Callable[[pd.Series], Tile | None] | None = None,
        **further: Any,
    ) -> Material:
        return Material(
            title="A test",
            scores=scores,
            outcomes=self.outcomes() if outcomes is None else outcomes,
            headline=headline or dict.fromkeys(scores["prompt"], "single"),
            curves=curves or {},
            cards=cards or {},
            provenance={"seed": 0, "packages": {"numpy": "2"}},
            tile=tile or (lambda row: None),
            **further,
        )

    def tile(self, prompt: Prompt | None = None) -> Tile:
        """A 200 x 300 image with a 10 x 10 reference at x 100, y 50; the prediction is 5 px off."""
        reference, prediction = np.zeros((2, 200, 300), dtype=bool)
        reference[50:60, 100:110] = True
        prediction[50:60, 105:115] = True
        image = np.full((200, 300, 3), 90, dtype=np.uint8)
        return Tile(image, reference, prediction, prompt or Prompt(), "")


@pytest.fixture
def make() -> Make:
    return Make()
