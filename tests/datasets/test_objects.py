import numpy as np

from samb.datasets.objects import Layer, ObjectRule, Objects
from samb.types import MaskStack, Target


def layer(rows: list[str], structure: str = "lesion", number: int = 1) -> Layer:
    mask = np.array([[letter == "#" for letter in row] for row in rows])
    return Layer(structure, number, MaskStack.from_array(mask[None]))


def targets(objects: Objects, *layers: Layer, min_size: int = 1) -> dict[str, Target]:
    found = ObjectRule(objects, min_size).targets({"expert": layers}, "expert")
    return {target.object_id: target for target in found}


def test_the_files_of_a_structure_are_one_target() -> None:
    found = targets("structure", layer(["#.."]), layer(["..#"], number=2))
    assert found["lesion"].prompting_reference.array().tolist() == [[[True, False, True]]]


def test_components_touch_by_corners_and_keep_their_numbers_when_small_ones_go() -> None:
    rows = ["#..##", ".#...", "....#"]
    assert list(targets("component", layer(rows))) == ["lesion/1", "lesion/2", "lesion/3"]
    found = targets("component", layer(rows), min_size=2)
    assert list(found) == ["lesion/1", "lesion/2"]
    assert found["lesion/2"].structure == "lesion"
    assert found["lesion/2"].prompting_reference.array().sum() == 2
    later = ["....#", "#....", "##..."]
    assert list(targets("component", layer(later), min_size=2)) == ["lesion/2"]


def test_components_reach_across_slices() -> None:
    volume = np.zeros((3, 3, 3), dtype=bool)
    volume[0, 0, 0] = volume[1, 1, 1] = volume[2, 0, 2] = True
    found = targets("component", Layer("lesion", 1, MaskStack.from_array(volume)))
    assert found["lesion/1"].prompting_reference.filled_frames == (0, 1, 2)
    assert len(found) == 1


def test_files_are_objects_that_may_overlap_and_empty_ones_are_none() -> None:
    found = targets("file", layer(["##."]), layer(["..."], number=2), layer([".##"], number=3))
    assert list(found) == ["lesion/1", "lesion/3"]


def test_another_annotator_judges_with_an_empty_mask_what_he_did_not_draw() -> None:
    drawn = {"first": [layer(["#."])], "second": [layer([".."])]}
    (target,) = ObjectRule("structure", 1).targets(drawn, "first")
    assert not target.references["second"].runs
    assert ObjectRule("structure", 1).targets(drawn, "second") == ()
