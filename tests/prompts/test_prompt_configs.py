"""Every shipped prompt mode as a run plays it: names alone fix its prompts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samb.building import build_parts
from samb.choices import ConfigFolders
from samb.config import compose
from samb.geometry import fill_ellipse
from samb.models.floors import FillSegmenter
from samb.prompts.base import Prompter
from samb.stages.plans import modes_of
from samb.stages.rounds import Interaction, Mode, play
from samb.types import BoolArray, Task
from tests.strategies import stacks, task_of

SHIPPED = ConfigFolders(ConfigFolders.find().shipped, None)
CHOICES = compose([f"prompt={','.join(SHIPPED.choices('prompt'))}"], SHIPPED)["prompt"]
MODES = {mode.name: mode for mode in modes_of(build_parts(CHOICES, "prompt", Prompter))}
ASK_TARGETS = [mode for mode in MODES.values() if mode.prompter.asks == "target"]
MODEL = FillSegmenter(fill_ellipse, 0.2)

Played = Mapping[tuple[str, str], list[dict[str, Any]]]
"""Case and mode -> the record of each prompt."""


def played(
    tasks: Sequence[Task], modes: Sequence[Mode], seed: int = 0, *, deterministic: bool = True
) -> Played:
    """All prompts of these users, in the order they are given."""
    interactions = []
    for task in tasks:
        (embedding,) = MODEL.embed([task.view])
        interactions += [Interaction(seed, "set", task, mode, embedding) for mode in modes]
    play(interactions, MODEL, deterministic=deterministic)
    return {
        (it.task.view.case_id, it.mode.name): [attempt.prompt.record() for attempt in it.attempts]
        for it in interactions
    }


def some_tasks(count: int = 4) -> list[Task]:
    """Crosses of several sizes, on two frames each."""
    found = []
    for index in range(count):
        stack = np.zeros((2, 24, 30), dtype=bool)
        stack[0, 3 : 12 + index, 5 : 8 + index] = True
        stack[1, 10 : 13 + index, 2:26] = True
        found.append(task_of(stack, f"case{index}"))
    return found


def test_the_modes_that_are_promised_are_there() -> None:
    jitters = ("0p01", "0p02", "0p05", "0p1", "0p2", "0p25", "0p3", "0p4", "0p5")
    promised = {"box", "point_random_1", "point_random_3", "point_random_10", "clicks_ritm_5"}
    assert MODES.keys() >= promised | {f"box_jitter_{jitter}" for jitter in jitters}


@pytest.mark.parametrize(
    "mode",
    [mode for mode in ASK_TARGETS if mode.name[-1].isdigit()],
    ids=lambda mode: mode.name,
)
def test_the_number_in_a_modes_name_is_the_one_it_uses_and_its_card_tells(mode: Mode) -> None:
    _, _, number = mode.name.rpartition("_")
    assert mode.prompter.curve is not None
    assert mode.prompter.curve[1] == float(number.replace("p", "."))
    assert number.replace("p", ".") in CHOICES[mode.name]["card"]["rule"]


@pytest.mark.parametrize("mode", ASK_TARGETS, ids=lambda mode: mode.name)
def test_the_order_of_cases_and_the_company_of_others_change_no_prompt(mode: Mode) -> None:
    tasks = some_tasks()
    alone = {key: it for task in tasks for key, it in played([task], [mode]).items()}
    assert played(tasks, [mode]) == alone
    assert played(tasks[::-1], [mode]) == alone
    assert played(tasks, [mode], deterministic=False) == alone
    among_others = played(tasks, ASK_TARGETS[::-1])
    assert {key: it for key, it in among_others.items() if key[1] == mode.name} == alone


@pytest.mark.parametrize("mode", ASK_TARGETS, ids=lambda mode: mode.name)
@pytest.mark.parametrize("parts", [2, 3])
def test_sharding_changes_no_prompt(mode: Mode, parts: int) -> None:
    tasks = some_tasks()
    shards = [played(tasks[index::parts], [mode]) for index in range(parts)]
    assert {key: it for shard in shards for key, it in shard.items()} == played(tasks, [mode])


@pytest.mark.parametrize("name", ["box_jitter_0p1", "point_random_1"])
def test_another_seed_or_case_gives_another_random_prompt(name: str) -> None:
    (task, *_), mode = some_tasks(), MODES[name]
    renamed = task_of(task.reference, "another")
    prompts = [
        played([task], [mode])["case0", name],
        played([task], [mode], seed=1)["case0", name],
        played([renamed], [mode])["another", name],
    ]
    assert all(prompts.count(it) == 1 for it in prompts)


@settings(max_examples=25)
@given(stacks(), st.integers(0, 2**32))
def test_every_prompt_of_every_mode_is_finite_inside_the_image_and_on_the_class_it_claims(
    stack: BoolArray, seed: int
) -> None:
    for prompts in played([task_of(stack)], ASK_TARGETS, seed).values():
        assert prompts
        for record in prompts:
            assert_fits(record, stack)


def assert_fits(record: Mapping[str, Any], stack: BoolArray) -> None:
    """A comparison with NaN is false, so what fits is finite too."""
    frames, height, width = stack.shape
    assert 0 <= record["frame"] < frames
    box = record.get("box_xyxy", [0, 0, 0, 0])
    assert 0 <= box[0] <= box[2] <= width - 1
    assert 0 <= box[1] <= box[3] <= height - 1
    points = record.get("points_xy", [])
    places = record.get("point_frames", [record["frame"]] * len(points))
    for frame, (x, y), label in zip(places, points, record.get("point_labels", []), strict=True):
        assert stack[int(frame), int(y), int(x)] == bool(label)
