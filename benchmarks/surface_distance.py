"""HD95 and ASSD of two large masks: ours against medpy's, in one run.

python benchmarks/surface_distance.py [--small]
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from medpy.metric.binary import assd, hd95

from samb.metrics.surface import Surface
from samb.types import BoolArray

SPACING_MM = (2.5, 0.8, 0.8)


def ball(shape: tuple[int, int, int], centre: float, radius: float) -> BoolArray:
    """An ellipsoid; centre and radius as fractions of each side."""
    axes = np.ogrid[tuple(slice(0, side) for side in shape)]
    offsets = [(axis / side - centre) / radius for axis, side in zip(axes, shape, strict=True)]
    return np.asarray(sum(offset**2 for offset in offsets) <= 1)


def timed(compute: Callable[[], tuple[float, float]]) -> tuple[tuple[float, float], float]:
    start = time.perf_counter()
    values = compute()
    return values, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--small", action="store_true", help="24 x 64 x 64 instead of 120 x 512 x 512"
    )
    shape = (24, 64, 64) if parser.parse_args().small else (120, 512, 512)
    prediction, reference = ball(shape, 0.48, 0.3), ball(shape, 0.5, 0.32)

    def with_samb() -> tuple[float, float]:
        values = Surface()(prediction, reference, SPACING_MM)
        return values["hd95"], values["assd"]

    def with_medpy() -> tuple[float, float]:
        masks = (prediction, reference, SPACING_MM)
        return float(hd95(*masks)), float(assd(*masks))

    ours, our_seconds = timed(with_samb)
    theirs, their_seconds = timed(with_medpy)
    difference = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
    print(f"HD95 and ASSD of two masks of {shape}")
    print(f"samb {our_seconds:.3f} s, medpy {their_seconds:.3f} s")
    print(f"ratio {their_seconds / our_seconds:.1f}, largest difference {difference:.1e} mm")


if __name__ == "__main__":
    main()
