"""HD95, ASSD and NSD of two large masks: ours together against medpy's HD95 alone, in one run.

Once with NSD by count of surface pixels, once with NSD by area of surface elements as well.

python benchmarks/surface_distance.py [--small]

The surfaces of the first pair lie up to 20 mm apart, those of the second up to 4 mm. Seconds are
the processor's, so that what else the machine does counts for neither.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
from medpy.metric.binary import hd95

from samb.metrics.surface import Surface
from samb.types import BoolArray

SPACING_MM = (2.5, 0.8, 0.8)
EMPTY = {"hd95": 0.0, "assd": 0.0, "nsd_count": 0.0}
COUNTED = Surface(nsd_count=(1.0, 2.0), empty=EMPTY)
WEIGHED = Surface(nsd_count=(1.0, 2.0), nsd_area=(1.0, 2.0), empty={**EMPTY, "nsd_area": 0.0})
PAIRS = {"apart": ((0.48, 0.3), (0.5, 0.32)), "near": ((0.5, 0.31), (0.5, 0.32))}
"""Centre and radius of each mask, as fractions of each side."""

Result = TypeVar("Result")


def ball(shape: tuple[int, int, int], centre: float, radius: float) -> BoolArray:
    """An ellipsoid; centre and radius as fractions of each side."""
    axes = np.ogrid[tuple(slice(0, side) for side in shape)]
    offsets = [(axis / side - centre) / radius for axis, side in zip(axes, shape, strict=True)]
    return np.asarray(sum(offset**2 for offset in offsets) <= 1)


def timed(compute: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    values = compute()
    return values, time.process_time() - start


def compare(name: str, prediction: BoolArray, reference: BoolArray) -> None:
    theirs, their_seconds = timed(lambda: float(hd95(prediction, reference, SPACING_MM)))
    print(f"{name}: medpy {their_seconds:.3f} s for hd95 = {theirs:.3f} mm")
    for metric in (COUNTED, WEIGHED):
        ours, our_seconds = timed(partial(metric, prediction, reference, SPACING_MM))
        print(f"{name}: samb {our_seconds:.3f} s for {', '.join(metric.names)}")
        difference = abs(ours["hd95"] - theirs)
        print(f"{name}: ratio {their_seconds / our_seconds:.1f}, difference {difference:.1e} mm")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--small", action="store_true", help="24 x 64 x 64 instead of 120 x 512 x 512"
    )
    shape = (24, 64, 64) if parser.parse_args().small else (120, 512, 512)
    print(f"two masks of {shape}")
    for name, (prediction, reference) in PAIRS.items():
        compare(name, ball(shape, *prediction), ball(shape, *reference))


if __name__ == "__main__":
    main()
