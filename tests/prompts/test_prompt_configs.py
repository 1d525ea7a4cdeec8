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
from samb.dialogue import Prompt
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
NUMBERED_BUT_ON_NO_CURVE = {
    "box_each_3", "box_margin_20", "box_outward_19", "box_outward_20", "point_each_3",
    "mask_eroded_px_5", "mask_dilated_px_5", "mask_shifted_px_10",
}  # fmt: skip
MAY_MISS = {"point_centroid", "point_middle", "points_strided_5", "points_5_pos_5_neg"} | {
    f"point_centroid_shift_px_{most}" for most in (10, 20, 30)
}
"""Modes whose first point is positive wherever it falls."""

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
    counts = {f"point_random_{count}" for count in (1, 3, 5, 10, 20)}
    shifts = {f"{it}_shift_px_{most}" for it in ("box", "point_centroid") for most in (10, 20, 30)}
    boxes = {"box", "box_largest", "box_each_3", "box_all", "box_margin_20", "box_image"}
    points = {
        "point_dt", "point_dt_mazurowski", "point_each_3", "point_centroid", "point_middle",
        "point_centroid_inside", "points_strided_5", "points_5_pos_5_neg", "points_10_pos_10_neg",
        "points_2_pos_4_neg", "box_point", "all_points", "all_boxes",
    }  # fmt: skip
    clicks = {
        "clicks_ritm_5", "clicks_ritm_10", "clicks_ritm_20", "clicks_dt_9", "clicks_dt_paper_9",
        "clicks_sammed2d_8", "clicks_sammed2d_fb_8", "clicks_microsam_8", "clicks_microsam_fb_8",
    }  # fmt: skip
    scribbles = {f"scribble_{line}_10" for line in ("skeleton", "boundary", "walk")}
    masks = {f"scribble_{line}_mask" for line in ("skeleton", "boundary", "walk")} | {
        "mask_reference", "mask_eroded_px_5", "mask_dilated_px_5", "mask_shifted_px_10", "box_mask",
    }  # fmt: skip
    assert MODES.keys() >= masks
    assert MODES.keys() >= counts | shifts | boxes | points | clicks | scribbles
    assert MODES.keys() >= {f"box_jitter_{jitter}" for jitter in jitters}


@pytest.mark.parametrize(
    "mode",
    [mode for mode in ASK_TARGETS if mode.name[-1].isdigit()],
    ids=lambda mode: mode.name,
)
def test_the_number_in_a_modes_name_is_the_one_it_uses_and_its_card_tells(mode: Mode) -> None:
    _, _, number = mode.name.rpartition("_")
    assert number.replace("p", ".") in CHOICES[mode.name]["card"]["rule"]
    if mode.prompter.curve is None:
        assert mode.name in NUMBERED_BUT_ON_NO_CURVE
    else:
        assert mode.prompter.curve[1] == float(number.replace("p", "."))


def test_no_two_modes_of_a_family_stand_on_one_place_of_a_curve() -> None:
    places = [
        (mode.name.rpartition("_")[0], mode.prompter.curve)
        for mode in ASK_TARGETS
        if mode.prompter.curve is not None
    ]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("name", MODES)
def test_every_card_tells_rule_source_assumptions_and_what_counts(name: str) -> None:
    card = CHOICES[name]["card"]
    assert card.keys() == {"title", "version", "rule", "source", "assumptions", "selection"}
    assert all(card[key] for key in ("title", "rule", "source", "selection"))
    assert all(isinstance(line, str) for line in card["assumptions"])


@pytest.mark.parametrize("name", [it for it in MODES if it.startswith("clicks_")])
def test_a_corrective_mode_says_which_mask_its_user_is_shown(name: str) -> None:
    choice = CHOICES[name]
    assert (
        f"Shown to the user: {choice.get('shown_first', choice['shown'])}" in choice["card"]["rule"]
    )
    assert choice["card"]["selection"] == choice["shown"]


@pytest.mark.parametrize("mode", ASK_TARGETS, ids=lambda mode: mode.name)
def test_a_mode_that_is_not_stochastic_prompts_alike_under_every_seed(mode: Mode) -> None:
    tasks = some_tasks()
    same = played(tasks, [mode], seed=1) == played(tasks, [mode], seed=2)
    assert same or mode.prompter.stochastic


@pytest.fixture(scope="module")
def among_others() -> Played:
    """All users at once."""
    return played(some_tasks(), ASK_TARGETS[::-1])


@pytest.mark.parametrize("mode", ASK_TARGETS, ids=lambda mode: mode.name)
def test_the_order_of_cases_and_the_company_of_others_change_no_prompt(
    mode: Mode, among_others: Played
) -> None:
    tasks = some_tasks()
    alone = {key: it for task in tasks for key, it in played([task], [mode]).items()}
    assert played(tasks, [mode]) == alone
    assert played(tasks[::-1], [mode]) == alone
    assert played(tasks, [mode], deterministic=False) == alone
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
    for (_, name), prompts in played([task_of(stack)], ASK_TARGETS, seed).items():
        assert prompts
        for prompt in prompts:
            for record in (prompt, *prompt.get("parts", [])):
                assert_fits(record, stack, missing=name in MAY_MISS)


def assert_fits(record: Mapping[str, Any], stack: BoolArray, *, missing: bool) -> None:
    """A comparison with NaN is false, so what fits is finite too."""
    frames, height, width = stack.shape
    assert 0 <= record["frame"] < frames
    box = record.get("box_xyxy", [0, 0, 0, 0])
    assert 0 <= box[0] <= box[2] <= width - 1
    assert 0 <= box[1] <= box[3] <= height - 1
    mask = Prompt.from_record(record).mask
    assert mask is None or (mask.shape == (height, width) and mask.any())
    points = record.get("points_xy", [])
    places = record.get("point_frames", [record["frame"]] * len(points))
    labels = record.get("point_labels", [])
    for index, (frame, (x, y), label) in enumerate(zip(places, points, labels, strict=True)):
        assert 0 <= x <= width - 1
        assert 0 <= y <= height - 1
        free = missing and index == 0
        assert (label == 1) if free else (stack[int(frame), int(y), int(x)] == bool(label))
