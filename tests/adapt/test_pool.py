"""What trains and what validates never share a group."""

from dataclasses import replace

import pytest

from samb.adapt.pool import Pool, check_apart, split
from samb.errors import RequestError
from tests.adapt.conftest import pictures

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
