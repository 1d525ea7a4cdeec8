import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from samb.errors import RefusedError
from samb.models.official import outline  # noqa: F401 - makes torchvision importable
from samb.models.preprocessing import Preprocessing

from segment_anything.utils.transforms import ResizeLongestSide  # isort: skip - after the above

shapes = st.tuples(st.integers(1, 600), st.integers(1, 600))


@given(shape=shapes, side=st.sampled_from([256, 1024]))
@example(shape=(1, 512), side=256)
@example(shape=(1, 513), side=256)
@example(shape=(1, 2048), side=1024)
@example(shape=(1, 2049), side=1024)
def test_sizes_are_official_and_refused_exactly_where_official_ones_vanish(
    shape: tuple[int, int], side: int
) -> None:
    official = ResizeLongestSide.get_preprocess_shape(*shape, side)
    if min(official) == 0:
        with pytest.raises(RefusedError, match=rf"{shape[0]} x {shape[1]} px.* would be 0 px"):
            Preprocessing(side=side).size(shape)
    else:
        assert Preprocessing(side=side).size(shape) == official


def test_official_resizing_fails_where_we_refuse() -> None:
    image = np.zeros((1, 2049, 3), np.uint8)
    with pytest.raises(ValueError, match="must be > 0"):
        ResizeLongestSide(1024).apply_image(image)
    with pytest.raises(RefusedError):
        Preprocessing().resized(image)


@given(
    image=hnp.arrays(np.uint8, st.tuples(st.integers(1, 80), st.integers(1, 80), st.just(3))),
    side=st.sampled_from([16, 64, 128]),
)
def test_resized_pixels_are_the_official_ones(image: np.ndarray, side: int) -> None:
    preprocessing = Preprocessing(side=side)
    try:
        ours = preprocessing.resized(image)
    except RefusedError:
        return
    assert np.array_equal(ours, ResizeLongestSide(side).apply_image(image))


@given(shape=shapes, seed=st.integers(0, 99))
def test_coordinates_are_the_official_ones(shape: tuple[int, int], seed: int) -> None:
    points = np.random.default_rng(seed).uniform(-5, 700, (7, 2))
    official = ResizeLongestSide(1024).apply_coords(points, shape).astype(np.float32)
    assert np.array_equal(Preprocessing().coordinates(points, shape), official)


def test_stretching_scales_each_axis_on_its_own() -> None:
    preprocessing = Preprocessing(resize="stretch", side=64)
    assert preprocessing.size((10, 32)) == (64, 64)
    scaled = preprocessing.coordinates(np.array([[16.0, 5.0]]), (10, 32))
    assert scaled.tolist() == [[32.0, 32.0]]


def test_a_drawing_lies_in_the_mask_input_where_the_image_lies_and_padding_is_neither() -> None:
    drawn = np.zeros((8, 16), dtype=bool)
    drawn[:, :8] = True
    logits = Preprocessing(side=64).drawn_logits(drawn)  # the mask input has 16 x 16 px
    assert logits.shape == (16, 16)
    assert logits[:8, :8] == pytest.approx(6.9068, abs=1e-4)
    assert logits[:8, 8:] == pytest.approx(-6.9068, abs=1e-4)
    assert (logits[8:] == 0).all()


def test_a_stretched_drawing_fills_the_mask_input() -> None:
    logits = Preprocessing(resize="stretch", side=64).drawn_logits(np.ones((5, 30), dtype=bool))
    assert (logits > 6.9).all()


def test_a_side_that_patches_do_not_tile_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 16 px, got 1000"):
        Preprocessing(side=1000)


def test_probabilities_need_stretching() -> None:
    with pytest.raises(ValueError, match="needs resize=stretch"):
        Preprocessing(answer="probabilities")
