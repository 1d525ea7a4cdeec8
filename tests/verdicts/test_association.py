from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from samb.streams import stream
from samb.verdicts.arm import Arm
from samb.verdicts.association import Association
from samb.verdicts.contrast import Contrast
from tests.verdicts.tables import answer

BOX = Contrast(second=Arm(prompt=("box",)))


def goes_along(sign: Any, **facts: Any) -> Association:
    return Association(what="x", contrast=BOX, attribute="area", sign=sign, **facts)


def measured(evidence: Any, values: Any, area: Any, **others: Any) -> Any:
    """One object a group, with its area."""
    rows = answer("box", values)
    known = [{name: row[name] for name in ("dataset", "group", "item")} for row in rows]
    table = pd.DataFrame(known).assign(area=area, **others)
    return evidence(rows, attributes=table)


def test_ranks_that_go_together_correlate_to_one(evidence):
    values = [0.1, 0.2, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.9, 0.95, 0.99]
    (found,) = goes_along("positive").findings(measured(evidence, values, [v**3 for v in values]))
    assert found.effect == pytest.approx(1)
    assert found.leaning == "for"
    assert (
        goes_along("negative").findings(measured(evidence, values, values))[0].leaning == "against"
    )


def test_ranks_by_hand(evidence):
    # of ten, 1 2, 3 4 ... change places: 1 - 6 * 10 / (10 * 99)
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    areas = [2, 1, 4, 3, 6, 5, 8, 7, 10, 9]
    (found,) = goes_along("positive").findings(measured(evidence, values, areas))
    assert found.effect == pytest.approx(1 - 60 / 990)


def test_what_another_attribute_explains_is_held_constant(evidence):
    rng = stream("association")
    cause = rng.normal(size=200)
    area = cause + 0.3 * rng.normal(size=200)
    values = cause + 0.3 * rng.normal(size=200)
    shown = measured(evidence, values, area, contrast=cause)
    assert goes_along("positive").findings(shown)[0].leaning == "for"
    assert goes_along("positive", given=("contrast",)).findings(shown)[0].leaning == "none"
    assert abs(goes_along("none", given=("contrast",)).findings(shown)[0].effect) < 0.2


def test_groups_that_repeat_one_object_do_not_count_twice(evidence):
    rng = stream("clustered")
    rows, areas = [], []
    for group in range(12):
        value, area = rng.random(2)
        for item in range(20):
            rows += answer("box", [value + 1e-4 * item], group=f"g{group}", item=f"{item}")
            areas.append(area + 1e-4 * item)
    keys = [{name: row[name] for name in ("dataset", "group", "item")} for row in rows]
    shown = evidence(rows, attributes=pd.DataFrame(keys).assign(area=areas))
    (found,) = goes_along("positive").findings(shown)
    assert found.interval is not None
    assert found.interval.high - found.interval.low > 0.5  # of 240 independent objects: 0.25


def test_p_has_the_degrees_of_freedom_of_the_interval(evidence):
    # all doubt is of the six groups of `few`: without any of `many` its ranks still correlate to 1
    few = answer("box", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], dataset="few")
    many = answer("box", np.linspace(0.1, 0.9, 40).tolist(), dataset="many")
    keys = [{name: row[name] for name in ("dataset", "group", "item")} for row in few + many]
    areas = [2, 1, 3, 4, 6, 5, *range(40)]
    shown = evidence(few, many, attributes=pd.DataFrame(keys).assign(area=areas))
    (found,) = goes_along("positive").findings(shown)
    assert found.interval is not None
    middle, high = np.arctanh(found.effect), np.arctanh(found.interval.high)
    error = (high - middle) / 2.5706  # Student's quantile of 5
    assert found.p == pytest.approx(2 * stats.t.sf(middle / error, 5), rel=1e-3)


def test_nine_groups_are_too_few(evidence):
    (found,) = goes_along("positive").findings(measured(evidence, np.arange(9.0), np.arange(9.0)))
    assert (found.leaning, found.p) == ("none", None)


def test_a_missing_attribute_is_not_covered(evidence):
    check = goes_along("positive", given=("box_overlap",))
    assert check.findings(measured(evidence, np.arange(12.0), np.arange(12.0))) == []
    assert check.needs.endswith("with the attributes area, box_overlap")


def test_noise_leans_nowhere(evidence):
    rng = stream("noise")
    shown = measured(evidence, rng.random(40), rng.random(40))
    assert goes_along("positive").findings(shown)[0].leaning == "none"
