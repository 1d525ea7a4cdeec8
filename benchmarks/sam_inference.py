"""samb's batched segment() against a loop over SamPredictor, on the same random weights.

    python benchmarks/sam_inference.py            vit_b at 1024 px; CUDA where it is
    python benchmarks/sam_inference.py --small    a small model, seconds on a CPU

Both give all four mask tokens of every prompt: SamPredictor needs two calls for that, the stock
decoder drops token 0 or tokens 1 to 3. Ratios are SamPredictor's time over samb's.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar, cast

import numpy as np
import torch

from samb.dialogue import Prompt
from samb.models.base import Runtime
from samb.models.devices import default_decode_batch, pick_device
from samb.models.preprocessing import Preprocessing
from samb.models.random_sam import SamRandom
from samb.models.sam_segmenter import SamSegmenter
from samb.types import ByteArray, FloatArray, View

from segment_anything import SamPredictor  # isort: skip - samb makes it importable

HEIGHT, WIDTH = 512, 640

Result = TypeVar("Result")


@dataclass(frozen=True)
class Times:
    """Seconds for all views and all prompts."""

    embed: float
    segment: float


def main() -> None:
    options = parsed_options()
    device = pick_device(options.device)
    segmenter = build(small=options.small, device=device)
    images, boxes = make_work(options.views, options.prompts)
    predictor = SamPredictor(segmenter.sam)
    run_samb(segmenter, images[:1], boxes[:1])
    run_predictor(predictor, images[:1], boxes[:1], device)
    theirs, ours = [], []
    for _ in range(options.repeats):  # in turn, so that a busy machine slows both
        theirs.append(run_predictor(predictor, images, boxes, device))
        ours.append(run_samb(segmenter, images, boxes))
    print(f"{device}, {options.views} views x {options.prompts} boxes, {torch.__version__}")
    report("embed a view", best(theirs).embed, best(ours).embed, options.views)
    count = options.views * options.prompts
    report("segment a prompt", best(theirs).segment, best(ours).segment, count)


def parsed_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--device")
    parser.add_argument("--repeats", type=int, default=3, help="the best of so many counts")
    parser.add_argument("--views", type=int, default=2)
    parser.add_argument("--prompts", type=int, default=16, help="boxes per view")
    return parser.parse_args()


def build(*, small: bool, device: str) -> SamSegmenter:
    model = SamRandom() if small else SamRandom(architecture="vit_b", preprocessing=Preprocessing())
    return cast(SamSegmenter, model.load(Runtime(device, default_decode_batch(device))))


def make_work(view_count: int, prompt_count: int) -> tuple[list[ByteArray], list[FloatArray]]:
    """Images (H, W, 3) and, for each, boxes (N, 4)."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8) for _ in range(view_count)]
    limits = [WIDTH - 1, HEIGHT - 1]
    corners = np.sort(rng.uniform(0, limits, (view_count, prompt_count, 2, 2)), axis=2)
    return images, list(corners.reshape(view_count, prompt_count, 4))


def run_samb(segmenter: SamSegmenter, images: list[ByteArray], boxes: list[FloatArray]) -> Times:
    views = [View(str(index), (0,), image[None]) for index, image in enumerate(images)]
    embeddings, embed = timed(lambda: segmenter.embed(views), segmenter.runtime.device)
    requests = [
        (embedding, Prompt(box_xyxy=box))
        for embedding, own in zip(embeddings, boxes, strict=True)
        for box in own
    ]
    _, segment = timed(lambda: segmenter.segment(requests), segmenter.runtime.device)
    return Times(embed, segment)


def run_predictor(
    predictor: SamPredictor, images: list[ByteArray], boxes: list[FloatArray], device: str
) -> Times:
    embed = segment = 0.0
    for image, own in zip(images, boxes, strict=True):
        embed += timed(partial(predictor.set_image, image), device)[1]
        segment += timed(partial(predict_all, predictor, own), device)[1]
    return Times(embed, segment)


def predict_all(predictor: SamPredictor, boxes: FloatArray) -> None:
    for box in boxes:
        for multimask in (False, True):
            predictor.predict(box=box, multimask_output=multimask)


def timed(work: Callable[[], Result], device: str) -> tuple[Result, float]:
    """What the work gives, and its seconds; waits for the device."""
    start = time.perf_counter()
    result = work()
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    return result, time.perf_counter() - start


def best(times: list[Times]) -> Times:
    """The least of each: what the work takes when nothing else runs."""
    return Times(min(own.embed for own in times), min(own.segment for own in times))


def report(what: str, theirs: float, ours: float, count: int) -> None:
    each = f"SamPredictor {1e3 * theirs / count:8.1f} ms, samb {1e3 * ours / count:8.1f} ms"
    print(f"{what:18}{each}, ratio {theirs / ours:.2f}")


if __name__ == "__main__":
    main()
