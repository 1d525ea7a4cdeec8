"""From a run of phantoms to what their scores go with."""

import numpy as np
import pandas as pd
import pytest

import samb
from samb.pipeline import Place
from samb.result import Result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    place = Place(tmp_path_factory.mktemp("runs"), device="cpu", workers=1, pictures=False)
    return samb.run(
        ["dataset=phantoms", "model=box_fill", "prompt=[box]", "metric=overlap", "limit=6"], place
    )


def weighted_ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weight below, and half the weight at, each value: pair by pair."""
    below = (values[None] < values[:, None]) @ weights
    at = (values[None] == values[:, None]) @ weights
    return np.asarray(below + at / 2)


def test_the_table_is_what_scores_and_attributes_of_the_run_give_by_themselves(
    result: Result,
) -> None:
    place = ["dataset", "case", "frame", "object_id"]
    scores = result.scores.query("metric == 'dsc' and level == 'frame' and selection == 'single'")
    joined = scores.merge(result.attributes, on=place, suffixes=("", "_of_attributes"))
    assert len(joined) == len(scores) > 10
    weights = 1 / joined.groupby("group")["value"].transform("size").to_numpy(float)
    ranks = [
        weighted_ranks(joined[name].to_numpy(float), weights) for name in ("value", "solidity")
    ]
    one, other = (it - np.average(it, weights=weights) for it in ranks)
    wanted = (weights * one * other).sum() / np.sqrt(
        (weights * one**2).sum() * (weights * other**2).sum()
    )
    table = result.attribute_scores
    found = table[(table["level"] == "frame") & (table["attribute"] == "solidity")].iloc[0]
    assert found["spearman"] == pytest.approx(wanted)
    assert (found["targets"], found["groups"]) == (len(joined), joined["group"].nunique())


def test_the_report_has_what_the_result_has(result: Result) -> None:
    written = pd.read_csv(result.report.with_name("attribute_scores.csv"))
    assert len(written) == len(result.attribute_scores)
    assert written["spearman"].to_numpy() == pytest.approx(
        result.attribute_scores["spearman"].to_numpy(float), nan_ok=True
    )


def test_shares_of_the_run_add_up(result: Result) -> None:
    for _, rows in result.attribute_scores.groupby("level"):
        together = rows.loc[rows["attribute"] == "all together", "share"].iloc[0]
        each = rows.loc[rows["attribute"] != "all together", "share"].sum(min_count=1)
        assert each == pytest.approx(together, nan_ok=True)
