import math
from typing import Any

import pandas as pd

from samb.reports.clicks import carry_forward


def clicks(case: str, values: list[float], **fields: object) -> list[dict[str, object]]:
    return [
        {
            "case": case,
            "prompt": "clicks_ritm_5",
            "attempt": number,
            "final": number == len(values),
            "value": value,
            **fields,
        }
        for number, value in enumerate(values, start=1)
    ]


def values_by_attempt(scores: pd.DataFrame, case: str) -> list[tuple[int, float]]:
    rows = scores[scores["case"] == case].sort_values("attempt")
    return list(zip(rows["attempt"], rows["value"], strict=True))


def test_a_target_that_was_done_early_keeps_its_last_value(make: Any) -> None:
    scores = make.scores(*clicks("easy", [0.7, 0.96]), *clicks("hard", [0.1, 0.2, 0.3, 0.4]))
    carried = carry_forward(scores)
    assert values_by_attempt(carried, "easy") == [(1, 0.7), (2, 0.96), (3, 0.96), (4, 0.96)]
    assert values_by_attempt(carried, "hard") == [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4)]


def test_an_undefined_last_value_is_carried_as_undefined(make: Any) -> None:
    scores = make.scores(*clicks("a", [3.0, math.nan]), *clicks("b", [9.0, 8.0, 7.0]))
    carried = values_by_attempt(carry_forward(scores), "a")
    assert carried[0] == (1, 3.0)
    assert [math.isnan(value) for _, value in carried[1:]] == [True, True]


def test_each_repeat_model_and_selection_is_carried_apart(make: Any) -> None:
    scores = make.scores(
        *clicks("a", [0.5], repeat=0),
        *clicks("a", [0.6], repeat=1),
        *clicks("a", [0.1, 0.2], model="other"),
    )
    carried = carry_forward(scores)
    late = carried[carried["attempt"] == 2]
    assert sorted(late["value"]) == [0.2, 0.5, 0.6]


def test_modes_of_one_attempt_are_left_as_they_are(make: Any) -> None:
    scores = make.scores({"case": "a"}, {"case": "b"})
    assert len(carry_forward(scores)) == 2


def test_nothing_carries_to_nothing(make: Any) -> None:
    assert carry_forward(make.scores()).empty
