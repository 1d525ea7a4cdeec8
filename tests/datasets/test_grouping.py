import pytest

from samb.datasets.grouping import GroupRule
from samb.errors import RequestError


def test_the_first_group_that_took_part_is_the_group() -> None:
    rule = GroupRule(r"case(\d+)|patient(\d+)")
    assert rule.group_of("train/patient07/a.png") == "07"


@pytest.mark.parametrize(
    ("number", "group"), [("001", "1-2"), ("002", "1-2"), ("003", "3-4"), ("390", "389-390")]
)
def test_consecutive_numbers_are_joined(number: str, group: str) -> None:
    assert GroupRule(r"_(\d+)", 2).group_of(f"hippocampus_{number}.nii.gz") == group


def test_a_path_without_a_group_is_named() -> None:
    with pytest.raises(RequestError, match=r"finds no group in 'a\.png'"):
        GroupRule(r"patient(\d+)").group_of("a.png")


def test_joining_needs_numbers() -> None:
    with pytest.raises(RequestError, match="needs a number from `group`, got 'x'"):
        GroupRule(r"_(\w)", 2).group_of("a_x.png")


@pytest.mark.parametrize(
    ("pattern", "message"), [("(", "regular expression"), (r"\d+", "parentheses")]
)
def test_a_wrong_expression_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GroupRule(pattern)
