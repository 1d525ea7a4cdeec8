"""NSD by count and by area, HD and HD95 by direction equal MONAI's, to single precision."""

import importlib
import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from samb.metrics.surface import Surface
from samb.types import BoolArray

DISTANCES = Surface(
    ("hd", "hd95_max"),
    nsd_count=(1, 2),
    nsd_area=(1, 2),
    empty=dict.fromkeys(("hd", "hd95_max", "nsd_count", "nsd_area"), math.nan),
)


@pytest.mark.slow  # MONAI takes seconds to import
@pytest.mark.parametrize("dimensions", [2, 3])
def test_equal_to_monai(dimensions: int) -> None:
    rng = np.random.default_rng(dimensions)
    for _ in range(60):
        shape = rng.integers(2, 10, dimensions)
        first, second = rng.random((2, *shape)) < rng.choice([0.03, 0.3, 0.9])
        first[tuple(rng.integers(shape))] = second[tuple(rng.integers(shape))] = True
        spacing = tuple(float(step) for step in rng.choice([0.375, 1.0, 2.5], dimensions))
        expected = by_monai(first, second, spacing)
        assert DISTANCES(first, second, spacing) == pytest.approx(expected, abs=1e-5)


def by_monai(
    prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: float(value) for name, value in monai_values(prediction, reference, spacing)}


def monai_values(
    prediction: BoolArray, reference: BoolArray, spacing: tuple[float, ...]
) -> Iterator[tuple[str, torch.Tensor]]:
    monai: Any = importlib.import_module("monai.metrics")
    pair = [torch.tensor(it)[None, None].float() for it in (prediction, reference)]
    asked = {"include_background": True, "spacing": spacing}
    for kind in ("count", "area"):
        for tolerance in (1, 2):
            yield (
                f"nsd_{kind}_{tolerance}",
                monai.compute_surface_dice(
                    *pair, [tolerance], use_subvoxels=kind == "area", **asked
                ),
            )
    for name, percentile in (("hd", None), ("hd95_max", 95)):
        yield name, monai.compute_hausdorff_distance(*pair, percentile=percentile, **asked)
