"""Our batched inference beside SamPredictor, on the same random weights."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import transform
from torch.nn import functional

from samb.dialogue import Prediction, Prompt
from samb.errors import RefusedError
from samb.models.base import Runtime
from samb.models.preprocessing import Preprocessing
from samb.models.random_sam import SamRandom
from samb.models.sam_segmenter import SamSegmenter
from samb.types import BoolArray, ByteArray, FloatArray, View

DATA = Path(__file__).parents[2].parent / "shared" / "data"
REAL_SETS = (
    "BUSI",
    "CXR-Montgomery-Shenzhen",
    "DSB2018-brightfield",
    "HC18",
    "Kvasir-SEG",
    "PH2",
    "WBC-zheng2018",
)
SHAPES = ((64, 64), (97, 311), (480, 203), (1, 300), (700, 2), (256, 256), (13, 17))
SHARE_OF_LARGEST_LOGIT = 1e-5


@dataclass(frozen=True)
class Reference:
    """What SamPredictor says to one prompt, token 0 first and then tokens 1 to 3."""

    logits: FloatArray
    low_res_logits: FloatArray
    iou_estimates: FloatArray


@cache
def loaded(model: SamRandom, decode_batch: int = 1) -> SamSegmenter:
    segmenter = model.load(Runtime(decode_batch=decode_batch))
    assert isinstance(segmenter, SamSegmenter)
    return segmenter


def view(image: ByteArray) -> View:
    return View("case", (0,), image[None])


def generated_images() -> list[ByteArray]:
    rng = np.random.default_rng(3)
    return [rng.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in SHAPES]


def real_images() -> list[ByteArray]:
    if not DATA.is_dir():
        pytest.skip(f"no real images: {DATA} is absent")
    suffixes = {".png", ".jpg", ".bmp"}
    files = [
        min(path for path in (DATA / name).rglob("*") if path.suffix in suffixes)
        for name in REAL_SETS
    ]
    return [np.asarray(Image.open(path).convert("RGB")) for path in files]


def random_prompts(image: ByteArray, count: int, seed: int) -> list[Prompt]:
    """Points, boxes, both, several points of both labels, at random places of the image."""
    rng = np.random.default_rng(seed)
    limits = np.array(image.shape[1::-1]) - 1
    prompts = []
    for index in range(count):
        point_count = (1, 0, 2, 3, 10)[index % 5]
        corners = np.sort(rng.uniform(0, limits, (2, 2)), axis=0)
        prompts.append(
            Prompt(
                points_xy=rng.uniform(0, limits, (point_count, 2)).astype(np.float32),
                point_labels=rng.integers(0, 2, point_count).astype(np.int8),
                box_xyxy=corners.flatten() if index % 2 or not point_count else None,
            )
        )
    return prompts


def official(segmenter: SamSegmenter, image: ByteArray, prompts: list[Prompt]) -> list[Reference]:
    from segment_anything import SamPredictor

    predictor = SamPredictor(segmenter.sam)
    predictor.set_image(image)
    return [official_answer(predictor, prompt) for prompt in prompts]


def official_answer(predictor: Any, prompt: Prompt) -> Reference:
    parts = [
        predictor.predict(
            point_coords=prompt.points_xy if len(prompt.points_xy) else None,
            point_labels=prompt.point_labels if len(prompt.points_xy) else None,
            box=prompt.box_xyxy,
            mask_input=prompt.feedback,
            multimask_output=multimask,
            return_logits=True,
        )
        for multimask in (False, True)
    ]
    logits, estimates, low_res = (np.concatenate(both) for both in zip(*parts, strict=True))
    return Reference(logits, low_res, estimates)


def assert_equal(segmenter: SamSegmenter, ours: Prediction, reference: Reference) -> None:
    assert ours.low_res_logits is not None
    shape = ours.masks.shape[2:]
    logits = segmenter.logits_at(torch.from_numpy(ours.low_res_logits), shape).numpy()
    bound = SHARE_OF_LARGEST_LOGIT * np.abs(reference.logits).max()
    assert np.abs(logits - reference.logits).max() <= bound
    low_bound = SHARE_OF_LARGEST_LOGIT * np.abs(reference.low_res_logits).max()
    assert np.abs(ours.low_res_logits - reference.low_res_logits).max() <= low_bound
    clear = np.abs(reference.logits) > bound
    assert np.array_equal(ours.masks[:, 0][clear], reference.logits[clear] > 0)
    assert ours.iou_estimates == pytest.approx(reference.iou_estimates, rel=1e-4, abs=1e-4)


def assert_equality(segmenter: SamSegmenter, images: list[ByteArray], count: int) -> None:
    """All views and prompts in ONE call, against one SamPredictor per image."""
    embeddings = segmenter.embed([view(image) for image in images])
    prompts = [random_prompts(image, count, seed) for seed, image in enumerate(images)]
    requests = [
        (embedding, own[index])
        for index in range(count)
        for embedding, own in zip(embeddings, prompts, strict=True)
    ]
    answers = segmenter.segment(requests)
    for number, (image, own) in enumerate(zip(images, prompts, strict=True)):
        references = official(segmenter, image, own)
        for answer, reference in zip(answers[number :: len(images)], references, strict=True):
            assert_equal(segmenter, answer, reference)


@pytest.mark.parametrize("decode_batch", [1, 16])
def test_generated_images_get_the_logits_of_sam_predictor(decode_batch: int) -> None:
    assert_equality(loaded(SamRandom(), decode_batch), generated_images(), count=30)


@pytest.mark.parametrize("decode_batch", [1, 16])
def test_real_images_get_the_logits_of_sam_predictor(decode_batch: int) -> None:
    assert_equality(loaded(SamRandom(seed=1), decode_batch), real_images(), count=30)


@pytest.mark.slow
def test_vit_b_at_1024_px_gets_the_logits_of_sam_predictor() -> None:
    model = SamRandom(architecture="vit_b", preprocessing=Preprocessing())
    image = np.random.default_rng(0).integers(0, 256, (300, 451, 3), dtype=np.uint8)
    assert_equality(loaded(model, 4), [image], count=10)


def test_feedback_is_read_as_sam_predictor_reads_mask_input() -> None:
    segmenter = loaded(SamRandom())
    image = generated_images()[1]
    (embedding,) = segmenter.embed([view(image)])
    first = Prompt(points_xy=np.array([[30.0, 40.0]]), point_labels=np.ones(1, np.int8))
    (answer,) = segmenter.segment([(embedding, first)])
    assert answer.low_res_logits is not None
    feedback = answer.low_res_logits[2]
    second = Prompt(
        points_xy=np.array([[30.0, 40.0], [200.0, 8.0]]),
        point_labels=np.array([1, 0], np.int8),
        feedback=feedback[None],
    )
    alone = Prompt(feedback=feedback[None])
    flat = Prompt(feedback=feedback)
    answers = segmenter.segment([(embedding, prompt) for prompt in (second, alone, flat)])
    for ours, reference in zip(answers, official(segmenter, image, [second, alone]), strict=False):
        assert_equal(segmenter, ours, reference)
    assert np.array_equal(answers[1].masks, answers[2].masks)


def micro_sam_logits(mask: BoolArray, side: int) -> FloatArray:
    """micro-sam's rule, derived again with torch's resizing: (1, side, side).

    Its own function resizes by way of torchvision's `to_pil_image`, which from some version on
    turns floats into bytes (logits of 31 and 225); that is not what it says it does.
    """
    from segment_anything.utils.transforms import ResizeLongestSide

    share = torch.from_numpy(np.where(mask, 0.999, 0.001))
    logits = torch.log(share / (1 - share)).float()[None, None]
    height, width = ResizeLongestSide.get_preprocess_shape(*mask.shape, side)
    resized = functional.interpolate(logits, (height, width), mode="bilinear", antialias=True)
    padded: FloatArray = functional.pad(resized, (0, side - width, 0, side - height))[0].numpy()
    return padded


def test_a_drawn_mask_is_read_as_sam_predictor_reads_the_logits_that_micro_sam_makes_of_it() -> (
    None
):
    segmenter = loaded(SamRandom(), 16)
    for image in generated_images()[:3]:
        drawn = np.zeros(image.shape[:2], dtype=bool)
        drawn[10:50, 20:41] = True
        (embedding,) = segmenter.embed([view(image)])
        box = np.array([18.0, 8.0, 45.0, 55.0])
        point = Prompt(points_xy=np.array([[30.0, 40.0]]), point_labels=np.ones(1, np.int8))
        prompts = [Prompt(mask=drawn), Prompt(mask=drawn, box_xyxy=box), replace(point, mask=drawn)]
        answers = segmenter.segment([(embedding, prompt) for prompt in (*prompts, point)])
        logits = micro_sam_logits(drawn, 64)
        fed = [replace(prompt, mask=None, feedback=logits) for prompt in prompts]
        for ours, reference in zip(answers, official(segmenter, image, [*fed, point]), strict=True):
            assert_equal(segmenter, ours, reference)
        assert not np.array_equal(answers[2].iou_estimates, answers[3].iou_estimates)


def test_a_drawing_of_another_size_than_its_image_is_refused() -> None:
    segmenter = loaded(SamRandom())
    (embedding,) = segmenter.embed([view(generated_images()[0])])
    with pytest.raises(RefusedError, match=r"image's size \(64, 64\), got \(64, 63\)"):
        segmenter.segment([(embedding, Prompt(mask=np.ones((64, 63), dtype=bool)))])


def test_answers_come_in_the_order_of_requests_whatever_they_mix() -> None:
    segmenter = loaded(SamRandom(), 16)
    images = generated_images()[:3]
    embeddings = segmenter.embed([view(image) for image in images])
    requests = [
        (embedding, prompt)
        for embedding, image in zip(embeddings, images, strict=True)
        for prompt in random_prompts(image, 5, seed=9)
    ]
    forward = segmenter.segment(requests)
    backward = segmenter.segment(requests[::-1])[::-1]
    for one, other in zip(forward, backward, strict=True):
        assert one.masks.shape == other.masks.shape
        assert one.low_res_logits == pytest.approx(other.low_res_logits, rel=1e-4, abs=1e-4)


def test_batch_size_moves_logits_by_less_than_a_hundred_thousandth() -> None:
    images = generated_images()[:4]
    model = SamRandom()
    requests = [
        (embedding, prompt)
        for embedding, image in zip(
            loaded(model).embed([view(image) for image in images]), images, strict=True
        )
        for prompt in random_prompts(image, 20, seed=5)
    ]
    one_by_one = loaded(model, 1).segment(requests)
    by_sixteen = loaded(model, 16).segment(requests)
    for one, other in zip(one_by_one, by_sixteen, strict=True):
        assert one.low_res_logits is not None
        assert other.low_res_logits is not None
        bound = SHARE_OF_LARGEST_LOGIT * np.abs(one.low_res_logits).max()
        assert np.abs(one.low_res_logits - other.low_res_logits).max() <= bound


def test_the_same_request_twice_gives_equal_bytes() -> None:
    segmenter = loaded(SamRandom())
    image = generated_images()[2]
    (first,), (second,) = segmenter.embed([view(image)]), segmenter.embed([view(image)])
    assert first.payload.features.numpy().tobytes() == second.payload.features.numpy().tobytes()
    prompts = random_prompts(image, 6, seed=1)
    once = segmenter.segment([(first, prompt) for prompt in prompts])
    again = segmenter.segment([(first, prompt) for prompt in prompts])
    for one, other in zip(once, again, strict=True):
        assert one.low_res_logits is not None
        assert other.low_res_logits is not None
        assert one.low_res_logits.tobytes() == other.low_res_logits.tobytes()
        assert one.masks.tobytes() == other.masks.tobytes()


def test_on_a_cpu_an_embedding_does_not_depend_on_its_neighbours() -> None:
    segmenter = loaded(SamRandom())
    images = generated_images()[:3]
    together = segmenter.embed([view(image) for image in images])
    for image, embedding in zip(images, together, strict=True):
        (alone,) = segmenter.embed([view(image)])
        assert torch.equal(alone.payload.features, embedding.payload.features)


def test_a_prediction_states_all_four_tokens_and_which_are_the_multimask_ones() -> None:
    segmenter = loaded(SamRandom())
    (embedding,) = segmenter.embed([view(generated_images()[1])])
    (answer,) = segmenter.segment([(embedding, Prompt(box_xyxy=np.array([5.0, 5, 90, 60])))])
    assert answer.masks.shape == (4, 1, 97, 311)
    assert answer.multimask == (1, 2, 3)
    assert answer.low_res_logits is not None
    assert answer.low_res_logits.shape == (4, 64, 64)


def test_no_requests_no_answers() -> None:
    assert loaded(SamRandom()).embed([]) == []
    assert loaded(SamRandom()).segment([]) == []


def test_a_prompt_without_content_is_refused() -> None:
    segmenter = loaded(SamRandom())
    (embedding,) = segmenter.embed([view(generated_images()[0])])
    with pytest.raises(RefusedError, match="needs points, a box or feedback"):
        segmenter.segment([(embedding, Prompt())])


def test_a_stack_of_frames_is_refused() -> None:
    stack = View("c7", (0, 1), np.zeros((2, 8, 8, 3), np.uint8))
    with pytest.raises(RefusedError, match="one frame at a time; a view of c7 has 2"):
        loaded(SamRandom()).embed([stack])


def test_bfloat16_stays_near_float32() -> None:
    image = generated_images()[5]
    (exact,) = loaded(SamRandom()).embed([view(image)])
    (rounded,) = loaded(SamRandom(precision="bfloat16")).embed([view(image)])
    one, other = exact.payload.features, rounded.payload.features
    assert other.dtype == torch.float32
    difference = (one - other).abs().mean() / one.abs().mean()
    assert 0 < difference < 0.1


MEDSAM = Preprocessing(resize="stretch", intensity="min_max", answer="probabilities", side=256)


def medsam_mask(segmenter: SamSegmenter, image: ByteArray, box: FloatArray) -> BoolArray:
    """The steps of MedSAM's inference script, derived again: token 0 at the original size."""
    sam, side = segmenter.sam, segmenter.preprocessing.side
    height, width = image.shape[:2]
    pixels = transform.resize(  # type: ignore[no-untyped-call]  # skimage has no types
        image, (side, side), order=3, preserve_range=True, anti_aliasing=True
    ).astype(np.uint8)
    unit = (pixels - pixels.min()) / max(float(pixels.max()) - float(pixels.min()), 1e-8)
    features = sam.image_encoder(torch.tensor(unit).float().permute(2, 0, 1)[None])
    corners = torch.tensor(box / [width, height, width, height] * side).float()[None]
    sparse, dense = sam.prompt_encoder(points=None, boxes=corners, masks=None)
    low_res, _ = sam.mask_decoder(
        image_embeddings=features,
        image_pe=sam.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense,
        multimask_output=False,
    )
    probabilities = functional.interpolate(low_res.sigmoid(), (height, width), mode="bilinear")
    mask: BoolArray = (probabilities[0, 0] > 0.5).numpy()
    return mask


def test_medsam_preprocessing_gives_the_masks_of_its_own_script() -> None:
    segmenter = loaded(SamRandom(preprocessing=MEDSAM))
    for image in generated_images():
        height, width = image.shape[:2]
        box = np.array([width * 0.2, height * 0.3, width * 0.8, height * 0.7])
        (embedding,) = segmenter.embed([view(image)])
        (answer,) = segmenter.segment([(embedding, Prompt(box_xyxy=box))])
        different = answer.masks[0, 0] != medsam_mask(segmenter, image, box)
        assert different.mean() < 1e-3


def test_bgr_sees_the_channels_swapped_and_normalised_by_their_own_constants() -> None:
    image = generated_images()[0]
    rgb = loaded(SamRandom())._input(view(image))
    bgr = loaded(SamRandom(preprocessing=Preprocessing(channels="bgr", side=256)))._input(
        view(image)
    )
    assert torch.equal(bgr, rgb.flip(0))
