"""A training image and its masks stay together, whatever the augmentation does."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from samb.adapt.colours import recoloured
from samb.adapt.geometry import drawn, plain
from samb.adapt.pool import Outline, Picture
from samb.adapt.recipe import Augmentation
from samb.adapt.samples import Samples
from samb.adapt.validation import validation_samples
from samb.models.preprocessing import Preprocessing
from samb.streams import stream
from samb.types import ByteArray, encode_mask
from tests.adapt.conftest import RECIPE, pictures

SMALL = Preprocessing(side=64)
EVERYTHING = Augmentation(flip=1, quarter_turns=1, rotation_degrees=40, zoom=(0.5, 3), stretch=0.4)


@pytest.mark.parametrize("seed", range(8))
def test_image_and_mask_move_together(seed: int) -> None:
    mask = np.zeros((40, 60), dtype=bool)
    mask[12:25, 18:44] = True
    image = np.repeat((mask * np.uint8(255))[..., None], 3, axis=2)
    look = drawn(mask.shape, np.array([30.0, 20.0]), EVERYTHING, SMALL, stream(seed))
    seen = look.image(image)[..., 0] > 127
    differing = seen ^ look.mask(mask)
    outline = np.hypot(*np.gradient(look.mask(mask).astype(float))) > 0
    # Rounding may tell pixels of the outline apart, and no others.
    assert not (differing & ~outline).any()
    assert look.mask(mask).any()


def noise(shape: tuple[int, int]) -> ByteArray:
    """(H, W, 3) of single bright and dark pixels: no two ways to resample agree on it."""
    return np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)


def pictured(shape: tuple[int, int]) -> Picture:
    """Noise with one target, its middle."""
    mask = np.zeros(shape, dtype=bool)
    mask[shape[0] // 4 : -(shape[0] // 4), shape[1] // 4 : -(shape[1] // 4)] = True
    outline = Outline("organ", "organ", encode_mask(mask))
    return Picture("set", "case", "group", 0, noise(shape), (outline,))


@pytest.mark.parametrize(
    "preprocessing",
    [
        SMALL,
        Preprocessing(resize="stretch", intensity="min_max", side=64),
        Preprocessing(resize="stretch", intensity="unit", channels="bgr", side=64),
    ],
)
@pytest.mark.parametrize("shape", [(32, 64), (150, 230), (20, 24)])
def test_plain_training_and_validation_show_what_the_model_sees_when_it_is_used(
    preprocessing: Preprocessing, shape: tuple[int, int]
) -> None:
    picture = pictured(shape)
    seen = preprocessing.resized(picture.image)
    if preprocessing.channels == "bgr":
        seen = seen[..., ::-1]
    trained = Samples([picture], RECIPE, preprocessing).step(0)[0].image
    validated = validation_samples([picture], RECIPE, preprocessing)[0].image
    for image in (trained, validated):
        assert np.array_equal(image[: len(seen)], seen)
        assert (image[len(seen) :] == preprocessing.padding).all()


def test_twice_as_large_a_picture_fills_the_same_frame() -> None:
    mask = np.zeros((128, 128), dtype=bool)
    mask[32:64, 64:96] = True
    seen = plain(mask.shape, SMALL).mask(mask)
    wanted = np.zeros((64, 64), dtype=bool)
    wanted[16:32, 32:48] = True
    assert np.array_equal(seen, wanted)


def test_a_flip_turns_the_picture_about_its_own_middle() -> None:
    mask = np.zeros((64, 64), dtype=bool)
    mask[0, 0] = True
    looks = [
        drawn(mask.shape, np.zeros(2), Augmentation(flip=1), SMALL, stream(seed)).mask(mask)
        for seed in range(16)
    ]
    corners = {tuple(np.argwhere(seen)[0].tolist()) for seen in looks}
    assert all(seen.sum() == 1 for seen in looks)
    assert corners == {(0, 0), (0, 63), (63, 0), (63, 63)}


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        ((40, 60), Augmentation(rotation_degrees=20)),
        ((64, 64), Augmentation(flip=1, quarter_turns=1, rotation_degrees=180, stretch=0.4)),
    ],
)
def test_without_a_zoom_the_middle_of_the_picture_stays_where_it_is(
    shape: tuple[int, int], rule: Augmentation
) -> None:
    middle = (np.array(shape[::-1]) - 1) / 2
    whole = plain(shape, SMALL).matrix
    place = np.linalg.solve(whole[:, :2], middle - whole[:, 2])
    for seed in range(8):
        matrix = drawn(shape, np.zeros(2), rule, SMALL, stream(seed)).matrix
        assert matrix[:, :2] @ place + matrix[:, 2] == pytest.approx(middle)
        assert not np.allclose(matrix, whole)


def test_with_a_zoom_a_place_of_the_target_comes_into_view() -> None:
    rule = Augmentation(zoom=(4.0, 4.0))
    for seed in range(8):
        look = drawn((64, 64), np.array([60.0, 60.0]), rule, SMALL, stream(seed))
        seen = look.matrix[:, :2] @ [31.5, 31.5] + look.matrix[:, 2]
        assert (seen > 40).all()


def test_inverting_an_image_is_its_negative() -> None:
    image = np.array([[[0, 100, 255]]], dtype=np.uint8)
    assert recoloured(image, Augmentation(invert=1), stream(0)).tolist() == [[[255, 155, 0]]]


def test_a_grey_image_has_three_equal_channels() -> None:
    image = np.array([[[0, 100, 255]]], dtype=np.uint8)
    assert len(set(recoloured(image, Augmentation(grey=1), stream(0)).ravel().tolist())) == 1


def test_no_augmentation_leaves_the_pixels_alone() -> None:
    image = pictures(2)[0].image
    assert np.array_equal(recoloured(image, Augmentation(), stream(0)), image)


def test_a_step_draws_the_same_samples_whatever_came_before() -> None:
    samples = Samples(pictures(4), RECIPE, SMALL)
    samples.step(0)
    later = samples.step(7)
    alone = Samples(pictures(4), RECIPE, SMALL).step(7)
    assert [it.picture.name for it in later] == [it.picture.name for it in alone]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(later, alone, strict=True))
    assert all(
        np.array_equal(a.tasks[0].reference, b.tasks[0].reference)
        for a, b in zip(later, alone, strict=True)
    )


def test_a_data_set_of_three_shares_is_drawn_three_times_as_often() -> None:
    both = [replace(it, dataset=name) for name in ("often", "seldom") for it in pictures(2)]
    recipe = replace(RECIPE, balance="datasets", shares={"often": 3.0}, images_per_step=4)
    samples = Samples(both, recipe, SMALL)
    drawn_from = Counter(it.picture.dataset for step in range(50) for it in samples.step(step))
    # 200 draws at three in four: the standard deviation is 6.1.
    assert 150 - 25 < drawn_from["often"] < 150 + 25


def test_shares_need_data_sets_to_draw_from() -> None:
    with pytest.raises(ValueError, match="balance: images draws every image with equal chance"):
        replace(RECIPE, shares={"shapes": 2.0})
