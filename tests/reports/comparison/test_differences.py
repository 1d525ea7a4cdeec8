from samb.reports.comparison.differences import differences
from samb.reports.comparison.verdict import Difference

BASE = {"seed": 0, "prompt/box": {"jitter": 0.0, "version": 1}, "model/a": {"class": "A"}}


def test_every_leaf_that_differs_is_named() -> None:
    run = {**BASE, "seed": 1, "prompt/box": {"jitter": 0.1, "version": 2}}
    assert differences(BASE, run, {}) == (
        Difference("prompt/box: jitter", "0.0", "0.1"),
        Difference("prompt/box: version", "1", "2"),
        Difference("seed", "0", "1"),
    )


def test_a_choice_of_one_side_is_one_difference() -> None:
    run = {**BASE, "model/b": {"class": "B", "weights": "x"}}
    (found,) = differences(BASE, run, {})
    assert (found.what, found.run) == ("model/b", "there")


def test_a_mapped_model_is_held_against_its_counterpart() -> None:
    run = {"seed": 0, "prompt/box": BASE["prompt/box"], "model/b": {"class": "B"}}
    assert differences(BASE, run, {"a": "b"}) == (Difference("model/a: class", "A", "B"),)


def test_nothing_is_said_where_one_side_is_unknown() -> None:
    assert differences({}, BASE, {}) == ()
