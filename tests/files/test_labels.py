import numpy as np
import pytest

from samb.files.labels import by_colour, by_label, foreground, nonzero, whole_numbers

RED, GREEN, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 0)


@pytest.mark.parametrize(
    ("values", "mask"),
    [
        ([0, 1], [False, True]),
        ([False, True], [False, True]),
        (list(range(256)), [False] * 128 + [True] * 128),
        (list(range(0, 65536, 4369)), [False] * 8 + [True] * 8),
        ([0, 0], [False, False]),
    ],
)
def test_the_threshold_follows_from_the_largest_value(values: list[int], mask: list[bool]) -> None:
    assert foreground(np.array([values]), None).tolist() == [mask]


def test_a_threshold_that_is_named_holds() -> None:
    assert foreground(np.array([0, 10, 11]), 10).tolist() == [False, False, True]


def test_values_that_could_be_labels_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="largest value 3 fits neither"):
        foreground(np.array([0, 1, 2, 3]), None)


def test_three_to_eight_values_are_labels_that_nobody_named() -> None:
    with pytest.raises(ValueError, match="values 0, 85, 170, 255, which look like labels"):
        foreground(np.array([0, 85, 170, 255]), None)
    assert foreground(np.array([0, 85, 170, 255]), 100).tolist() == [False, False, True, True]


def test_labels_become_structures() -> None:
    found = dict(by_label(np.array([[0, 1], [2, 2]]), {"liver": 2, "spleen": 1, "lung": 5}, ()))
    assert {name: mask.astype(int).tolist() for name, mask in found.items()} == {
        "liver": [[0, 0], [1, 1]],
        "spleen": [[0, 1], [0, 0]],
        "lung": [[0, 0], [0, 0]],
    }


def test_several_labels_can_be_one_structure() -> None:
    found = dict(by_label(np.array([0, 1, 2, 3]), {"pancreas": (1, 2), "vessel": 3}, ()))
    assert {name: mask.astype(int).tolist() for name, mask in found.items()} == {
        "pancreas": [0, 1, 1, 0],
        "vessel": [0, 0, 0, 1],
    }
    with pytest.raises(ValueError, match="holds the label 4, but only pancreas"):
        list(by_label(np.array([4]), {"pancreas": (1, 2), "vessel": 3}, ()))


def test_a_label_nobody_named_is_named_unless_ignored() -> None:
    values = np.array([0, 1, 7])
    with pytest.raises(ValueError, match="holds the label 7, but only liver 1 are named"):
        list(by_label(values, {"liver": 1}, ()))
    assert [mask.sum() for _, mask in by_label(values, {"liver": 1}, (7,))] == [1]


def test_zero_is_a_structure_if_named() -> None:
    found = dict(by_label(np.array([0, 0, 1]), {"air": 0, "body": 1}, ()))
    assert found["air"].sum() == 2


def test_float_labels_must_be_whole() -> None:
    assert whole_numbers(np.array([0.0, 2.0])).tolist() == [0, 2]
    for wrong in (0.5, np.nan, np.inf):
        with pytest.raises(ValueError, match="1 values are not"):
            whole_numbers(np.array([0.0, wrong]))


def test_nonzero_takes_any_one_value_and_refuses_two() -> None:
    ((name, mask),) = nonzero(np.array([0, 255]), "brain")
    assert (name, mask.tolist()) == ("brain", [False, True])
    with pytest.raises(ValueError, match="holds 1, 2: name its values"):
        list(nonzero(np.array([0, 1, 2]), "brain"))


def test_blurred_colours_go_to_the_nearest() -> None:
    pixels = np.array(
        [[RED, (200, 30, 0), (100, 0, 0), GREEN, BLACK, (120, 130, 0)]], dtype=np.uint8
    )
    found = dict(by_colour(pixels, {"tumour": RED, "oedema": GREEN}, ()))
    assert found["tumour"].astype(int).tolist() == [[1, 1, 0, 0, 0, 0]]
    assert found["oedema"].astype(int).tolist() == [[0, 0, 0, 1, 0, 1]]


def test_black_is_no_background_where_it_is_a_structure() -> None:
    found = dict(by_colour(np.array([[BLACK, RED]], dtype=np.uint8), {"a": BLACK, "b": RED}, ()))
    assert found["a"].tolist() == [[True, False]]


def test_a_colour_nobody_named_is_named_unless_ignored() -> None:
    pixels = np.array([[RED, (0, 0, 255)]], dtype=np.uint8)
    with pytest.raises(ValueError, match=r"colour \(0, 0, 255\), which is far from every named"):
        list(by_colour(pixels, {"tumour": RED}, ()))
    ((_, mask),) = by_colour(pixels, {"tumour": RED}, ((0, 0, 255),))
    assert mask.tolist() == [[True, False]]
