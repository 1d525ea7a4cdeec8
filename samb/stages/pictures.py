"""The picture behind a score row, made from what the run folder holds."""

import io
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from samb.dialogue import Prompt, Tile
from samb.metrics.judging import Chooser, Judged
from samb.records import Answer, CaseRecord
from samb.results.folder import RunFolder
from samb.types import BoolArray, FloatArray, Target

AnswerKey = tuple[Any, ...]
"""(case, model, prompt mode, repeat, attempt, frame of the case)."""


@dataclass
class Album:
    """Tiles of one run; a data set's masks are read when its first tile is asked for."""

    run: RunFolder
    _pictures: dict[tuple[str, str, int], bytes] | None = None
    _cases: dict[str, dict[tuple[str, str], CaseRecord]] = field(default_factory=dict)
    _answers: dict[str, dict[AnswerKey, list[Answer]]] = field(default_factory=dict)

    def tile(self, row: pd.Series) -> Tile | None:
        """The tile of one frame-level score row; None where its picture was left out."""
        if self._pictures is None:
            self._pictures = self.run.thumbnails()
        jpeg = self._pictures.get((row["dataset"], row["case"], int(row["frame"])))
        if jpeg is None:
            return None
        with Image.open(io.BytesIO(jpeg)) as picture:
            image = np.asarray(picture.convert("RGB"))
        reference, prediction, prompt = self._masks(row)
        return Tile(
            image=image,
            reference=_resized(reference, image.shape[:2]),
            prediction=_resized(prediction, image.shape[:2]),
            prompt=_scaled(prompt, image.shape[:2], image.shape[1] / reference.shape[1]),
            caption=f"{row['case']} · {row['object_id']}",
        )

    def _masks(self, row: pd.Series) -> tuple[BoolArray, BoolArray, Prompt]:
        frame = int(row["frame"])
        case = self._case(row)
        answer = self._answer(row)
        judged = _judged(case, row)
        place = answer.frame_indices.index(frame)
        chosen = Chooser(case.targets, [row["selection"]]).mask(answer, judged, row["selection"])
        return (
            judged.reference.frame(frame),
            chosen.frame(place),
            on_place(Prompt.from_record(answer.prompt), place),
        )

    def _case(self, row: pd.Series) -> CaseRecord:
        name = row["dataset"]
        if name not in self._cases:
            self._cases[name] = self.run.cases(name)
        return self._cases[name][name, row["case"]]

    def _answer(self, row: pd.Series) -> Answer:
        name = row["dataset"]
        if name not in self._answers:
            self._answers[name] = _by_key(self.run, name)
        key = (
            row["case"],
            row["model"],
            row["prompt"],
            row["repeat"],
            row["attempt"],
            row["frame"],
        )
        asked = self._answers[name][key]
        return next(it for it in asked if it.object_id in (None, row["object_id"]))


def _by_key(run: RunFolder, dataset: str) -> dict[AnswerKey, list[Answer]]:
    found: dict[AnswerKey, list[Answer]] = {}
    for case, answer in run.answers(dataset):
        for frame in answer.frame_indices:
            key = (
                case, answer.model, answer.prompt_mode, answer.repeat, answer.attempt, frame,
            )  # fmt: skip
            found.setdefault(key, []).append(answer)
    return found


def _judged(case: CaseRecord, row: pd.Series) -> Judged:
    """The reference that the row was held against: of one target, or of a whole structure."""
    mine = [it for it in case.targets if row["object_id"] in (it.object_id, it.structure)]
    exact = [it for it in mine if it.object_id == row["object_id"]] or mine
    return Judged(row["object_id"], row["structure"], row["annotator"], _united(exact, row))


def _united(targets: list[Target], row: pd.Series) -> Any:
    stacks = [it.references[row["annotator"]] for it in targets]
    if len(stacks) == 1:
        return stacks[0]
    union = np.logical_or.reduce([stack.array() for stack in stacks])
    return type(stacks[0]).from_array(union)


def on_place(prompt: Prompt, place: int) -> Prompt:
    """What of a prompt lies on one frame of the view."""
    frames = prompt.point_frames
    here = np.arange(len(prompt.points_xy)) >= 0 if frames is None else frames == place
    drawn_here = prompt.frame_index == place
    if frames is None and not drawn_here:
        here = ~here
    return Prompt(
        points_xy=prompt.points_xy[here],
        point_labels=prompt.point_labels[here],
        box_xyxy=prompt.box_xyxy if drawn_here else None,
        mask=prompt.mask if drawn_here else None,
        grid=prompt.grid,
        parts=tuple(on_place(part, place) for part in prompt.parts),
    )


def _scaled(prompt: Prompt, shape: tuple[int, ...], factor: float) -> Prompt:
    """On a picture of (H, W). Pixel centres stay pixel centres: (x + 0.5) * factor - 0.5."""

    def scale(values: FloatArray) -> FloatArray:
        scaled: FloatArray = (values + 0.5) * factor - 0.5
        return scaled

    return replace(
        prompt,
        points_xy=scale(prompt.points_xy),
        box_xyxy=None if prompt.box_xyxy is None else scale(prompt.box_xyxy),
        mask=None if prompt.mask is None else _resized(prompt.mask, shape),
        parts=tuple(_scaled(part, shape, factor) for part in prompt.parts),
    )


def _resized(mask: BoolArray, shape: tuple[int, ...]) -> BoolArray:
    picture = Image.fromarray(mask).resize((shape[1], shape[0]), Image.Resampling.NEAREST)
    return np.asarray(picture, dtype=bool)
