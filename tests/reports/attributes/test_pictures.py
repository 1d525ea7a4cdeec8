import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from samb.reports.attributes.pictures import _round_numbers, attribute_pictures, binned
from samb.reports.attributes.targets import Cell, cells
from samb.reports.material import Material
from samb.reports.statistics import interval_of

ATTRIBUTES = ("share", "contrast", "boundary_contrast", "solidity", "fourier_order", "components",
              "aspect_ratio")  # fmt: skip


def drawn(make: Any, modes: int = 1, count: int = 30, **further: Any) -> Material:
    """Case n scores (n + m) / 40 in mode m, has a share of (n + 1) / 100, two parts from n = 10."""
    cases = [{"group": f"p{it}", "case": f"c{it}"} for it in range(count)]
    rows = [
        {**case, "prompt": f"point_random_{mode}", "value": (it + mode) / 40, **further}
        for mode in range(1, modes + 1)
        for it, case in enumerate(cases)
    ]
    table = pd.DataFrame(cases).assign(
        dataset="kvasir_seg", frame=0, object_id="polyp", structure="polyp",
        **dict.fromkeys(ATTRIBUTES, 0.5),
    )  # fmt: skip
    table["share"] = [(it + 1) / 100 for it in range(count)]
    table["components"] = [1.0 + (it > 9) for it in range(count)]
    found: Material = make.material(make.scores(*rows), attributes=table)
    return found


def points(found: Material, attribute: str) -> pd.DataFrame:
    cell: Cell = next(iter(cells(found, "dsc")))
    every = binned([cell])
    return every[every["attribute"] == attribute]


def test_bins_hold_as_many_targets_each_and_stand_at_their_median(make: Any) -> None:
    found = points(drawn(make), "size")
    assert found["x"].tolist() == pytest.approx([0.055, 0.155, 0.255])
    assert found["groups"].tolist() == [10] * 3
    assert found["mean"].tolist() == pytest.approx([(5.5 + 10 * it) / 40 for it in range(3)])


def test_bars_are_intervals_over_groups(make: Any) -> None:
    first = points(drawn(make), "size").iloc[0]
    scores = np.arange(10) / 40
    interval = interval_of(first["mean"], float(scores.std(ddof=1)), 10)
    assert interval is not None
    assert [first["below"], first["above"]] == pytest.approx(
        [(interval.high - interval.low) / 2] * 2
    )


def test_equal_values_share_a_bin(make: Any) -> None:
    found = points(drawn(make), "components")
    assert found["x"].tolist() == [1, 2]
    assert found["groups"].tolist() == [10, 20]


@pytest.mark.parametrize(("low", "high", "ticks"), [
    (0.008, 0.3, [0.01, 0.03, 0.1, 0.3]), (0.12, 0.25, [0.2, ]), (0.04, 0.09, [0.04, 0.06, 0.08]),
])  # fmt: skip
def test_ticks_of_shares_are_few_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert _round_numbers(low, high) == ticks


def test_what_does_not_vary_has_no_bins_and_few_groups_no_picture(make: Any) -> None:
    assert points(drawn(make), "solidity").empty
    assert attribute_pictures(drawn(make, count=9)) == []


@pytest.mark.parametrize("modes", [1, 6])
def test_one_and_six_modes_are_drawn_within_the_picture(make: Any, modes: int) -> None:
    pictures = attribute_pictures(drawn(make, modes))
    assert [it.name for it in pictures] == ["attributes_dsc__sam_vit_b.png"]
    pixels = np.asarray(Image.open(io.BytesIO(pictures[0].png)).convert("L"))
    assert pixels.std() > 5
    assert (pixels[:, 0] == 255).all()
    assert (pixels[-1] == 255).all()


def test_distances_have_a_picture_too_where_they_have_one_unit(make: Any) -> None:
    found = drawn(make, metric="hd95", unit="mm")
    assert [it.name for it in attribute_pictures(found)] == ["attributes_hd95__sam_vit_b.png"]
    mixed = found.scores.assign(unit=["mm", "px"] * 15)
    assert attribute_pictures(make.material(mixed, attributes=found.attributes)) == []
