"""The built-in model still scores what results/builtin/phantoms.csv says it did."""

from pathlib import Path

import pandas as pd
import pytest

import samb
from samb.models.store import SHIPPED
from samb.pipeline import Place

FOLDER = Path(__file__).parents[1] / "results" / "builtin"
COMMAND = [
    "dataset=phantoms",
    "dataset.phantoms.count=4",
    "dataset.phantoms.dimensions=2",
    "model=[builtin,box_fill,ellipse_fill]",
    "prompt=[box,point_random_1,point_random_3]",
    "metric=overlap",
    "name=baseline",
]
"""As results/builtin/README.md has it."""
KEY = ["dataset", "structure", "prompt", "model", "selection", "level"]
DRIFT = 0.01
"""Another processor flips a pixel now and then; a change of the rules moves more."""


def test_the_command_is_the_one_that_is_written_beside_the_table() -> None:
    written = " ".join((FOLDER / "README.md").read_text().replace("\\\n", "").split())
    assert f"samb run {' '.join(COMMAND)}" in written


def test_the_shipped_weights_are_at_most_ten_megabytes() -> None:
    assert (SHIPPED / "builtin.safetensors").stat().st_size <= 10e6


@pytest.mark.slow
def test_the_built_in_model_scores_what_the_table_in_the_repository_says(tmp_path: Path) -> None:
    table = samb.run(COMMAND, Place(runs=tmp_path, device="cpu")).table
    wanted = pd.read_csv(FOLDER / "phantoms.csv").set_index(KEY)["dsc"]
    found = table.set_index(KEY)["dsc"].astype(float)
    assert set(found.index) == set(wanted.index)
    assert (found - wanted.reindex(found.index)).abs().max() < DRIFT
