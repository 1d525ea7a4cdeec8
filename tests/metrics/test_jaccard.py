"""AJI and AJI+ by hand, and AJI as the pseudocode of Kumar et al. 2017 (Algorithm 1) has it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.metrics.instances import exclusive
from samb.metrics.jaccard import AggregatedJaccard
from samb.types import BoolArray
from tests.strategies import masks


def line(start: int, stop: int) -> BoolArray:
    mask = np.zeros((1, 20), dtype=bool)
    mask[0, start:stop] = True
    return mask


def scored(predictions: list[BoolArray], references: list[BoolArray]) -> dict[str, float]:
    return AggregatedJaccard()(predictions, references, (1.0, 1.0))


def test_one_prediction_over_two_references_serves_both_in_aji_and_one_in_aji_plus() -> None:
    found = scored([line(0, 10), line(15, 18)], [line(0, 4), line(5, 10)])
    # AJI: pairs 4/10 and 5/10, and the false alarm's 3 pixels. AJI+: the pair 5/10, then the
    # reference's 4 and the false alarm's 3.
    assert found == {"aji": (4 + 5) / (10 + 10 + 3), "aji_plus": 5 / (10 + 4 + 3)}


def test_a_reference_that_nothing_touches_adds_its_pixels() -> None:
    found = scored([line(0, 4)], [line(0, 4), line(5, 10)])
    assert found == {"aji": 4 / (4 + 5), "aji_plus": 4 / (4 + 5)}


def slow_aji(predictions: list[BoolArray], references: list[BoolArray]) -> float:
    shared = united = 0
    used = set()
    for reference in references:
        ratios = [(reference & it).sum() / (reference | it).sum() for it in predictions]
        best = int(np.argmax(ratios))
        if ratios[best] == 0:
            united += int(reference.sum())
            continue
        shared += int((reference & predictions[best]).sum())
        united += int((reference | predictions[best]).sum())
        used.add(best)
    united += sum(int(it.sum()) for index, it in enumerate(predictions) if index not in used)
    return shared / united


@given(
    st.lists(masks((9, 11)), min_size=1, max_size=5),
    st.lists(masks((9, 11)), min_size=1, max_size=5),
)
def test_aji_as_published(ours: list[BoolArray], theirs: list[BoolArray]) -> None:
    found = scored(ours, theirs)
    assert found["aji"] == pytest.approx(slow_aji(exclusive(ours), exclusive(theirs)), abs=1e-12)
    assert 0 <= found["aji_plus"] <= 1


def test_nothing_shared_is_no_match_and_without_masks_the_table_speaks() -> None:
    assert scored([line(0, 2)], [line(5, 7)]) == {"aji": 0, "aji_plus": 0}
    assert scored([], [line(5, 7)]) == {"aji": 0, "aji_plus": 0}
    assert scored([line(5, 7)], []) == {"aji": 0, "aji_plus": 0}
    assert all(math.isnan(value) for value in scored([], []).values())
