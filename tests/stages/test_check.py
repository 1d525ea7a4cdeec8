from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from samb.datasets.image_folder import ImageFolder
from samb.datasets.phantoms import Phantoms
from samb.stages.check import Checked, check
from samb.stages.progress import Silent
from samb.types import ByteArray

SIDE = 20


def ramp(height: int = SIDE, width: int = SIDE, start: int = 0) -> ByteArray:
    """An image whose pixels differ, and that differs from one of another start."""
    return ((np.arange(height * width) + start) % 250).reshape(height, width).astype(np.uint8)


def square(first: int, last: int, value: int = 255, side: int = SIDE) -> ByteArray:
    """A mask with a square from `first` to `last`, both inclusive."""
    mask = np.zeros((side, side), dtype=np.uint8)
    mask[first : last + 1, first : last + 1] = value
    return mask


NOTHING = np.zeros((SIDE, SIDE), dtype=np.uint8)


def checked(
    root: Path, files: Mapping[str, ByteArray], limit: int | None = None, **fields: Any
) -> Checked:
    for name, pixels in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(root / name)
    given = {"images": "images/*.png", "masks": "masks/{stem}*.png", "structure": "lesion"}
    dataset = ImageFolder(root=str(root), **{**given, **fields})
    return check("mine", dataset, limit, 1, Silent())


def problems(found: Checked) -> list[tuple[str, str, bool]]:
    return [(it.kind, it.case_id, it.expected) for it in found.facts.problems]


def sentence(found: Checked) -> str:
    (problem,) = found.facts.problems
    return problem.sentence


def good(name: str = "a", start: int = 0) -> dict[str, ByteArray]:
    return {f"images/{name}.png": ramp(start=start), f"masks/{name}.png": square(2, 4)}


def test_a_good_data_set_is_counted_and_has_no_problem(tmp_path: Path) -> None:
    files = {**good("a"), **good("b", start=1), "masks/b.png": square(2, 5)}
    found = checked(tmp_path, files, spacing_mm=(0.5, 0.5))
    assert problems(found) == []
    facts = found.facts
    assert (facts.found, len(facts.cases)) == (2, 2)
    (lesion,) = facts.structures
    assert (lesion.targets, lesion.cases) == (2, 2)
    assert (lesion.smallest, lesion.median, lesion.largest) == (9, 9, 16)
    first = facts.cases[0]
    assert (first.shape, first.spacing_mm, first.channels) == ((1, 20, 20), (0.5, 0.5), 1)
    assert (first.low, first.high) == (0, 249)
    assert list(found.mask_values) == [0, 255]
    assert len(found.sheet) == 2


def test_a_mask_of_another_size_cannot_be_read(tmp_path: Path) -> None:
    files = {**good(), "masks/a.png": square(2, 4, side=21)}
    found = checked(tmp_path, files)
    assert problems(found) == [("unreadable", "images/a", False)]
    assert "21 x 21 pixels but its image 20 x 20" in sentence(found)


def test_a_mask_that_is_resized_is_told_but_no_fault(tmp_path: Path) -> None:
    files = {**good(), "masks/a.png": square(2, 9, side=40)}
    found = checked(tmp_path, files, resize_mask="nearest")
    assert problems(found) == [("another size", "images/a", True)]
    assert found.facts.faults == ()


def test_an_empty_mask_is_a_fault_unless_the_config_expects_it(tmp_path: Path) -> None:
    files = {**good(), "images/n.png": ramp(start=7), "masks/n.png": NOTHING}
    assert problems(checked(tmp_path, files)) == [("empty", "images/n", False)]
    for pattern, expected in (("images/n*", True), ("images/a*", False), ("**/*", True)):
        found = checked(tmp_path, {}, may_be_empty=pattern)
        assert problems(found) == [("empty", "images/n", expected)]


def test_an_image_without_mask_is_expected_to_be_empty_if_it_says_so(tmp_path: Path) -> None:
    files = {**good(), "images/n.png": ramp(start=7)}
    assert problems(checked(tmp_path, files)) == [("unreadable", "images/n", False)]
    found = checked(tmp_path, files, missing_mask="empty")
    assert problems(found) == [("empty", "images/n", True)]


def test_one_empty_file_among_several_is_found(tmp_path: Path) -> None:
    files = {**good(), "masks/a_2.png": NOTHING}
    found = checked(tmp_path, files, objects="file")
    assert problems(found) == [("empty", "images/a", False)]
    assert sentence(found) == "1 of its mask files is empty"


def test_an_unknown_label_is_named(tmp_path: Path) -> None:
    files = {**good(), "masks/a.png": square(2, 4, value=3)}
    found = checked(tmp_path, files, structure=None, labels={"liver": 1})
    assert problems(found) == [("unreadable", "images/a", False)]
    assert "it holds the label 3, but only liver 1 are named" in sentence(found)


def test_a_damaged_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    checked(tmp_path, {**good("a"), **good("b", start=1)})
    (tmp_path / "images/b.png").write_bytes(b"nonsense")
    found = checked(tmp_path, {})
    assert problems(found) == [("unreadable", "images/b", False)]
    assert [case.case_id for case in found.facts.cases] == ["images/a"]


def test_equal_pixels_in_files_of_other_formats_are_duplicates(tmp_path: Path) -> None:
    files = {**good("a"), "images/b.bmp": ramp(), "masks/b.png": square(5, 6)}
    found = checked(tmp_path, files, images="images/*")
    assert problems(found) == [("duplicate", "images/b", False)]
    assert sentence(found) == "has the same pixels as images/a"


def test_a_patient_in_train_and_test_is_named(tmp_path: Path) -> None:
    files: dict[str, ByteArray] = {}
    for start, name in enumerate(("train/p1_1", "train/p2_1", "test/p1_2", "test/p3_1")):
        files[f"images/{name}.png"] = ramp(start=start)
        files[f"masks/{name}.png"] = square(2, 4)
    found = checked(
        tmp_path,
        files,
        images="images/*/*.png",
        masks="{parent}/../../masks/*/{stem}.png",
        group=r"(p\d)_",
        split="images/([a-z]+)/",
    )
    assert problems(found) == [("group in two splits", "images/test/p1_2", False)]
    assert sentence(found) == (
        "the group p1 has cases in several splits: test (images/test/p1_2), "
        "train (images/train/p1_1)"
    )


@pytest.mark.parametrize(
    ("height", "width", "extreme"), [(20, 200, False), (20, 201, True), (15, 20, True)]
)
def test_extreme_shapes(tmp_path: Path, height: int, width: int, extreme: bool) -> None:
    mask = np.zeros((height, width), dtype=np.uint8)
    mask[3:6, 3:6] = 255
    files = {"images/a.png": ramp(height, width), "masks/a.png": mask}
    wanted = [("extreme shape", "images/a", False)] if extreme else []
    assert problems(checked(tmp_path, files)) == wanted


def test_an_image_of_one_value_is_blank(tmp_path: Path) -> None:
    files = {**good(), "images/a.png": NOTHING + 7}
    found = checked(tmp_path, files)
    assert problems(found) == [("blank image", "images/a", False)]
    assert sentence(found) == "every pixel of the image has the value 7"


def test_a_limit_reads_that_many_groups(tmp_path: Path) -> None:
    files = {**good("a"), **good("b", start=1), **good("c", start=2)}
    facts = checked(tmp_path, files, limit=2).facts
    assert (facts.found, len(facts.cases)) == (3, 2)


def test_few_volumes_give_several_pictures_and_need_no_files() -> None:
    dataset = Phantoms(kinds=("abdomen",), volumes=1, volume_size=64, frames=6)
    found = check("phantoms", dataset, None, 1, Silent())
    assert found.facts.faults == ()
    assert found.mask_values == ()
    assert 1 < len(found.sheet) <= 6
    assert all("(0 to 5)" in it.caption for it in found.sheet)


def test_files_that_the_config_lets_go_by_are_told(tmp_path: Path) -> None:
    files = {**good(), "images/b.png": ramp(start=1), "masks/c.png": square(2, 4)}
    found = checked(tmp_path, files, missing_mask="leave_out", unmatched_masks="ignore")
    assert problems(found) == [
        ("left out", "images/b.png", True),
        ("left out", "masks/c.png", True),
    ]
    first, _ = found.facts.problems
    assert first.sentence == "the first of 1 images that nothing is paired with"
    assert found.facts.faults == ()
