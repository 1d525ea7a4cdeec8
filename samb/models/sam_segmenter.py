"""SAM loaded: batched embedding and decoding on the official modules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from samb.dialogue import Prediction
from samb.errors import RefusedError
from samb.models.architectures import Architecture
from samb.models.automatic import automatic_masks
from samb.models.base import Embedding, Runtime, Segmenter
from samb.models.decoding import decode
from samb.models.official import Sam, assemble
from samb.models.preprocessing import PIXEL_MEAN, PIXEL_STD, Precision, Preprocessing
from samb.models.prompt_encoding import Request, batches, encode
from samb.types import BoolArray, ByteArray, View


@dataclass(frozen=True)
class Seen:
    """A frame as SAM remembers it: the payload of an embedding."""

    features: Tensor
    """(D, h, w)."""
    image: ByteArray
    """(H, W, 3), for everything mode on crops."""


@dataclass(frozen=True)
class SamSegmenter(Segmenter):
    """Answers every prompt with all four mask tokens, and a grid with all masks it keeps."""

    sam: Sam
    """Official classes, on the runtime's device; the image encoder in its own precision."""
    preprocessing: Preprocessing
    runtime: Runtime

    @torch.inference_mode()
    def embed(self, views: Sequence[View]) -> list[Embedding]:
        """One embedding per view of one frame.

        On a CPU each view is computed alone: a batch is no faster there, and so a view's
        embedding does not depend on its neighbours.
        """
        inputs = [self._input(view) for view in views]
        size = 1 if self.runtime.device == "cpu" else max(1, len(inputs))
        features: list[Tensor] = []
        for start in range(0, len(inputs), size):
            batch = torch.stack(inputs[start : start + size]).to(self._encoder_dtype)
            features.extend(self.sam.image_encoder(batch).float())
        return [
            Embedding(view.shape, Seen(own, view.images[0]))
            for view, own in zip(views, features, strict=True)
        ]

    @torch.inference_mode()
    def segment(self, requests: Sequence[Request]) -> list[Prediction]:
        """Four candidates per request, hundreds for a grid; requests may mix views and prompts.

        Raises RefusedError for a prompt without points, box, mask, feedback and grid.
        """
        answers = {
            index: automatic_masks(self, embedding, prompt.grid)
            for index, (embedding, prompt) in enumerate(requests)
            if prompt.grid is not None
        }
        others = [index for index in range(len(requests)) if index not in answers]
        single = [requests[index] for index in others]
        for indices in batches(single, self.runtime.decode_batch):
            batch = [single[index] for index in indices]
            places = [others[index] for index in indices]
            answers.update(zip(places, self._answer(batch), strict=True))
        return [answers[index] for index in range(len(requests))]

    @cached_property
    def _encoder_dtype(self) -> torch.dtype:
        dtype: torch.dtype = self.sam.image_encoder.patch_embed.proj.weight.dtype
        return dtype

    @cached_property
    def _positions(self) -> Tensor:
        positions: Tensor = self.sam.prompt_encoder.get_dense_pe()
        return positions

    def _input(self, view: View) -> Tensor:
        """A view in the model's frame, normalised, then padded with 0, (3, side, side)."""
        if view.shape[0] != 1:
            msg = f"SAM sees one frame at a time; a view of {view.case_id} has {view.shape[0]}"
            raise RefusedError(msg)
        resized = np.array(self.preprocessing.resized(view.images[0]))
        pixels = torch.from_numpy(resized).to(self.runtime.device).permute(2, 0, 1)
        height, width = pixels.shape[1:]
        side = self.preprocessing.side
        values = normalised(pixels, self.preprocessing)
        return functional.pad(values, (0, side - width, 0, side - height))

    def decoded(self, batch: Sequence[Request]) -> tuple[Tensor, Tensor]:
        """Low-resolution logits (B, 4, 4h, 4w) and IoU estimates (B, 4), by one decoder call.

        For requests of one layout (`samb.models.prompt_encoding`).
        """
        sparse, dense = encode(self.sam.prompt_encoder, batch, self.preprocessing)
        features = torch.stack([embedding.payload.features for embedding, _ in batch])
        return decode(self.sam.mask_decoder, features, self._positions, sparse, dense)

    def _answer(self, batch: Sequence[Request]) -> list[Prediction]:
        """Predictions for requests of one layout."""
        logits, estimates = self.decoded(batch)
        return [
            Prediction(
                masks=self._masks(own, embedding.shape[1:])[:, None],
                iou_estimates=own_estimates.cpu().numpy(),
                multimask=(1, 2, 3),
                low_res_logits=own.cpu().numpy(),
            )
            for (embedding, _), own, own_estimates in zip(batch, logits, estimates, strict=True)
        ]

    def _masks(self, low_res_logits: Tensor, shape: tuple[int, int]) -> BoolArray:
        """(C, 4h, 4w) logits to (C, H, W) masks of the original image."""
        if self.preprocessing.answer == "probabilities":
            masks = resample(low_res_logits.sigmoid(), shape) > 0.5
        else:
            masks = self.logits_at(low_res_logits, shape) > self.sam.mask_threshold
        answer: BoolArray = masks.cpu().numpy()
        return answer

    def logits_at(self, low_res_logits: Tensor, shape: tuple[int, int]) -> Tensor:
        """(C, 4h, 4w) to (C, H, W) by way of the input frame, less its padding: as officially."""
        side = self.preprocessing.side
        height, width = self.preprocessing.size(shape)
        return resample(resample(low_res_logits, (side, side))[:, :height, :width], shape)


def normalised(pixels: Tensor, preprocessing: Preprocessing) -> Tensor:
    """(3, h, w) bytes, in the checkpoint's channels, to the values it wants to see."""
    if preprocessing.intensity == "unit":
        return pixels.float() / 255
    if preprocessing.intensity == "min_max":
        low, high = pixels.min(), pixels.max()
        return (pixels - low).float() / (high - low).float().clamp(min=1e-8)
    order = slice(None) if preprocessing.channels == "rgb" else slice(None, None, -1)
    mean = torch.tensor(PIXEL_MEAN[order], device=pixels.device).view(3, 1, 1)
    deviation = torch.tensor(PIXEL_STD[order], device=pixels.device).view(3, 1, 1)
    return (pixels - mean) / deviation


def resample(maps: Tensor, shape: tuple[int, int]) -> Tensor:
    """Bilinear, (C, h, w) to (C, H, W)."""
    return functional.interpolate(maps[None], shape, mode="bilinear", align_corners=False)[0]


def load_segmenter(
    weights: Mapping[str, Tensor],
    architecture: Architecture,
    preprocessing: Preprocessing,
    precision: Precision,
    runtime: Runtime,
) -> SamSegmenter:
    """On the runtime's device; the image encoder in `precision`, all else in float32."""
    sam = assemble(architecture, preprocessing.side, weights)
    return segmenter_of(sam, preprocessing, precision, runtime)


def segmenter_of(
    sam: Sam, preprocessing: Preprocessing, precision: Precision, runtime: Runtime
) -> SamSegmenter:
    """The same, of a model that is built already."""
    # On CUDA convolutions would run in TF32 by default, while the run says float32.
    torch.backends.cudnn.allow_tf32 = False
    sam.image_encoder.to(getattr(torch, precision))
    return SamSegmenter(sam.to(runtime.device), preprocessing, runtime)
