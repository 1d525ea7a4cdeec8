import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samb.streams import stable_hash, stream

NAMES = st.lists(st.text(alphabet=["a", "b", "\\", "x", "1", "f", "\x1f"], max_size=4), min_size=1)


@given(NAMES, NAMES)
def test_two_lists_of_names_share_a_hash_only_if_they_are_equal(
    some: list[str], others: list[str]
) -> None:
    assert (stable_hash(*some) == stable_hash(*others)) == (some == others)


def test_names_do_not_run_together() -> None:
    assert stable_hash("a", "\x1fb") != stable_hash("a\x1f", "b")
    assert stable_hash("ab", "c") != stable_hash("a", "bc")
    assert stable_hash("\x1f") != stable_hash(r"\x1f")


def test_the_hash_is_the_same_in_another_process() -> None:
    # hash() of text differs by process; that of a stream must not.
    code = "from samb.streams import stable_hash; print(stable_hash('busi', 'case', 1, (0, 2)))"
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert int(told) == stable_hash("busi", "case", 1, (0, 2))


def test_the_hash_is_the_head_of_sha_256() -> None:
    # printf 'a\x1fb' | sha256sum
    assert f"{stable_hash('a', 'b'):032x}" == "f04cdced9736a69da6103f08a4daaf8c"


def test_equal_names_give_equal_numbers_and_other_names_others() -> None:
    first, again = stream(0, "busi", "case"), stream(0, "busi", "case")
    other = stream(1, "busi", "case")
    drawn = first.random(8)
    assert np.array_equal(drawn, again.random(8))
    assert not np.array_equal(drawn, other.random(8))


def test_a_stream_does_not_depend_on_what_was_drawn_elsewhere() -> None:
    alone = stream("a").random(3)
    stream("b").random(100)
    np.random.default_rng(0).random(100)
    assert np.array_equal(alone, stream("a").random(3))
