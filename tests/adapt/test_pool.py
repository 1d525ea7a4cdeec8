"""What trains and what validates never share a group."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from samb.adapt.pool import Pool, check_apart, split
from samb.building import Part
from samb.datasets.base import Dataset
from samb.errors import RequestError
from samb.stages.adaptation import Request, read_pool
from samb.stages.progress import Silent
from samb.types import Case, Content, MaskStack, Target
from tests.adapt.conftest import pictures
from tests.adapt.test_recipes import recipe

PICTURES = pictures(8)


def test_groups_are_kept_apart_whole() -> None:
    shared = [replace(own, group_id=f"g{index % 4}") for index, own in enumerate(PICTURES)]
    pool = split(shared, [], 0.5, seed=0)
    training = {own.group_id for own in pool.training}
    validation = {own.group_id for own in pool.validation}
    assert len(training) == len(validation) == 2
    assert not training & validation


def test_one_group_cannot_both_train_and_validate() -> None:
    alone = [replace(own, group_id="slide") for own in PICTURES]
    with pytest.raises(RequestError, match="has 1 group with targets, and at least two"):
        split(alone, [], 0.2, seed=0)


def test_a_group_on_both_sides_is_refused() -> None:
    pool = Pool(tuple(PICTURES), tuple(PICTURES[:1]), ())
    with pytest.raises(RequestError, match="is in training and in validation"):
        check_apart(pool)


def test_the_same_seed_keeps_the_same_groups_apart_whatever_their_order() -> None:
    forward = split(PICTURES, [], 0.3, seed=1)
    backward = split(PICTURES[::-1], [], 0.3, seed=1)
    names = [{own.name for own in pool.validation} for pool in (forward, backward)]
    assert names[0] == names[1]


@dataclass(frozen=True)
class Volumes(Dataset):
    """Two patients with three frames each, of which the middle one shows an organ."""

    def cases(self) -> Iterator[Case]:
        masks = np.zeros((3, 8, 8), dtype=bool)
        masks[1, 2:5, 2:5] = True
        target = Target("organ", "organ", {"expert": MaskStack.from_array(masks)}, "expert")
        content = Content(np.zeros((3, 8, 8, 3), dtype=np.uint8), (target,), dimensions=3)
        yield from (Case(name, name, lambda: content) for name in ("first", "second"))


@pytest.mark.parametrize(
    ("name", "frames"), [("samed", [(0, 0), (1, 1), (2, 0)]), ("medsam_v1", [(1, 1)])]
)
def test_only_a_prompt_free_head_is_shown_frames_without_a_target(
    name: str, frames: list[tuple[int, int]]
) -> None:
    dataset = Part[Dataset]("volumes", Volumes(), "", {}, {})
    request = Request("mine", recipe(name), (dataset,), None, (), None)
    pool = read_pool(request, 1, Silent())
    for own in (pool.training, pool.validation):
        assert [(it.frame, len(it.outlines)) for it in own] == frames


def test_groups_without_a_target_validate_too_and_change_no_other() -> None:
    bare = [replace(own, group_id=f"healthy {own.group_id}", outlines=()) for own in PICTURES]
    mixed = split([*bare, *PICTURES], [], 0.25, seed=0)
    alone = split(PICTURES, [], 0.25, seed=0)
    assert {own.name for own in mixed.validation if own.outlines} == {
        own.name for own in alone.validation
    }
    assert sum(not own.outlines for own in mixed.validation) == 2
    assert sum(not own.outlines for own in mixed.training) == 6


def test_groups_without_a_target_are_none_to_train_on() -> None:
    bare = [replace(own, outlines=()) for own in PICTURES[1:]]
    with pytest.raises(RequestError, match="has 1 group with targets, and at least two"):
        split([PICTURES[0], *bare], [], 0.2, seed=0)
