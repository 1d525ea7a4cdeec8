"""Each shape of section 2 that SAM on single images does not have goes through the whole flow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
import pytest

from samb.building import Part
from samb.datasets.base import Dataset
from samb.dialogue import Attempt, Prediction, Prompt
from samb.metrics.overlap import Overlap
from samb.metrics.scoring import Scoring
from samb.models.base import Embedding, Model, Runtime, Segmenter
from samb.prompts.base import Prompter
from samb.prompts.box import Box
from samb.prompts.clicks import RitmClicks
from samb.prompts.prompt_free import PromptFree
from samb.results.folder import RunFolder
from samb.selections import SELECTIONS
from samb.stages.extent import Shard
from samb.stages.plans import Plan, Work, modes_of
from samb.stages.predict import Context, Failures, Options, predict
from samb.stages.progress import Silent
from samb.stages.score import score
from samb.types import Case, Content, MaskStack, Target, Task, View

SHAPE = (4, 8, 9)


def block(frames: slice, rows: slice, columns: slice) -> MaskStack:
    masks = np.zeros(SHAPE, dtype=bool)
    masks[frames, rows, columns] = True
    return MaskStack.from_array(masks)


ORGAN = block(slice(1, 3), slice(2, 6), slice(2, 6))


@dataclass(frozen=True)
class Volume(Dataset):
    """One volume of four slices with an organ on two of them, drawn by two annotators."""

    def cases(self) -> Iterator[Case]:
        yield Case("volume", "patient", self._read)

    def _read(self) -> Content:
        second = block(slice(1, 3), slice(2, 6), slice(2, 4))
        organ = Target("organ", "organ", {"first": ORGAN, "second": second}, "first")
        images = np.zeros((*SHAPE, 3), dtype=np.uint8)
        raw = np.arange(np.prod(SHAPE), dtype=np.float32).reshape(*SHAPE, 1)
        return Content(images, (organ,), 3, (5.0, 1.0, 1.0), raw)


@dataclass(frozen=True)
class Fake(Model, Segmenter):
    """Answers with what a test says; keeps what it was shown."""

    seen: list[View] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    def check(self) -> None: ...

    def identity(self) -> dict[str, str]:
        return {}

    def load(self, runtime: Runtime) -> Segmenter:
        return self

    def embed(self, views: Sequence[View]) -> list[Embedding]:
        self.seen.extend(views)
        return [Embedding(view.shape, view) for view in views]

    def segment(self, requests: Sequence[tuple[Embedding, Prompt]]) -> list[Prediction]:
        self.batches.append(len(requests))
        return [self.answer(embedding.payload, prompt) for embedding, prompt in requests]

    def answer(self, view: View, prompt: Prompt) -> Prediction:
        truth = ORGAN.select(view.frame_indices).array()
        return Prediction(truth[None], np.array([0.5]))


@dataclass(frozen=True)
class WholeVolume(Fake):
    """A 3-D model: sees the stack at once, and asks for values as stored."""

    view: ClassVar[Literal["frame", "volume"]] = "volume"
    asks_raw: ClassVar[bool] = True


@dataclass(frozen=True)
class NamesClasses(Fake):
    """A prompt-free model: two classes and an uncertainty map for every frame."""

    understands: ClassVar[frozenset[str]] = frozenset()
    prompt_free: ClassVar[bool] = True

    def answer(self, view: View, prompt: Prompt) -> Prediction:
        masks = np.zeros((2, *view.shape), dtype=bool)
        masks[0] = ORGAN.select(view.frame_indices).array()
        masks[1, :, 0, :3] = True
        maps = {"uncertainty": np.full(view.shape, 0.25, dtype=np.float32)}
        return Prediction(masks, np.full(2, np.nan), (), ("organ", "vessel"), maps)


@dataclass(frozen=True)
class SeesEverything(Fake):
    """Answers a whole view with unnamed masks, shared by all targets."""

    understands: ClassVar[frozenset[str]] = frozenset()
    prompt_free: ClassVar[bool] = True

    def answer(self, view: View, prompt: Prompt) -> Prediction:
        truth = ORGAN.select(view.frame_indices).array()
        half = truth & (np.arange(SHAPE[2]) < 4)
        return Prediction(np.stack([~truth, half, truth]), np.zeros(3))


@dataclass(frozen=True)
class TwoParts(Prompter):
    """Two boxes, decoded apart and united."""

    kinds: ClassVar[frozenset[str]] = frozenset({"box"})

    def next_prompts(
        self, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
    ) -> list[Prompt]:
        if attempts:
            return []
        left, right = np.array([2.0, 2, 3, 5]), np.array([4.0, 2, 5, 5])
        return [Prompt(parts=(Prompt(box_xyxy=left), Prompt(box_xyxy=right)))]


@dataclass(frozen=True)
class FillsBoxes(Fake):
    def answer(self, view: View, prompt: Prompt) -> Prediction:
        assert prompt.box_xyxy is not None
        x0, y0, x1, y1 = prompt.box_xyxy.astype(int)
        mask = np.zeros((1, *view.shape), dtype=bool)
        mask[0, :, y0 : y1 + 1, x0 : x1 + 1] = True
        return Prediction(mask, np.array([0.5]))


def carried(
    tmp_path: Path, model: Fake, prompter: Prompter, options: Options | None = None
) -> tuple[pd.DataFrame, RunFolder]:
    """The scores of one model and mode over the volume."""
    card: dict[str, Any] = {"selection": "by_class" if prompter.asks == "view" else "single"}
    modes = modes_of([Part("mode", prompter, "", {}, card)])
    work = tuple(Work(case, modes) for case in Volume().cases())
    plan = Plan(Part("set", Volume(), "", {}, {}), Part("fake", model, "", {}, {}), work, (), ())
    run = RunFolder(tmp_path)
    predict([plan], Context(0, run, options or Options(), Silent(), Failures(None)))
    return score(run, Scoring((Overlap(),), SELECTIONS), 1, Silent()), run


def dsc(scores: pd.DataFrame, **where: object) -> list[float]:
    rows = scores[scores["metric"] == "dsc"]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return [float(value) for value in rows["value"]]


def test_a_volume_is_seen_frame_by_frame_and_judged_whole(tmp_path: Path) -> None:
    model = Fake()
    scores, _ = carried(tmp_path, model, Box())
    assert [view.frame_indices for view in model.seen] == [(1,), (2,)]
    whole = scores[scores["level"] == "volume"]
    assert set(whole["scope"]) == {"reference_slices"}
    assert dsc(whole, annotator="first", selection="single") == [1.0]


def test_every_annotator_judges_and_one_prompts(tmp_path: Path) -> None:
    scores, _ = carried(tmp_path, Fake(), Box())
    assert dsc(scores, annotator="first", level="volume", selection="single") == [1.0]
    # 16 pixels predicted, 8 drawn by the second annotator, on each of two slices.
    assert dsc(scores, annotator="second", level="volume", selection="single") == [16 / 24]


def test_a_3d_model_sees_the_stack_with_raw_values_and_its_scope_is_all_slices(
    tmp_path: Path,
) -> None:
    model = WholeVolume()
    scores, _ = carried(tmp_path, model, Box())
    (view,) = model.seen
    assert view.shape == SHAPE
    assert view.raw is not None
    assert view.raw[3, 7, 8, 0] == np.prod(SHAPE) - 1
    assert set(scores.loc[scores["level"] == "volume", "scope"]) == {"all_slices"}
    assert dsc(scores, level="frame", annotator="first", selection="single") == [1.0, 1.0]


def test_a_corrective_user_works_on_a_stack(tmp_path: Path) -> None:
    scores, run = carried(tmp_path, WholeVolume(), RitmClicks(count=3))
    ((_, answer),) = run.answers("set")
    assert answer.prompt["point_frames"] == [1]
    assert dsc(scores, level="volume", annotator="first", selection="single") == [1.0]


def test_a_prompt_free_model_is_asked_once_per_frame_and_scored_by_class(tmp_path: Path) -> None:
    model = NamesClasses()
    scores, _ = carried(tmp_path, model, PromptFree())
    assert [view.frame_indices for view in model.seen] == [(0,), (1,), (2,), (3,)]
    assert set(scores["selection"]) == {"by_class"}
    assert dsc(scores, structure="organ", level="volume", annotator="first") == [1.0]
    assert set(scores.loc[scores["level"] == "volume", "scope"]) == {"all_slices"}
    wrong = scores[(scores["metric"] == "false_positive_px") & (scores["structure"] == "vessel")]
    assert list(wrong.loc[wrong["annotator"] == "first", "value"]) == [3.0] * 4


def test_named_maps_are_stored_with_the_answer(tmp_path: Path) -> None:
    _, run = carried(tmp_path, NamesClasses(), PromptFree())
    maps = [answer.maps["uncertainty"] for _, answer in run.answers("set")]
    assert [found.shape for found in maps] == [(1, 8, 9)] * 4
    assert all(np.all(found == 0.25) for found in maps)


def test_unnamed_masks_of_a_whole_view_are_shared_by_best_overlap(tmp_path: Path) -> None:
    scores, _ = carried(tmp_path, SeesEverything(), PromptFree())
    assert set(scores["selection"]) == {"oracle_iou", "oracle_dice"}
    assert set(dsc(scores, level="frame", annotator="first")) == {1.0}


def test_parts_of_a_prompt_are_decoded_apart_and_united(tmp_path: Path) -> None:
    model = FillsBoxes()
    scores, run = carried(tmp_path, model, TwoParts())
    assert model.batches == [2, 2]
    assert len(list(run.answers("set"))) == 2
    assert dsc(scores, level="frame", annotator="first", selection="single") == [1.0, 1.0]


@pytest.mark.parametrize("views_in_flight", [1, 2, 7])
def test_several_frames_in_flight_change_no_score(tmp_path: Path, views_in_flight: int) -> None:
    alone, _ = carried(tmp_path / "alone", FillsBoxes(), Box(jitter=0.3))
    batched = Options(views_in_flight=views_in_flight, deterministic=False)
    model = FillsBoxes()
    together, _ = carried(tmp_path / "together", model, Box(jitter=0.3), batched)
    pd.testing.assert_frame_equal(alone, together)
    asked = [1, 1] if views_in_flight == 1 else [2]
    assert model.batches[-len(asked) :] == asked


def test_shards_are_disjoint_and_complete() -> None:
    cases = [Case(f"case{index}", "group", lambda: Volume()._read()) for index in range(50)]
    shards = [Shard.parse(f"{index}/3") for index in (1, 2, 3)]
    held = [[case.case_id for case in cases if shard.holds("set", case)] for shard in shards]
    together = [case_id for shard in held for case_id in shard]
    assert sorted(together) == sorted(case.case_id for case in cases)
    assert all(held)
