import numpy as np
import pytest

from samb.metrics.polyps import Polyps

REFERENCE = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], dtype=bool)


def test_greatest_and_mean_e_measure_differ_by_the_threshold_zero() -> None:
    found = Polyps()(REFERENCE, REFERENCE, (1.0, 1.0))
    assert found["e_measure_max"] == pytest.approx(16 / 15)
    assert found["e_measure_mean"] == pytest.approx((255 * 16 / 15 + 4 / 15) / 256)
    assert found["mae"] == 0


def test_an_empty_prediction_has_what_the_formula_gives_unless_the_table_says_else() -> None:
    nothing = np.zeros_like(REFERENCE)
    found = Polyps()(nothing, REFERENCE, (1.0, 1.0))
    assert found["mae"] == 4 / 16
    assert found["s_measure"] > 0
    table = {**Polyps().empty, "s_measure": 0.0}
    assert Polyps(table)(nothing, REFERENCE, (1.0, 1.0)) == {**found, "s_measure": 0.0}


def test_volumes_are_refused() -> None:
    volume = np.ones((2, 2, 2), dtype=bool)
    with pytest.raises(ValueError, match=r"defined on images, \(H, W\), got \(2, 2, 2\)"):
        Polyps()(volume, volume, (1.0, 1.0, 1.0))
