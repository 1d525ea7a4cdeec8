import pandas as pd

from samb.metrics.scoring import COLUMNS
from samb.stages.clicking import interactions


def scores(metric: str, *values: float) -> pd.DataFrame:
    rows = [
        ("set", "p", "c", 0, "a", "s", "expert", "frame", "", "m", "clicks", 1, 0, attempt,
         attempt == len(values), "single", metric, "", value)
        for attempt, value in enumerate(values, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def values(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["metric"], table["value"], strict=True))


def test_clicks_until_each_iou_and_the_area_by_hand() -> None:
    found = values(interactions(scores("iou", 0.5, 0.85, 0.87), {"clicks": 4}))
    assert (found["noc_80"], found["noc_85"], found["noc_90"]) == (2, 2, 4)
    assert (found["capped_80"], found["capped_90"]) == (0, 1)
    # 0.5, 0.85, 0.87 and, carried on, 0.87: three trapezoids of width 1.
    assert abs(found["click_area_iou"] - (0.675 + 0.86 + 0.87) / 3) < 1e-12


def test_dsc_has_an_area_alone() -> None:
    assert list(values(interactions(scores("dsc", 0.4, 0.6), {"clicks": 2}))) == ["click_area_dsc"]


def test_modes_that_do_not_click_have_none() -> None:
    assert interactions(scores("iou", 0.5), {}).empty
