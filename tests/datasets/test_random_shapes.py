"""Images of nothing with exact references."""

import numpy as np

from samb.datasets.random_shapes import RandomShapes, noise

SHAPES = RandomShapes(count=6, size=64)


def test_a_case_follows_from_seed_and_index_alone() -> None:
    first = [case.read() for case in SHAPES.cases()][4]
    alone = RandomShapes(count=100, size=64).draw(4)
    other = RandomShapes(count=6, size=64, seed=1).draw(4)
    assert np.array_equal(first.images, alone.images)
    assert not np.array_equal(first.images, other.images)


def test_shapes_lie_on_each_other_and_never_share_a_pixel() -> None:
    for case in SHAPES.cases():
        masks = [target.prompting_reference.array() for target in case.read().targets]
        assert masks
        assert np.sum(masks, axis=0).max() == 1


def test_noise_is_as_smooth_as_it_is_told_to_be() -> None:
    rng = np.random.default_rng(0)
    rough, smooth = noise(64, 0.5, rng), noise(64, 6.0, rng)
    assert np.isclose(rough.std(), 1)
    assert np.abs(np.diff(smooth)).mean() < 0.3 * np.abs(np.diff(rough)).mean()
